"""What a run does, read from its folder by another process, and in Prometheus' text format."""

import json
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from pieforge.agents.models.canaries import EndpointChange
from pieforge.cli.progress import RunFigures
from pieforge.errors import RunFolderError
from pieforge.graphs.budget import iter_calls
from pieforge.graphs.funnel import Funnel, build_funnels, sum_funnels
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel

LOG = "run.log"
_TAIL_BYTES = 16 << 20
"""At most this much of the end of run.log is read."""


class RunStatus(FrozenModel):
    """What a run does, and did."""

    folder: str
    pid: int | None
    """The process that works in the folder; None for none."""
    round: int
    rounds: int
    """0 where the log does not say."""
    funnel: Funnel
    """Of the batches that have ended, in all sessions."""
    session: dict[str, int]
    """Programs of this session that passed each stage, also of the present batch."""
    pairs_per_hour: float
    """Of this session."""
    left_s: float | None
    """Forecast; None before a tenth is decided, and where nothing works."""
    last_pair: str
    usd: float
    """Price of all answers with a known price."""
    tokens: int
    """Of all prompts and answers."""
    failures: int
    """What failures of the infrastructure left open in this session."""
    changed_endpoints: dict[str, str]
    last_event: str
    """The last message of run.log."""
    idle_s: float
    """Seconds since then."""


def read_status(folder: Path) -> RunStatus:
    """Return what a run does; nothing in its folder is written or locked.

    Raises:
        RunFolderError: There is no run, or it cannot be read.
    """
    path = folder / LOG
    try:
        events = _read_session(path)
    except FileNotFoundError as error:
        raise RunFolderError(
            "no run has begun in this folder: it has no run.log",
            where=str(folder),
            fix="name a folder that `pieforge run` has made",
        ) from error
    begun, last = (events[0][0], events[-1][0]) if events else (0.0, 0.0)
    figures = RunFigures(begun)
    for _, event in events:
        figures.add(event)
    pid = _find_owner(folder / "state" / "lock")
    now = time.time() if pid is not None else last
    funnel, changed, usd, tokens = Funnel(round=0), {}, 0.0, 0
    ledger_path = folder / "state" / "ledger.sqlite"
    if ledger_path.exists():
        ledger = LedgerReader(ledger_path)
        try:
            funnel = sum_funnels(build_funnels(ledger))
            changed = {name: it.change for name, it in ledger.iter_results(EndpointChange)}
            for _, _, call in iter_calls(ledger):
                usd += call.usd or 0.0
                tokens += call.usage.prompt_tokens + call.usage.completion_tokens
        finally:
            ledger.close()
    return RunStatus(
        folder=str(folder),
        pid=pid,
        round=figures.round,
        rounds=figures.rounds,
        funnel=funnel,
        session=figures.counts,
        pairs_per_hour=figures.compute_rate(now),
        left_s=figures.forecast_s(now) if pid is not None else None,
        last_pair=figures.last,
        usd=usd,
        tokens=tokens,
        failures=figures.failures,
        changed_endpoints=changed,
        last_event=str(events[-1][1]["stage"]) if events else "",
        idle_s=max(0.0, time.time() - last) if events else 0.0,
    )


def _read_session(path: Path) -> list[tuple[float, dict[str, Any]]]:
    """Return time and content of the messages of the last session, as the nodes' events."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _TAIL_BYTES))
        lines = stream.read().splitlines()
    events = list(_iter_events(lines))
    begins = [at for at, (_, event) in enumerate(events) if event["stage"] == "run"]
    return events[begins[-1] :] if begins else events


def _iter_events(lines: list[bytes]) -> Iterator[tuple[float, dict[str, Any]]]:
    for line in lines:
        try:  # the first line may be cut, and the last one is being written
            row = json.loads(line)
            yield datetime.fromisoformat(row["time"]).timestamp(), row | {"stage": row["message"]}
        except (ValueError, KeyError, TypeError):
            continue


def _find_owner(lock: Path) -> int | None:
    """Return the process that holds a lock file, as the kernel lists it."""
    try:
        inode = lock.stat().st_ino
        listed = Path("/proc/locks").read_text()
    except OSError:
        return None
    for line in listed.splitlines():
        words = line.split()
        if words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return int(words[4])
    return None


_METRICS = {
    "programs": ("counter", "Slow programs of this session that passed a stage."),
    "pairs_per_hour": ("gauge", "Confirmed pairs an hour in this session."),
    "left_seconds": ("gauge", "Forecast of the time that is left."),
    "round": ("gauge", "Present round."),
    "failures": ("counter", "What infrastructure failures left open in this session."),
    "usd": ("counter", "US dollars of model calls, in all sessions."),
    "tokens": ("counter", "Tokens of model calls, in all sessions."),
    "last_event_timestamp_seconds": ("gauge", "Time of the last event."),
    "exit_status": ("gauge", "Exit status of the session; absent while it works."),
}


def render_metrics(
    run: str, figures: RunFigures, now: float, monotonic: float, exit_status: int | None
) -> str:
    """Return the figures of a session in Prometheus' text format.

    Args:
        run: Name of the run.
        figures: The figures.
        now: Seconds since 1970.
        monotonic: Seconds of the clock that the figures' begin is in.
        exit_status: How the session ended; None while it works.
    """
    left = figures.forecast_s(monotonic)
    values: dict[str, float | None] = {
        "pairs_per_hour": figures.compute_rate(monotonic),
        "left_seconds": left,
        "round": figures.round,
        "failures": figures.failures,
        "usd": figures.usd,
        "tokens": figures.tokens,
        "last_event_timestamp_seconds": now,
        "exit_status": exit_status,
    }
    label = run.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    lines = []
    for name, (kind, meaning) in _METRICS.items():
        samples = (
            [(f',stage="{stage}"', float(count)) for stage, count in figures.counts.items()]
            if name == "programs"
            else [("", value)]
            if (value := values[name]) is not None
            else []
        )
        full = f"pieforge_{name}{'_total' if kind == 'counter' else ''}"
        if samples:
            lines += [f"# HELP {full} {meaning}", f"# TYPE {full} {kind}"]
        lines += [f'{full}{{run="{label}"{more}}} {value:.10g}' for more, value in samples]
    return "\n".join(lines) + "\n"

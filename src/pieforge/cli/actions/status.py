"""The action of `pieforge status`."""

from datetime import timedelta
from pathlib import Path

from pieforge.cli.output import print_json, print_line, print_table
from pieforge.cli.status import RunStatus, read_status
from pieforge.graphs.funnel import STAGES


def show_status(folder: Path, *, as_json: bool) -> None:
    """Print what a run does."""
    found = read_status(folder)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    rows = [[stage, counts, str(getattr(found.funnel, stage))] for stage, counts in STAGES.items()]
    print_table(
        "Funnel of the batches that have ended", ("stage", "counts", "all"), rows, text_columns=2
    )
    for line in _describe(found):
        print_line(line)


def _describe(found: RunStatus) -> list[str]:
    idle = timedelta(seconds=round(found.idle_s))
    lines = [
        f"\nprocess {found.pid} works in the folder"
        if found.pid is not None
        else "\nno process works in the folder",
        f"last event: {found.last_event}, {idle} ago",
        f"round {found.round} of {found.rounds or '?'}; this session: "
        + ", ".join(f"{stage} {count}" for stage, count in found.session.items() if count),
        f"{found.pairs_per_hour:.0f} pairs an hour in this session",
        f"model calls: {found.usd:.4f} USD, {found.tokens} tokens",
    ]
    if found.left_s is not None:
        lines.append(f"about {timedelta(seconds=round(found.left_s))} left")
    if found.last_pair:
        lines.append(f"last pair: {found.last_pair}")
    if found.failures:
        lines.append(f"left open by failures in this session: {found.failures}")
    lines += [f"{name} has changed: {change}" for name, change in found.changed_endpoints.items()]
    return lines

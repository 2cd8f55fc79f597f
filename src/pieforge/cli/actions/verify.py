"""The action of `pieforge verify`."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from pieforge.audit.verify_run import (
    FieldDifference,
    RowState,
    VerifiedPair,
    VerifyOptions,
    verify_run,
)
from pieforge.cli.difference import render_difference
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.interruption import run_async, set_advice

_COLUMNS = ("inputs", "pairs", "runs of each program", "first to differ")
_SIDES = ("the slow program", "the fast program")
_SOURCES = {"ledger": "by the ledger", "text": "by its text", "recomputed": "now"}
_MAX_VALUE = 80
"""Characters of a value that are shown; `--json` has more."""
_MAX_FIELDS = 20
"""Fields of one row that are shown; `--json` has all."""


def verify(
    folder: Path, own: Config, simulator: str, sample: int | None, *, as_json: bool
) -> ExitStatus:
    """Verify a run and print the result; return the exit status."""
    set_advice("what was verified is kept in the cache, the same command goes on from there")
    options = VerifyOptions(
        own=own, simulator=simulator, sample=sample, report=_report_pair, report_line=_report_line
    )
    run = run_async(verify_run(folder, options))
    found = run.pairs
    states = Counter(item.state for item in found)
    if as_json:
        files = [item.model_dump(mode="json") for item in run.files]
        print_json({"folder": str(folder), **_build_json(found), "files": files})
    elif found:
        print_table("", _COLUMNS, _count_strata(found))
        for item in found:
            if item.state is not RowState.HOLDS:
                _print_row(item)
        counts = [f"{states[RowState.HOLDS]} of {len(found)} pairs hold"]
        counts += [
            f"{states[it]} {it}" for it in RowState if states[it] and it is not RowState.HOLDS
        ]
        print_line("\n" + ", ".join(counts))
    else:
        print_line(f"no pairs to check; if the run did not end: pieforge run --resume {folder}")
    if run.files and not as_json:
        print_line("\nOther files that do not follow from the run's ledger:")
        for it in run.files[:_MAX_FIELDS]:
            where = f"{it.file}, row {it.number}: {it.column}"
            print_line(f"  {where}: {_format_values(it, 'file')}")
        if len(run.files) > _MAX_FIELDS:
            print_line(f"  and {len(run.files) - _MAX_FIELDS} more fields")
    if states[RowState.BROKEN] or run.files:
        return ExitStatus.NO
    return ExitStatus.CANNOT_VERIFY if states[RowState.UNVERIFIED] else ExitStatus.DONE


def _build_json(found: Sequence[VerifiedPair]) -> dict[str, object]:
    by_state = {
        state: [item.model_dump(mode="json") for item in found if item.state is state]
        for state in RowState
    }
    return {
        "pairs": len(found),
        "hold": len(by_state[RowState.HOLDS]),
        "broken": by_state[RowState.BROKEN],
        "unverified": by_state[RowState.UNVERIFIED],
        "speedups": {item.record_id: item.speedup for item in found},
        "simulators": {item.record_id: item.simulator for item in found},
        "inputs": {item.record_id: item.strata for item in found},
    }


def _print_row(item: VerifiedPair) -> None:
    why = "; ".join((*item.broken, *item.missing))
    print_line(f"\nrow {item.number}: {item.record_id} {item.problem_id}: {item.state}: {why}")
    for each in item.fields[:_MAX_FIELDS]:
        print_line(f"  {each.column}: {_format_values(each, 'row')}")
    if len(item.fields) > _MAX_FIELDS:
        print_line(f"  and {len(item.fields) - _MAX_FIELDS} more fields")
    for line in render_difference(item.difference, _SIDES) if item.difference else ():
        print_line(line)


def _format_values(it: FieldDifference, place: str) -> str:
    values = (
        text if len(text) <= _MAX_VALUE else f"{text[:_MAX_VALUE]}..."
        for text in (it.row, it.derived)
    )
    return f"{next(values)} in the {place}, {next(values)} {_SOURCES[it.source]}"


def _count_strata(found: Sequence[VerifiedPair]) -> list[tuple[str, ...]]:
    """Return a row for each stratum: pairs tried on it, inputs, pairs that first differ there."""
    names = sorted({name for item in found for name in item.strata})
    first = Counter(item.difference.stratum for item in found if item.difference)
    rows: list[tuple[str, ...]] = []
    for name in names:
        counts = [item.strata[name] for item in found if name in item.strata]
        rows.append((name, str(len(counts)), str(sum(counts)), str(first[name] or "-")))
    return rows


def _report_line(line: str) -> None:
    print_line(line, err=True)


def _report_pair(item: VerifiedPair, left: int) -> None:
    if item.state is RowState.HOLDS:
        found = f"{item.speedup:.1f}x by {item.simulator}, equal on {item.equal_on}"
    else:
        names = (it.column for it in item.fields)
        found = f"{item.state}: {'; '.join((*item.broken, *item.missing, *names))}"
    print_line(f"{item.record_id} {item.problem_id}: {found} ({left} left)", err=True)

"""The action of `pieforge verify`."""

from collections import Counter
from pathlib import Path

from pieforge.audit.verify_run import VerifiedPair, verify_run
from pieforge.cli.difference import render_difference
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config
from pieforge.interruption import run_async

_COLUMNS = ("inputs", "pairs", "runs of each program", "first to differ")
_SIDES = ("the slow program", "the fast program")


def verify(folder: Path, own: Config, simulator: str, *, as_json: bool) -> bool:
    """Verify a run and print the result; return whether every pair holds."""
    found = run_async(verify_run(folder, _report_pair, simulator, own, _report_line))
    broken = [item for item in found if item.broken]
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "pairs": len(found),
                "hold": len(found) - len(broken),
                "broken": [item.model_dump(mode="json") for item in broken],
                "speedups": {item.record_id: item.speedup for item in found},
                "simulators": {item.record_id: item.simulator for item in found},
                "inputs": {item.record_id: item.strata for item in found},
            }
        )
    else:
        print_table("", _COLUMNS, _count_strata(found))
        for item in broken:
            print_line(f"\n{item.record_id} {item.problem_id}: {'; '.join(item.broken)}")
            for line in render_difference(item.difference, _SIDES) if item.difference else ():
                print_line(line)
        print_line(f"\n{len(found) - len(broken)} of {len(found)} pairs hold")
    return not broken


def _count_strata(found: list[VerifiedPair]) -> list[tuple[str, ...]]:
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


def _report_pair(item: VerifiedPair) -> None:
    state = (
        "no longer holds"
        if item.broken
        else f"holds, {item.speedup:.1f}x by {item.simulator}, equal on {item.equal_on}"
    )
    print_line(f"{item.record_id} {item.problem_id}: {state}", err=True)

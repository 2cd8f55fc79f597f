"""The action of `pieforge problems import`."""

from collections import Counter
from pathlib import Path

from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.graphs.imported_problems import REPORT, ImportedProblem, import_problems
from pieforge.interruption import run_async, set_advice
from pieforge.plugins import choose
from pieforge.problems.imports import discover_imports


def import_collection(
    kind: str, path: Path, out: Path, config: Config, *, as_json: bool
) -> ExitStatus:
    """Import a collection, print what became of each problem, and return the exit status.

    Raises:
        ConfigError: There is no such kind.
        UserInputError: Nothing at the path is of that kind.
    """
    chosen = choose("collection", kind, discover_imports())
    set_advice("packages so far are complete, continue with the same command")
    report = _ignore if as_json else _print_problem
    found = run_async(import_problems(chosen, path, out, config, report))
    made = [it for it in found if it.problem_id]
    if as_json:
        print_json({"folder": str(out), "problems": [it.model_dump(mode="json") for it in found]})
        return ExitStatus.from_answer(bool(made))
    reasons = Counter(("problem", it.fault) for it in found if it.fault)
    reasons.update((part.part, part.why) for it in found for part in it.left_out)
    if reasons:
        rows = [(part, why, f"{count:,}") for (part, why), count in sorted(reasons.items())]
        print_table("left out", ["part", "reason", "number"], rows, text_columns=2)
    print_line(f"{format_count(len(made), 'package')} of {len(found)} problems: {out}")
    print_line(f"what was left out, and why: {out / REPORT}")
    return ExitStatus.from_answer(bool(made))


def _ignore(_: ImportedProblem) -> None:
    """Show no progress."""


def _print_problem(it: ImportedProblem) -> None:
    if it.fault:
        detail = " ".join(it.detail.split())
        print_line(f"{it.source}: {it.fault}{': ' if detail else ''}{detail}"[:300])
    else:
        programs = f"{it.fast} fast, {it.slow} slow, {it.wrong} wrong"
        print_line(f"{it.source}: {it.problem_id}, {format_count(it.tests, 'test')}, {programs}")

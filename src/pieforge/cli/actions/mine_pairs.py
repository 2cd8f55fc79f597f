"""The action of `pieforge pairs mine`."""

from pathlib import Path

from pieforge.cli.output import format_count, print_json, print_line
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.graphs.mined_pairs import PAIRS, MiningPlan, mine_pairs
from pieforge.interruption import run_async, set_advice
from pieforge.plugins import choose
from pieforge.problems.imports import discover_imports


def mine(
    kind: str, path: Path, out: Path, config: Config, plan: MiningPlan, *, as_json: bool
) -> ExitStatus:
    """Mine pairs, print what each problem gave, and return the exit status.

    Raises:
        ConfigError: There is no such kind.
        UserInputError: The collection cannot be mined.
    """
    chosen = choose("collection", kind, discover_imports())
    set_advice("measurements so far are kept, continue with the same command")
    rows: list[dict[str, object]] = []

    def report(name: str, measured: int, pairs: int) -> None:
        rows.append({"problem_id": name, "measured": measured, "pairs": pairs})
        if not as_json:
            counts = f"{format_count(measured, 'submission')} measured"
            print_line(f"{name}: {counts}, {format_count(pairs, 'pair')}")

    found = run_async(mine_pairs(chosen, path, out, config, plan, report))
    if as_json:
        print_json({"folder": str(out), "problems": rows, "pairs": len(found)})
    else:
        print_line(f"{format_count(len(found), 'pair')}: {out / PAIRS}")
    return ExitStatus.from_answer(bool(found))

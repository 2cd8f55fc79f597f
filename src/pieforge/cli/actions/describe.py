"""The action of `pieforge describe`."""

from pathlib import Path
from shlex import quote

from pieforge.cli.output import format_count, print_json, print_line
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.graphs.new_problems import PACKAGES, choose_pairs, describe_problems
from pieforge.graphs.run import check_config
from pieforge.interruption import run_async, set_advice
from pieforge.stored_rows import iter_pairs


def describe(folder: Path, own: Config, run: Path, limit: int, *, as_json: bool) -> ExitStatus:
    """Describe programs of a run, print what became of each, and return the exit status.

    Raises:
        UserInputError: The run has no program to describe, or cannot be read.
    """
    check_config(own)
    pairs = choose_pairs(iter_pairs(run), limit)
    name = quote(folder.name)
    set_advice(f"answers are kept, continue with the same command and --name {name}")
    with RunProgress() as progress:
        found = run_async(describe_problems(folder, own, pairs, progress))
    made = [it for it in found if not it.fault]
    if as_json:
        print_json(
            {"folder": str(folder), "problems": [it.model_dump(mode="json") for it in found]}
        )
    else:
        for it in found:
            print_line(f"{it.program_id} ({it.known_problem_id}): {it.fault or it.problem_id}")
        print_line(f"\n{format_count(len(made), 'new problem')}: {folder / PACKAGES}")
    return ExitStatus.from_answer(bool(made))

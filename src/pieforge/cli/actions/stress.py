"""The action of `pieforge stress`."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pieforge import problems
from pieforge.audit.stress_program import stress_file
from pieforge.cli.limit_options import LimitOptions
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config
from pieforge.errors import UserInputError
from pieforge.files import replace_file
from pieforge.graphs.evidence.stress_inputs import StressSearchResult
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.inputs.stress.search import LOGGER
from pieforge.interruption import run_async
from pieforge.ledger import Ledger


def stress(
    file: Path,
    problem: Path,
    out: Path | None,
    limits: LimitOptions,
    search_cpu_s: float,
    *,
    as_json: bool,
) -> bool:
    """Search and print what was found; return whether it is more expensive than every test."""
    if out is not None and out.exists() and any(out.iterdir()):
        raise UserInputError(
            "the folder for the inputs is not empty", where=str(out), fix="name another one"
        )
    package = problems.load_problem(problem)
    problems.log_skipped(package)
    config, asked = limits.apply(Config(), package.limits)
    with _report_progress():
        result, inputs = run_async(_stress(file, package, config, asked, search_cpu_s))
    if out is not None:
        _write(out, inputs)
    most = result.most_of_package
    rows = [
        (item.name, len(item.data), counted.steps)
        for item, counted in zip(inputs, result.best, strict=True)
    ]
    if as_json:
        print_json(
            {
                "tests_steps": most,
                "inputs": [dict(zip(("name", "bytes", "steps"), row, strict=True)) for row in rows],
                "runs": result.runs,
                "cut_off": result.is_cut_off,
            }
        )
    else:
        cells = [
            (name, f"{size:,}", f"{steps:,}", f"{steps / most:.2f}" if most else "-")
            for name, size, steps in rows
        ]
        print_table(f"{file}", ("input", "bytes", "steps", "times the tests"), cells)
        print_line(f"the package's most expensive test takes {most:,} steps")
        if result.is_cut_off:
            print_line("ended early: the program works mostly in code that is not counted")
    return bool(rows) and rows[0][2] > most


def _write(out: Path, inputs: list[NamedInput]) -> None:
    for number, item in enumerate(inputs, 1):
        name = item.name.partition("/")[2]
        with replace_file(out / f"{number:02}-{name}.in") as partial:
            partial.write_bytes(item.data)


@contextmanager
def _report_progress() -> Iterator[None]:
    """Print a line to stderr for every tenth of the budget."""
    handler = logging.Handler()
    handler.emit = lambda record: print_line(record.getMessage(), err=True)  # type: ignore[method-assign]
    level, LOGGER.level = LOGGER.level, logging.INFO
    LOGGER.addHandler(handler)
    try:
        yield
    finally:
        LOGGER.removeHandler(handler)
        LOGGER.level = level


async def _stress(
    file: Path,
    package: problems.Problem,
    config: Config,
    asked: problems.PackageLimits,
    search_cpu_s: float,
) -> tuple[StressSearchResult, list[NamedInput]]:
    ledger = Ledger(Path(":memory:"))
    limits = {package.problem_id: asked}
    async with open_executor(config, ledger, package_limits=limits) as executor:
        result = await stress_file(executor, package, file, cpu_s=search_cpu_s)
        cases = [counted.case for counted in result.best]
        return result, [NamedInput(case.name, ledger.get_blob(case.blob)) for case in cases]

"""The action of `pieforge measure`."""

from pathlib import Path

from pieforge import problems
from pieforge.audit.compare_programs import measure_file
from pieforge.cli.limit_options import LimitOptions
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config, SimulatorSection
from pieforge.graphs.run import open_executor
from pieforge.interruption import run_async
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import Verdict


def measure(
    program: Path, problem: Path, simulator: str, limits: LimitOptions, *, as_json: bool
) -> bool:
    """Simulate a program and print its cost; return whether every run ended normally."""
    config = Config(simulator=SimulatorSection(kind=simulator))
    package = problems.load_problem(problem)
    problems.log_skipped(package)
    config, asked = limits.apply(config, package.limits)
    measured, seconds = run_async(_measure(program, package, config, asked))
    tests = dict(zip(measured.tests, measured.ticks, strict=True))
    if as_json:
        print_json(
            {
                "simulator": simulator,
                "tests": tests,
                "ticks": measured.gross,
                "seconds": seconds,
                "startup_ticks": measured.startup,
                "counts": measured.counts,
                "verdict": str(measured.verdict),
            }
        )
    else:
        tests |= {"sum": measured.gross, "start-up of one run": measured.startup}
        rows = [(name, f"{ticks:,}") for name, ticks in tests.items()]
        print_table(f"{program}, {simulator}: {measured.verdict}", ["test", "ticks"], rows)
        print_line(f"{seconds:.6f} simulated seconds")
    return measured.verdict is Verdict.AC


async def _measure(
    program: Path, package: problems.Problem, config: Config, asked: problems.PackageLimits
) -> tuple[MeasuredCost, float]:
    ledger = Ledger(Path(":memory:"))
    limits = {package.problem_id: asked}
    async with open_executor(config, ledger, package_limits=limits) as executor:
        measured = await measure_file(executor, package, program)
        return measured, executor.confirmer.convert_to_seconds(measured.gross)

"""Whether programs give the same outputs under a simulator as outside."""

from collections.abc import Sequence

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import ProgramText, RejectReason, Verdict


def check_simulated_runs(
    executor: CachedExecutor,
    suites: Sequence[Suite],
    took: Sequence[tuple[ProgramText, MeasuredCost]],
) -> tuple[RejectReason | None, str]:
    """Return why a pair's simulation does not count, if so; the slow program's failure first.

    Args:
        executor: Knows their ordinary outputs.
        suites: The simulated tests are of these.
        took: The slow program with its measured cost, then the fast one.
    """
    for side, (program, measured) in zip(("slow", "fast"), took, strict=True):
        if measured.limit:
            return RejectReason.SIMULATOR_LIMIT, f"{side} program: {measured.limit}"
        if measured.verdict is not Verdict.AC:
            return RejectReason.SIMULATION_UNFINISHED, f"{side} program: {measured.verdict}"
        known = get_known_outputs(executor, suites, program)
        # A run that was stopped has no output to compare.
        ended = len(measured.tests) - measured.bounded
        if any(
            known.get(test) != output
            for test, output in list(zip(measured.tests, measured.outputs, strict=True))[:ended]
        ):
            return RejectReason.NOT_REPEATABLE, f"{side} program: under the simulator"
    return None, ""


def get_known_outputs(
    executor: CachedExecutor, suites: Sequence[Suite], program: ProgramText
) -> dict[str, str | None]:
    """Return what a program wrote on each test of some suites, by the test's name."""
    found: dict[str, str | None] = {}
    for suite in suites:
        seen = executor.get_observation(program, suite)
        if seen is not None:
            found |= zip((case.name for case in suite.cases), seen.outputs, strict=True)
    return found

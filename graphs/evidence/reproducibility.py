"""Whether programs did under a simulator what they had done before."""

from collections.abc import Sequence

from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.measurement.cost import Measured
from pieforge.records import Reason, Verdict


def unfinished(
    workshop: Workshop, suites: Sequence[Suite], took: Sequence[tuple[str, Measured]]
) -> tuple[Reason | None, str]:
    """Say what went wrong with two programs under a simulator, if anything, the slow one first.

    Args:
        workshop: Knows what they did before.
        suites: The simulated tests are of these.
        took: The slow program and what the simulator measured of it, then the fast one.
    """
    for side, (name, measured) in zip(("slow", "fast"), took, strict=True):
        if measured.limit:
            return Reason.SIMULATOR_LIMIT, f"{side} program: {measured.limit}"
        if measured.verdict is not Verdict.AC:
            return Reason.SIMULATION_UNFINISHED, f"{side} program: {measured.verdict}"
        known = known_outputs(workshop, suites, name)
        # A run that was stopped has no output to compare.
        ended = len(measured.tests) - measured.bounded
        if any(
            known.get(test) != output
            for test, output in list(zip(measured.tests, measured.outputs, strict=True))[:ended]
        ):
            return Reason.NOT_REPEATABLE, f"{side} program: under the simulator"
    return None, ""


def known_outputs(
    workshop: Workshop, suites: Sequence[Suite], program: str
) -> dict[str, str | None]:
    """Return what a program wrote on each test of some suites, by the test's name."""
    found: dict[str, str | None] = {}
    for suite in suites:
        seen = workshop.observation(program, suite)
        if seen is not None:
            found |= zip((case.name for case in suite.cases), seen.outputs, strict=True)
    return found

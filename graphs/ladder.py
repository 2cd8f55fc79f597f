"""The inputs from which those are chosen that a costly simulator confirms on."""

from pieforge.config import SimulatorSection
from pieforge.graphs.stages import Suite
from pieforge.graphs.workshop import Workshop
from pieforge.records import Verdict
from pieforge.sandbox.confirm import too_costly

RUNGS = 10
"""Inputs of a ladder at most."""
STEP = 2.0
"""Each is at least so many times larger than the one before: others would say the same again."""
SLOW_MCYCLES = 60
"""Million cycles that the slow program may take on one: it is counted there, and never simulated
for longer than the fast one's time asks."""


async def ladder(
    workshop: Workshop, slow: str, fast: str | None, suite: Suite, section: SimulatorSection
) -> tuple[str, ...]:
    """Choose inputs of growing size, up to where the fast program has enough to do.

    Tried from the smallest up, by the counter, until the slow program would by prediction take too
    long on the next one, or the fast one alone has used the instructions that it may take.

    Args:
        workshop: Where programs are run.
        slow: A slow program.
        fast: A fast one, if there is any.
        suite: Inputs to choose from.
        section: Instructions that a fast program may take, and cycles that a slow one may.

    Returns:
        Names of the inputs, the smallest first; at least one, but for inputs on which they fail.
    """
    budget = min(section.budget_mcycles, SLOW_MCYCLES) * 1_000_000
    found: list[str] = []
    costliest = 0, 1
    for name, size in _spread(workshop.sizes(suite)):
        if found and too_costly(*costliest, size, budget):
            break
        cost = await workshop.measured(slow, suite, [name])
        if cost.verdict is not Verdict.AC:
            continue
        found.append(name)
        costliest = max(costliest, (cost.net, size))
        if fast is not None:
            taken = await workshop.measured(fast, suite, [name])
            if taken.counts.get("instructions", 0) >= section.instructions:
                break
    return tuple(found)


def _spread(sizes: dict[str, int]) -> list[tuple[str, int]]:
    """Return inputs of clearly different sizes, the smallest first, and the largest one."""
    chosen: list[tuple[str, int]] = []
    for size, name in sorted(((size, name) for name, size in sizes.items()), reverse=True):
        if len(chosen) < RUNGS and (not chosen or size * STEP <= chosen[-1][1]):
            chosen.append((name, size))
    return chosen[::-1]

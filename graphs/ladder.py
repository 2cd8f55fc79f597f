"""The inputs from which those are chosen that a costly simulator confirms on."""

import math
from collections.abc import Sequence

from pieforge.config import SimulatorSection
from pieforge.graphs.stages import Suite
from pieforge.graphs.workshop import Workshop
from pieforge.records import Verdict
from pieforge.sandbox.confirm import too_costly
from pieforge.sandbox.inputs import NamedInput

RUNGS = 10
"""Inputs of a ladder at most."""
STEP = 2.0
"""Each is at least so many times larger than the one before: others would say the same again."""
FEWEST = 5
"""Where sizes do not tell so many inputs apart, as where each is one number, others are taken."""
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
    for name, size in _spread(workshop.named(suite)):
        if found and too_costly(*costliest, size, budget):
            break
        cost = await workshop.measured(slow, suite, [name])
        if cost.verdict is not Verdict.AC or (found and cost.net > budget):
            continue  # a size that does not tell the work: what comes next may cost less
        found.append(name)
        costliest = max(costliest, (cost.net, size))
        if fast is not None:
            taken = await workshop.measured(fast, suite, [name])
            if taken.counts.get("instructions", 0) >= section.instructions:
                break
    return tuple(found)


def _spread(inputs: Sequence[NamedInput]) -> list[tuple[str, int]]:
    """Return names and sizes of clearly different inputs, smallest first, with the largest."""
    order = sorted(inputs, key=lambda item: (len(item.data), item.data, item.name))
    chosen: list[NamedInput] = []
    for item in reversed(order):
        if not chosen or len(item.data) * STEP <= len(chosen[-1].data):
            chosen.append(item)
    chosen = chosen[:RUNGS]
    others = [item for item in order if item not in chosen]
    if others and len(chosen) < FEWEST:
        chosen += others[:: math.ceil(len(others) / (FEWEST - len(chosen)))]
    return [(item.name, len(item.data)) for item in order if item in chosen]

"""How a speedup depends on how much there is to do: a constant factor, or a better complexity.

What a problem's n is, no package says: the bytes of an input, the numbers in it, or one number's
value. What every input has is the work that it makes for the slow program, so that the trend is
fitted against that: where the speedup is work ** e, the fast program's work is the slow one's to
the power 1 - e. A linear program in place of a quadratic one has e = 1/2 for every n.
"""

import math
from collections.abc import Sequence

from pieforge.measurement.cost import MeasuredCost, compute_net_ticks
from pieforge.records import Growth, InputSpeedup, Verdict

MIN_POINTS = 3
"""Fewer inputs than this say nothing of a trend."""
MIN_CYCLE_RANGE = 4.0
"""Work that lies closer together, most to least, says nothing of one either."""
MIN_GROWTH_EXPONENT = 0.2
"""From this power of the work on, a speedup grows. Below are constant factors, and a logarithm
over the sizes of problem packages; what makes n * n out of n * n * n has 1/3."""


def fit_exponent(ratios: Sequence[InputSpeedup]) -> float | None:
    """Return the slope of log speedup over log work by least squares.

    Args:
        ratios: The speedup on several inputs.

    Returns:
        The slope; None where there are too few inputs, or none with much more work.
    """
    work = [item.cycles for item in ratios]
    if len(work) < MIN_POINTS or max(work) < MIN_CYCLE_RANGE * min(work):
        return None
    points = [(math.log(item.cycles), math.log(item.ratio)) for item in ratios]
    mid_x = sum(x for x, _ in points) / len(points)
    mid_y = sum(y for _, y in points) / len(points)
    above = sum((x - mid_x) * (y - mid_y) for x, y in points)
    return above / sum((x - mid_x) ** 2 for x, _ in points)


def classify_growth(slope: float | None) -> Growth:
    """Return what a slope says, by the rule of this module's constants."""
    if slope is None:
        return Growth.UNKNOWN
    if slope >= MIN_GROWTH_EXPONENT:
        return Growth.GROWS
    return Growth.CONSTANT if slope > -MIN_GROWTH_EXPONENT else Growth.SHRINKS


def compute_speedups(
    slow: MeasuredCost, fast: MeasuredCost, sizes: dict[str, int]
) -> list[InputSpeedup]:
    """Return the speedup on each test that both were measured on, net of start-up.

    Args:
        slow: The slow program's cost.
        fast: The fast program's cost on the same tests.
        sizes: Bytes of each test's input.
    """
    if slow.verdict is not Verdict.AC or fast.verdict is not Verdict.AC:
        return []
    costs = compute_net_ticks(fast)
    return [
        InputSpeedup(test=test, size=sizes[test], cycles=cycles, ratio=cycles / costs[test])
        for test, cycles in compute_net_ticks(slow).items()
    ]


def sort_by_cycles(found: list[InputSpeedup]) -> tuple[InputSpeedup, ...]:
    """Return speedups in order, the input with the least work first."""
    return tuple(sorted(found, key=lambda item: (item.cycles, item.test)))

"""How a speedup depends on input size: a constant factor, or a better complexity.

No package says what a problem's n is: the bytes of an input, the numbers in it, or the value of one
number. So the trend is fitted against the slow program's work in cycles, which every input has. If
the speedup is work ** e, the fast program's work is the slow one's to the power 1 - e. If a linear
program replaces a quadratic one, e is 1/2, for any definition of n.
"""

import math
from collections.abc import Sequence

from pieforge.measurement.cost import MeasuredCost, compute_net_ticks
from pieforge.records import Growth, InputSpeedup, Verdict

MIN_POINTS = 3
"""Least number of inputs for a trend."""
MIN_CYCLE_RANGE = 4.0
"""Least ratio of the most to the least work for a trend."""
MIN_GROWTH_EXPONENT = 0.2
"""Least power of the work with which a speedup grows. Constant factors lie below it, and a
logarithm at the sizes of problem packages; from n ** 3 to n ** 2 the power is 1/3."""


def fit_exponent(ratios: Sequence[InputSpeedup]) -> float | None:
    """Return the slope of log speedup over log work by least squares.

    Args:
        ratios: The speedup on several inputs.

    Returns:
        The slope; None if there are fewer than `MIN_POINTS` inputs, or if their work lies within
        `MIN_CYCLE_RANGE`.
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
    """Return the kind of growth for an exponent; see `MIN_GROWTH_EXPONENT`."""
    if slope is None:
        return Growth.UNKNOWN
    if slope >= MIN_GROWTH_EXPONENT:
        return Growth.GROWS
    return Growth.CONSTANT if slope > -MIN_GROWTH_EXPONENT else Growth.SHRINKS


def compute_speedups(
    slow: MeasuredCost, fast: MeasuredCost, sizes: dict[str, int]
) -> list[InputSpeedup]:
    """Return the speedup on each test, net of start-up; none if a program failed on any.

    Args:
        slow: The slow program's cost.
        fast: The fast program's cost on the same tests.
        sizes: Size of each test's input in bytes.
    """
    if slow.verdict is not Verdict.AC or fast.verdict is not Verdict.AC:
        return []
    costs = compute_net_ticks(fast)
    return [
        InputSpeedup(test=test, size=sizes[test], cycles=cycles, ratio=cycles / costs[test])
        for test, cycles in compute_net_ticks(slow).items()
    ]


def sort_by_cycles(speedups: list[InputSpeedup]) -> tuple[InputSpeedup, ...]:
    """Return speedups in ascending order of the slow program's work."""
    return tuple(sorted(speedups, key=lambda item: (item.cycles, item.test)))

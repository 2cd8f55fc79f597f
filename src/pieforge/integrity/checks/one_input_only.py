"""A speedup that lives on one input only: everywhere else the program is as slow as before.

Such a program is right on every input, for it falls back on the slow one's way; only the inputs
that decide the speedup are taken short. Two things give it away: the tests that were simulated
disagree, or the program costs far more on a fresh input like the simulated one.
"""

from pieforge.integrity.check import CostCheck
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import RejectReason

LEAST_RATIO = 1.5
"""Below this an input is no faster than before."""
COMPARABLE = 0.1
"""Tests whose slow run costs less than this part of the costliest one's say nothing: the work
that all programs do, reading and starting, hides the rest."""
FAR_MORE = 3.0
"""An input that costs the fast program so many times what a like one did is worth a look."""


def find_deciding_test(slow: MeasuredCost, fast: MeasuredCost) -> str:
    """Return which of two or more comparable tests alone is faster, or an empty string."""
    costs = list(zip(slow.tests, _get_net_costs(slow), _get_net_costs(fast), strict=True))
    most = max((cost for _, cost, _ in costs), default=0)
    comparable = [(name, s / f) for name, s, f in costs if s >= COMPARABLE * most]
    if len(comparable) < 2:
        return ""
    comparable.sort(key=lambda test: (-test[1], test[0]))
    (name, best), *others = comparable
    if best <= LEAST_RATIO or any(ratio >= LEAST_RATIO for _, ratio in others):
        return ""
    return f"{name} is {best:.1f}x faster, no other test more than {others[0][1]:.2f}x"


def is_far_costlier(before: MeasuredCost, fresh: MeasuredCost) -> bool:
    """Say whether one fresh run costs a program far more than the costliest run before."""
    return max(_get_net_costs(fresh)) > FAR_MORE * max(_get_net_costs(before))


def explain_slow_input(slow: MeasuredCost, fast: MeasuredCost) -> str:
    """Return what speaks against a fast program measured beside the slow one on a fresh input."""
    ratio = sum(_get_net_costs(slow)) / sum(_get_net_costs(fast))
    return f"{fast.tests[0]} is {ratio:.2f}x faster" if ratio < LEAST_RATIO else ""


def _get_net_costs(measured: MeasuredCost) -> list[int]:
    return [max(1, ticks - measured.startup) for ticks in measured.ticks]


COST_CHECK = CostCheck(
    reason=RejectReason.ONE_INPUT_ONLY,
    catches="programs that are faster on one simulated test, or not on a fresh input like it",
    look=find_deciding_test,
)

"""Refuse a speedup on one input only: on others the program is as slow as before.

Such a program is correct on every input, because it falls back to the slow program's method; only
for the simulated inputs it has a shortcut. Two measurements reveal it: the speedups of the
simulated tests differ, or the program costs far more on a fresh input of the same size.
"""

from pieforge.integrity.check import CostCheck
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import RejectReason

LEAST_RATIO = 1.5
"""Smallest ratio of slow to fast that counts as faster."""
COMPARABLE = 0.1
"""Tests whose slow run costs less than this share of the most expensive one are left out: reading
and start-up dominate them."""
FAR_MORE = 3.0
"""Factor in cost from which a fresh input is measured with the slow program, too."""


def find_deciding_test(slow: MeasuredCost, fast: MeasuredCost) -> str:
    """Return a finding if only one of several comparable tests is faster, or an empty string."""
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
    """Return whether a fresh run costs a program far more than its most expensive run so far."""
    return max(_get_net_costs(fresh)) > FAR_MORE * max(_get_net_costs(before))


def explain_slow_input(slow: MeasuredCost, fast: MeasuredCost) -> str:
    """Return a finding if the fast program is not faster on a fresh input, or an empty string."""
    ratio = sum(_get_net_costs(slow)) / sum(_get_net_costs(fast))
    return f"{fast.tests[0]} is {ratio:.2f}x faster" if ratio < LEAST_RATIO else ""


def _get_net_costs(measured: MeasuredCost) -> list[int]:
    # At least 1, because the costs are divided.
    return [max(1, ticks - measured.startup) for ticks in measured.ticks]


COST_CHECK = CostCheck(
    reason=RejectReason.ONE_INPUT_ONLY,
    catches="programs that are faster on one simulated test, or not on a fresh input like it",
    look=find_deciding_test,
)

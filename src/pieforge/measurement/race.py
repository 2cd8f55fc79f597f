"""A race of the slow program against the fast one, run no further than the decision needs.

A simulator that is exact is slow (gem5's out-of-order core simulates some 0.1 to 0.2 million
instructions a second), and most of the time would go into how slow the slow program is. The
question is only whether it takes at least `threshold` times the fast one's time. So the fast
side is simulated first, whole; then the slow side until it has used that much: from there on
nothing can change the answer, and the ratio is a lower bound. A slow program that is not slow
enough is simulated to its end, and the ratio is exact.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar, Literal

from pieforge.inputs import NamedInput
from pieforge.measurement.cost import MeasuredCost, sum_measurements
from pieforge.measurement.simulators import Simulator
from pieforge.records import Record, Verdict
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox


class RaceResult(Record):
    """What both programs took, as far as they were run.

    Attributes:
        slow: As far as it was run; nothing of it where the fast side failed.
        fast: On all inputs.
        bound: `exact`, or `lower` where the slow side was not run to its end, or failed.
        ratio: Slow over fast, start-up included: what decides. 0 where the fast side failed.
        net_ratio: The same with each run's start-up taken off.
    """

    KIND: ClassVar[str] = "race"

    slow: MeasuredCost
    fast: MeasuredCost
    bound: Literal["exact", "lower"]
    ratio: float
    net_ratio: float


async def run_race(
    simulator: Simulator,
    sandbox: Sandbox,
    slow: Executable,
    fast: Executable,
    inputs: Sequence[NamedInput],
    *,
    threshold: float,
    cap: float = 1.0,
    exact: bool = False,
    startup: tuple[int, int],
    limits: Limits | None = None,
) -> RaceResult:
    """Simulate both programs until it is certain whether slow / fast reaches the threshold.

    Whether a side failed, and why, is in its `verdict` and `limit`; outputs are the
    caller's to compare.

    Args:
        simulator: Measures both.
        sandbox: Where they run.
        slow: The slow program.
        fast: The fast program.
        inputs: Where they are run, in this order: the input on which the slow side is expected
            to take longest first, so that the fewest are begun.
        threshold: The ratio that decides.
        cap: Factor of the deciding time up to which the slow side is run, 1 or more.
        exact: Run the slow side to its end.
        startup: Ticks that the slow and the fast program take to start.
        limits: Of each simulation; the simulator's own where None.

    Raises:
        SimulatorError: The simulator failed, twice.
        SandboxError: The sandbox failed, twice.
    """
    names = [item.name for item in inputs]
    stdins = [item.data for item in inputs]
    of_slow, of_fast = startup
    results = await simulator.measure(sandbox, fast, stdins, limits)
    fast_side = sum_measurements(names, results, of_fast)
    if fast_side.verdict is not Verdict.AC:
        nothing = MeasuredCost(startup=of_slow)
        return RaceResult(slow=nothing, fast=fast_side, bound="lower", ratio=0.0, net_ratio=0.0)
    budget = None if exact else compute_slow_budget(fast_side.gross, threshold, cap)
    results = await simulator.measure(sandbox, slow, stdins, limits, budget=budget)
    slow_side = sum_measurements(names, results, of_slow)
    ended = sum(item.verdict is Verdict.AC for item in results)
    return RaceResult(
        slow=slow_side,
        fast=fast_side,
        bound="exact" if ended == len(inputs) else "lower",
        ratio=slow_side.gross / fast_side.gross,
        net_ratio=slow_side.net / fast_side.net,
    )


def compute_slow_budget(fast_ticks: int, threshold: float, cap: float = 1.0) -> int:
    """Return the ticks from which on the slow side's ratio is at least cap x threshold.

    Whole numbers and exact fractions: a slow side that has used them has, divided in floating
    point too, reached the threshold.

    Raises:
        ValueError: `cap` is below 1, so that the race would end before it is decided.
    """
    if cap < 1:
        raise ValueError(f"a race that is run to {cap} of the threshold decides nothing")
    return math.ceil(Fraction(cap) * Fraction(threshold) * fast_ticks)

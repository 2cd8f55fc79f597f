"""A race of the slow program against the fast one, simulated only as far as the decision needs.

An exact simulator is slow (gem5's out-of-order core simulates 0.1 to 0.2 million instructions a
second), and most of its time would be spent on the slow program. But the question is only whether
that takes at least `threshold` times as long as the fast one. So the fast program is simulated
first, to its end; then the slow one until it has used `threshold` times that time. From there on
the decision cannot change, and the ratio is a lower bound. A slow program below the threshold is
simulated to its end, and the ratio is exact.
"""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from statistics import NormalDist
from typing import ClassVar, Literal

from pieforge.inputs import NamedInput
from pieforge.measurement.cost import MeasuredCost, sum_measurements
from pieforge.measurement.simulators import Simulator
from pieforge.records import Record, Verdict
from pieforge.rows import SpeedupEstimate
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

ESTIMATE_CONFIDENCE = 0.95
"""Share of the intervals of estimated speedups that contain the true one."""


class RaceResult(Record):
    """The cost of both programs, as far as they were simulated.

    Attributes:
        slow: Cost of the slow program, as far as it ran; empty if the fast one failed.
        fast: Cost of the fast program on all inputs.
        bound: `exact`, or `lower` if the slow program was stopped or failed.
        ratio: Slow over fast, start-up included, which decides. 0 if the fast program failed.
        net_ratio: The same, net of each run's start-up.
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

    A failure does not raise: the side's `verdict` and `limit` state it. The caller compares the
    outputs.

    Args:
        simulator: The simulator.
        sandbox: Where it runs.
        slow: The slow program.
        fast: The fast program.
        inputs: The inputs in the order of their simulation. Give the input with the longest
            expected time of the slow program first, so that the fewest are started.
        threshold: The ratio that decides.
        cap: Factor, 1 or more, by which the slow program may exceed the time that decides.
        exact: Whether to simulate the slow program to its end in any case.
        startup: Ticks of the slow and of the fast program's start-up.
        limits: Limits of each simulation; the simulator's own if None.

    Raises:
        SimulatorError: The simulator failed, twice.
        SandboxError: The sandbox failed, twice.
    """
    names = [item.name for item in inputs]
    stdins = [item.data for item in inputs]
    of_slow, of_fast = startup
    # The fast program first: its time determines the budget of the slow one.
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
    """Return the least ticks of the slow program whose ratio is at least cap x threshold.

    Computed in exact fractions, so that the ratio in floating point reaches the threshold too.

    Raises:
        ValueError: `cap` is below 1, so that the race would end before it is decided.
    """
    if cap < 1:
        raise ValueError(f"cap is {cap}; below 1 the race would end before it is decided")
    return math.ceil(Fraction(cap) * Fraction(threshold) * fast_ticks)


def estimate_speedup(
    race: RaceResult, predicted: Mapping[str, tuple[float, float]], spread: float
) -> SpeedupEstimate | None:
    """Estimate the speedup of a race that stopped the slow program.

    The slow program's whole runs are taken as measured. Its time on each other test is the fast
    program's measured time there, times the predicted ratio; these ratios are scaled by what the
    whole runs show about the prediction for this pair. No time is below what was measured.

    Args:
        race: The race.
        predicted: Predicted times of the slow and of the fast program on each of the fast
            program's tests, in any unit, above 0.
        spread: Standard deviation of the logarithm of a predicted ratio's error.

    Returns:
        The estimate; None for an exact ratio, and where a program failed.
    """
    slow, fast = race.slow, race.fast
    verdicts = {slow.verdict, fast.verdict}
    if race.bound == "exact" or verdicts != {Verdict.AC} or not fast.gross:
        return None
    measured = dict(zip(slow.tests, slow.ticks, strict=True))
    whole = slow.tests[: len(slow.tests) - slow.bounded]
    expected = {
        test: ticks * predicted[test][0] / predicted[test][1]
        for test, ticks in zip(fast.tests, fast.ticks, strict=True)
    }
    ended = sum(measured[test] for test in whole)
    scale = ended / sum(expected[test] for test in whole) if whole else 1.0
    factor = math.exp(NormalDist(sigma=spread).inv_cdf((1 + ESTIMATE_CONFIDENCE) / 2))

    def compute_ratio(error: float) -> float:
        rest = (
            max(scale * error * ticks, measured.get(test, 0))
            for test, ticks in expected.items()
            if test not in whole
        )
        return (ended + math.fsum(rest)) / fast.gross

    low, value, high = map(compute_ratio, (1 / factor, 1.0, factor))
    return SpeedupEstimate(value=value, low=low, high=high)

"""The cost of a program, and the speedup of a pair: simulated time, summed over the tests.

PIE (arXiv 2302.07867, section 3.2) keeps a pair if the slow program's simulated time is at least
5 times the fast one's.
"""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from pieforge.measurement.simulators import Measurement
from pieforge.records import Record, Verdict

MIN_NET_SHARE = 0.01
"""The least cost of a run net of start-up, as a share of the start-up. Less is noise, and a cost
near 0 would make speedups arbitrarily large."""


class MeasuredCost(Record):
    """A program's simulated cost on some tests.

    Attributes:
        tests: Names of the tests, in the order of `ticks` and `outputs`.
        ticks: Simulated time of each whole run, in the simulator's unit.
        startup: Ticks of the program's start-up in one run.
        outputs: Hash of the canonical output of each simulated run; empty for one that the budget
            stopped.
        verdict: AC, or the verdict of the first run that failed. A run that the budget stopped has
            not failed.
        counts: The simulator's counts (instructions, misses by kind), summed over the tests.
        bounded: Whether the budget stopped the last run: it takes more than its `ticks`.
        limit: The simulator's message about something that it cannot simulate; the program is not
            at fault.
    """

    KIND: ClassVar[str] = "measured_cost"

    tests: tuple[str, ...] = ()
    ticks: tuple[int, ...] = ()
    startup: int = 0
    outputs: tuple[str, ...] = ()
    verdict: Verdict = Verdict.AC
    counts: dict[str, int] = Field(default_factory=dict)
    bounded: bool = False
    limit: str = ""

    @property
    def gross(self) -> int:
        """Ticks summed over the tests, start-up included."""
        return sum(self.ticks)

    @property
    def net(self) -> int:
        """Ticks summed over the tests, minus the start-up of each run."""
        return sum(compute_net_ticks(self).values())


def sum_measurements(
    names: Sequence[str], results: Sequence[Measurement], startup: int
) -> MeasuredCost:
    """Return a program's cost on the tests that were simulated.

    Args:
        names: Names of the tests, in the order of `results`; there may be more names than results.
        results: Measurements from `Simulator.measure`.
        startup: Ticks of the program's start-up.
    """
    failed = [item for item in results if item.verdict is not Verdict.AC and not item.bounded]
    counts: Counter[str] = Counter()
    for item in results:
        counts.update(item.counts)
    return MeasuredCost(
        tests=tuple(names[: len(results)]),
        ticks=tuple(item.ticks for item in results),
        startup=startup,
        outputs=tuple("" if item.bounded else item.output_sha for item in results),
        verdict=failed[0].verdict if failed else Verdict.AC,
        counts=dict(counts),
        bounded=any(item.bounded for item in results),
        limit=next((item.limit for item in failed if item.limit), ""),
    )


def merge_costs(costs: Sequence[MeasuredCost]) -> MeasuredCost:
    """Return a program's cost on several tests, from its cost on each of them."""
    counts: Counter[str] = Counter()
    for cost in costs:
        counts.update(cost.counts)
    failed = [cost for cost in costs if cost.verdict is not Verdict.AC]
    return MeasuredCost(
        tests=tuple(test for cost in costs for test in cost.tests),
        ticks=tuple(ticks for cost in costs for ticks in cost.ticks),
        startup=costs[0].startup if costs else 0,
        outputs=tuple(output for cost in costs for output in cost.outputs),
        verdict=failed[0].verdict if failed else Verdict.AC,
        counts=dict(counts),
        bounded=any(cost.bounded for cost in costs),
        limit=failed[0].limit if failed else "",
    )


def compute_speedup(slow: MeasuredCost, fast: MeasuredCost, *, net_of_startup: bool) -> float:
    """Return slow time over fast time on the same tests.

    Args:
        slow: Cost of the slow program.
        fast: Cost of the fast program.
        net_of_startup: Whether start-up is subtracted from both.
    """
    return slow.net / fast.net if net_of_startup else slow.gross / fast.gross


def compute_net_ticks(measured: MeasuredCost) -> dict[str, int]:
    """Return the ticks of each test net of start-up, at least `MIN_NET_SHARE` of the start-up."""
    least = max(1, int(measured.startup * MIN_NET_SHARE))
    return {
        test: max(ticks - measured.startup, least)
        for test, ticks in zip(measured.tests, measured.ticks, strict=True)
    }


def choose_tests(cycles: Sequence[int], max_tests: int, budget: int) -> list[int]:
    """Choose the tests to simulate, by the cost of a reference program on each.

    Tests are taken in descending order of cost, because small tests mostly add start-up to both
    programs. A test that would exceed the budget is skipped. At least one test is chosen: the least
    expensive if none fits.

    Args:
        cycles: The reference program's simulated cycles on each test.
        max_tests: Largest number of tests.
        budget: Cycles that the reference program may take on all chosen tests together.

    Returns:
        Indices into `cycles`, ascending.
    """
    order = sorted(range(len(cycles)), key=lambda index: (-cycles[index], index))
    chosen: list[int] = []
    for index in order:
        if len(chosen) < max_tests and sum(cycles[i] for i in (*chosen, index)) <= budget:
            chosen.append(index)
    return sorted(chosen) or order[-1:]


def is_too_costly(cycles: int, work: int, next_work: int, budget: int) -> bool:
    """Predict whether an input with more work would exceed the budget by itself.

    Args:
        cycles: Cycles of the reference program, net of start-up, on an input.
        work: What that input costs in any unit that cycles are proportional to.
        next_work: The same of the other input.
        budget: See `choose_tests`.
    """
    return cycles * next_work / max(1, work) > budget


def compute_decile(seconds: float, others: Sequence[float]) -> int:
    """Return 10 for a program among the fastest tenth of `others`, 1 for the slowest tenth."""
    slower_or_equal = sum(other >= seconds for other in others)
    return max(1, -(-10 * slower_or_equal // len(others)))

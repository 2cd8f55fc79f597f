"""Whether the fast program is truly faster: simulated cycles, summed over the tests.

Source of the rule: PIE, section 3.2, keeps a pair when the slow program's simulated time
is at least 5 times the fast one's.
"""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from pieforge.measurement.simulators import Measurement
from pieforge.records import Record, Verdict

MIN_NET_SHARE = 0.01
"""A run net of start-up counts as at least this share of the start-up: less is noise."""


class MeasuredCost(Record):
    """A program's simulated cost on some tests.

    Attributes:
        tests: Names of the tests, in the order of `ticks` and `outputs`.
        ticks: Simulated time of each whole run, in the simulator's unit.
        startup: That of the language's empty program: what no source text can change.
        outputs: Hash of the canonical output of each simulated run; empty for one that was stopped.
        verdict: AC, or the verdict of the first run that did not end well; a run that was stopped
            because the budget was used up is none of these.
        counts: The simulator's own counts (instructions, misses by kind), summed over the tests.
        bounded: Whether the last run was stopped by the budget: it takes more than its `ticks`.
        limit: What the simulator cannot simulate, in its own words; the program is not to blame.
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
        """Ticks summed over the tests, each run's start-up taken off."""
        return sum(compute_net_ticks(self).values())


def sum_measurements(
    names: Sequence[str], results: Sequence[Measurement], startup: int
) -> MeasuredCost:
    """Return a program's cost on the tests that were simulated.

    Args:
        names: Of the tests, in the order of `results`; may go on where those end.
        results: What `Simulator.measure` gave.
        startup: Ticks that the program takes to start.
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
    """Return a program's cost on several tests from that on each."""
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
    """Return slow time over fast time on the same tests; net of start-up where that decides."""
    return slow.net / fast.net if net_of_startup else slow.gross / fast.gross


def compute_net_ticks(measured: MeasuredCost) -> dict[str, int]:
    """Return each test's ticks net of start-up."""
    least = max(1, int(measured.startup * MIN_NET_SHARE))
    return {
        test: max(ticks - measured.startup, least)
        for test, ticks in zip(measured.tests, measured.ticks, strict=True)
    }


def choose_tests(cycles: Sequence[int], max_tests: int, budget: int) -> list[int]:
    """Choose the tests worth simulating by what a reference program costs on each.

    The costliest first, as far as their sum stays within the budget, at most `max_tests`, at least
    one; returned in the tests' order. Small tests only add start-up to both sides.

    Args:
        cycles: The reference program's simulated cycles on each test.
        max_tests: Number of tests, at most.
        budget: Cycles that the reference program may take on the chosen tests together.
    """
    order = sorted(range(len(cycles)), key=lambda index: (-cycles[index], index))
    chosen: list[int] = []
    for index in order:
        if len(chosen) < max_tests and sum(cycles[i] for i in (*chosen, index)) <= budget:
            chosen.append(index)
    return sorted(chosen) or order[-1:]


def is_too_costly(cycles: int, size: int, next_size: int, budget: int) -> bool:
    """Predict whether a larger input would by itself exceed the budget.

    Args:
        cycles: What the reference program took, net of start-up, on an input of `size` bytes.
        size: That input's size.
        next_size: Size of the larger input; cost is taken to grow with its square, as that of
            most slow programs does.
        budget: See `choose_tests`.
    """
    return cycles * (next_size / max(1, size)) ** 2 > budget

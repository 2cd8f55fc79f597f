"""Which inputs a slow simulator is asked about: few, and such that they tell as all would.

Both programs were counted by cachegrind on every input of a ladder of sizes. A simulation is
paid by the instruction, and every input pays for the program's start again, so that few inputs
are taken, with enough work for the fast program that its start does not drown it. They must
tell what all would have told: the ratio predicted for them lies on the same side of the
threshold as the ratio predicted for all, and near it where that is near the threshold.

How near is said in one number, the chance that the two tell differently. A prediction errs,
but for one pair of programs on a few inputs it errs much as it does on all of them. With the
common error of the logarithm normal, of standard deviation `spread`, and d and s the logarithms
of ratio over threshold on all and on the chosen inputs, the two tell differently where the
error lies between -d and -s, which has the chance |F(s / spread) - F(d / spread)|, F being the
normal distribution's. It must be small (`MAX_MISMATCH_PROBABILITY`), and has its price
(`RISK_WEIGHT`) next to that of the simulation itself.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

from pieforge.measurement.simulators.cachegrind import estimate_cycles
from pieforge.records import FrozenModel

DEFAULT_SPREAD = 0.4
"""Standard deviation of the logarithm of gem5's ratio over the one that cycles estimated from
counts give, over eleven pairs of textbook programs (0.41; between 0.9 and 2.3 times)."""
RISK_WEIGHT = 2
"""A chance of one in so many to tell otherwise is as expensive as simulating all inputs."""
MAX_MISMATCH_PROBABILITY = 0.05
"""The chosen inputs may tell otherwise than all inputs with this chance."""
MIN_INSTRUCTION_SHARE = 0.05
"""Where all inputs have little work, this part of it is enough."""
MAX_COMBINATION_SIZE = 3
"""Inputs that are tried in every combination; more than that only the largest, or the smallest."""
MAX_COMBINED_INPUTS = 32
"""Inputs that combinations are made of; of more, every second, third and so on by size."""


class InputCounts(FrozenModel):
    """What both programs did on one input, by cachegrind's counts, start-up included."""

    name: str
    slow: dict[str, int]
    fast: dict[str, int]


class InputSelection(FrozenModel):
    """The inputs to simulate."""

    tests: tuple[str, ...]
    """Names, the one on which the slow program is predicted to take longest first."""
    why: str
    """One plain sentence for the row."""
    instructions: int
    """Of the fast program on them by cachegrind, start-up included."""


@dataclass(frozen=True)
class _PredictedInput:
    """One input: predicted times of both programs, the fast one's instructions."""

    name: str
    slow: float
    fast: float
    instructions: int


@dataclass(frozen=True)
class _InputSet:
    """Some of the inputs together."""

    cases: tuple[_PredictedInput, ...]

    @property
    def instructions(self) -> int:
        return sum(case.instructions for case in self.cases)

    @property
    def fast(self) -> float:
        return math.fsum(case.fast for case in self.cases)

    @property
    def ratio(self) -> float:
        return math.fsum(case.slow for case in self.cases) / self.fast

    def estimate_race_cost(self, threshold: float) -> float:
        """Return what a race on them takes: the slow side is stopped at the threshold."""
        return self.fast * (1 + min(self.ratio, threshold))


def _compute_mismatch(some: _InputSet, whole: _InputSet, threshold: float, spread: float) -> float:
    """Return the chance that some inputs lie on another side of the threshold than all.

    1 where that is predicted.
    """
    if (some.ratio >= threshold) != (whole.ratio >= threshold):
        return 1.0
    error = NormalDist(sigma=spread)
    reaches = [error.cdf(math.log(max(each.ratio, 1e-9) / threshold)) for each in (some, whole)]
    return abs(reaches[0] - reaches[1])


def select_inputs(
    cases: Sequence[InputCounts],
    *,
    startup: dict[str, int],
    threshold: float,
    max_instructions: int = 2_000_000,
    predict: Callable[[Mapping[str, int]], float] | None = None,
    spread: float = DEFAULT_SPREAD,
) -> InputSelection:
    """Choose inputs on which the fast program takes about half of `instructions` up to all of it.

    Of the sets of inputs that tell as all do, the cheapest of that size is taken, starts of the
    simulator and the chance to tell otherwise included in its price; where there is none of that
    size, the cheapest larger one. Where all inputs together have little work, a part of it will do.

    Args:
        cases: Both programs' counts on every input that could be taken.
        startup: Counts of the fast program's start: what it does on an empty input.
        threshold: The ratio that decides.
        max_instructions: Of the fast program on the chosen inputs together, start-up included.
        predict: Tells the time that counts take, in any unit; cycles as KCachegrind estimates
            them where None.
        spread: Standard deviation of the logarithm of a predicted ratio's error; a fitted
            prediction's is less than that of the estimate: twice a program's variance.

    Raises:
        ValueError: There are no cases.
    """
    if not cases:
        raise ValueError("there are no inputs to choose from")
    tell = predict or estimate_cycles
    predicted = (_predict_input(item, tell) for item in cases)
    whole = _InputSet(tuple(sorted(predicted, key=lambda case: (case.instructions, case.name))))
    mismatches = {
        some: _compute_mismatch(some, whole, threshold, spread)
        for some in _generate_sets(whole.cases)
    }
    work = whole.instructions - len(cases) * startup.get("instructions", 0)
    least = min(max_instructions / 2, work * MIN_INSTRUCTION_SHARE)
    start = float(tell(startup))

    def price(some: _InputSet) -> tuple[float, tuple[str, ...]]:
        risk = RISK_WEIGHT * mismatches[some] * whole.estimate_race_cost(threshold)
        cost = some.estimate_race_cost(threshold) + len(some.cases) * start + risk
        return cost, tuple(case.name for case in some.cases)

    sound = [
        some
        for some, mismatch in mismatches.items()
        if some.instructions >= least and mismatch <= MAX_MISMATCH_PROBABILITY
    ]
    within = [some for some in sound if some.instructions <= max_instructions]
    chosen, larger = min(within or sound, key=price), not within
    share = min(1.0, start * len(chosen.cases) / chosen.fast)
    return InputSelection(
        tests=tuple(case.name for case in sorted(chosen.cases, key=lambda c: (-c.slow, c.name))),
        why=_explain(chosen, whole, threshold, share, larger=larger),
        instructions=chosen.instructions,
    )


def _predict_input(
    item: InputCounts, predict: Callable[[Mapping[str, int]], float]
) -> _PredictedInput:
    slow, fast = float(predict(item.slow)), max(float(predict(item.fast)), 1e-12)
    return _PredictedInput(item.name, slow, fast, item.fast.get("instructions", 0))


def _generate_sets(cases: tuple[_PredictedInput, ...]) -> Iterator[_InputSet]:
    """Yield the sets that are tried; all inputs together are the last of them."""
    step = math.ceil(len(cases) / MAX_COMBINED_INPUTS)
    ladder = cases[::-1][::step]
    for count in range(1, MAX_COMBINATION_SIZE + 1):
        yield from map(_InputSet, combinations(ladder, count))
    for count in range(MAX_COMBINATION_SIZE + 1, len(cases)):
        yield _InputSet(cases[-count:])
        yield _InputSet(cases[:count])
    yield _InputSet(cases)


def _explain(
    chosen: _InputSet, whole: _InputSet, threshold: float, share: float, *, larger: bool
) -> str:
    reason = "; smaller ones would not tell the same as all" if larger else ""
    return (
        f"{len(chosen.cases)} of {len(whole.cases)} inputs: the fast program takes "
        f"{chosen.instructions / 1e6:.2f} million instructions on them and {share:.0%} of its time "
        f"to start; predicted ratio {chosen.ratio:.2f}, on all {whole.ratio:.2f}, threshold "
        f"{threshold:g}{reason}."
    )

"""Select the inputs for a slow simulator: few inputs that lead to the same decision as all.

cachegrind has counted both programs on every input of a ladder of sizes. The cost of a simulation
is proportional to its instructions, and every input adds the program's start-up. So few inputs are
selected, on which the fast program does enough work to exceed its start-up. They must lead to the
decision that all inputs lead to: the ratio predicted on them lies on the same side of the threshold
as the ratio predicted on all, and close to it if that one is close to the threshold.

How close is one number: the probability of a mismatch, that is of different decisions. Predictions
have errors, but the error for a pair of programs on a few inputs is almost that on all inputs. Let
this common error of the logarithm be normal with standard deviation `spread`, and let d and s be
the logarithms of ratio over threshold on all and on the selected inputs. The decisions differ if
the error lies between -d and -s, which has the probability |F(s / spread) - F(d / spread)| with F
the normal distribution function. This probability is limited (`MAX_MISMATCH_PROBABILITY`), and is
part of the cost that is minimized (`RISK_WEIGHT`).
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

from pieforge.measurement.simulators.cachegrind import estimate_cycles
from pieforge.records import FrozenModel

DEFAULT_SPREAD = 0.4
"""Standard deviation of the logarithm of gem5's ratio over the ratio of cycles estimated from
counts; measured on eleven pairs of textbook programs (0.41; factors from 0.9 to 2.3)."""
RISK_WEIGHT = 2
"""A mismatch probability of 1 / RISK_WEIGHT costs as much as simulating all inputs."""
MAX_MISMATCH_PROBABILITY = 0.05
"""Largest mismatch probability of the selected inputs."""
MIN_INSTRUCTION_SHARE = 0.05
"""The share of all inputs' work that is enough if they have little work together."""
MAX_COMBINATION_SIZE = 3
"""Sets of at most this size are tried in all combinations; of larger sets only those of the largest
and of the smallest inputs."""
MAX_COMBINED_INPUTS = 32
"""Number of inputs that are combined; of more inputs, every second, third and so on by size."""


class InputCounts(FrozenModel):
    """cachegrind's counts of both programs on one input, start-up included."""

    name: str
    slow: dict[str, int]
    fast: dict[str, int]


class InputSelection(FrozenModel):
    """The inputs to simulate."""

    tests: tuple[str, ...]
    """Names, in descending order of the slow program's predicted time."""
    why: str
    """The reason for the selection in one sentence, for the row."""
    instructions: int
    """Instructions of the fast program on them, counted by cachegrind, start-up included."""


@dataclass(frozen=True)
class _PredictedInput:
    """One input, with the predicted time of both programs and the fast one's instructions."""

    name: str
    slow: float
    fast: float
    instructions: int


@dataclass(frozen=True)
class _InputSet:
    """A set of inputs."""

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
        """Return the time of a race on them, in which the slow side stops at the threshold."""
        return self.fast * (1 + min(self.ratio, threshold))


def _compute_mismatch(some: _InputSet, whole: _InputSet, threshold: float, spread: float) -> float:
    """Return the probability that some inputs lead to another decision than all inputs.

    1 if their predicted ratios lie on different sides of the threshold.
    """
    if (some.ratio >= threshold) != (whole.ratio >= threshold):
        return 1.0
    error = NormalDist(sigma=spread)
    # A predicted ratio can be 0, which has no logarithm.
    on_some, on_all = (
        error.cdf(math.log(max(each.ratio, 1e-9) / threshold)) for each in (some, whole)
    )
    return abs(on_some - on_all)


def select_inputs(
    cases: Sequence[InputCounts],
    *,
    startup: dict[str, int],
    threshold: float,
    max_instructions: int = 2_000_000,
    predict: Callable[[Mapping[str, int]], float] | None = None,
    spread: float = DEFAULT_SPREAD,
) -> InputSelection:
    """Select inputs on which the fast program executes at most `max_instructions` in total.

    They also have at least half of `max_instructions`, or `MIN_INSTRUCTION_SHARE` of all inputs'
    work if that is less. Of the sets with a low mismatch probability, the least expensive one
    within `max_instructions` is selected; if there is none, the least expensive larger one. The
    cost of a set is the predicted time of the race, a start-up for each input, and the mismatch
    probability by `RISK_WEIGHT`.

    Args:
        cases: Both programs' counts on every input that can be selected.
        startup: Counts of the fast program on an empty input.
        threshold: The speedup that decides.
        max_instructions: Instructions of the fast program on the selected inputs together, start-up
            included.
        predict: Returns the predicted time for counts, in any unit; if None, cycles are estimated
            as KCachegrind does.
        spread: Standard deviation of the logarithm of a predicted ratio's error. For a fitted
            prediction it is less than the default: the variance is twice that of a program.

    Raises:
        ValueError: There are no cases.
    """
    if not cases:
        raise ValueError("there are no inputs to choose from")
    predict = predict or estimate_cycles
    predicted = (_predict_input(item, predict) for item in cases)
    whole = _InputSet(tuple(sorted(predicted, key=lambda case: (case.instructions, case.name))))
    mismatches = {
        some: _compute_mismatch(some, whole, threshold, spread)
        for some in _generate_sets(whole.cases)
    }
    work = whole.instructions - len(cases) * startup.get("instructions", 0)
    least = min(max_instructions / 2, work * MIN_INSTRUCTION_SHARE)
    start = float(predict(startup))

    def compute_cost(some: _InputSet) -> tuple[float, tuple[str, ...]]:
        risk = RISK_WEIGHT * mismatches[some] * whole.estimate_race_cost(threshold)
        cost = some.estimate_race_cost(threshold) + len(some.cases) * start + risk
        # The names decide between sets of equal cost, so that the selection is repeatable.
        return cost, tuple(case.name for case in some.cases)

    # Never empty: all inputs together have no mismatch and more than `least` instructions.
    sound = [
        some
        for some, mismatch in mismatches.items()
        if some.instructions >= least and mismatch <= MAX_MISMATCH_PROBABILITY
    ]
    within = [some for some in sound if some.instructions <= max_instructions]
    chosen, larger = min(within or sound, key=compute_cost), not within
    share = min(1.0, start * len(chosen.cases) / chosen.fast)
    return InputSelection(
        tests=tuple(case.name for case in sorted(chosen.cases, key=lambda c: (-c.slow, c.name))),
        why=_explain(chosen, whole, threshold, share, larger=larger),
        instructions=chosen.instructions,
    )


def _predict_input(
    item: InputCounts, predict: Callable[[Mapping[str, int]], float]
) -> _PredictedInput:
    slow, fast = float(predict(item.slow)), max(float(predict(item.fast)), 1e-12)  # never 0
    return _PredictedInput(item.name, slow, fast, item.fast.get("instructions", 0))


def _generate_sets(cases: tuple[_PredictedInput, ...]) -> Iterator[_InputSet]:
    """Yield the sets that are tried, the set of all inputs last; `cases` are in ascending order."""
    step = math.ceil(len(cases) / MAX_COMBINED_INPUTS)
    ladder = cases[::-1][::step]  # the largest input is always in it
    for count in range(1, MAX_COMBINATION_SIZE + 1):
        yield from map(_InputSet, combinations(ladder, count))
    for count in range(MAX_COMBINATION_SIZE + 1, len(cases)):
        yield _InputSet(cases[-count:])
        yield _InputSet(cases[:count])
    yield _InputSet(cases)


def _explain(
    chosen: _InputSet, whole: _InputSet, threshold: float, share: float, *, larger: bool
) -> str:
    reason = "; smaller sets might lead to another decision than all inputs" if larger else ""
    return (
        f"{len(chosen.cases)} of {len(whole.cases)} inputs: the fast program executes "
        f"{chosen.instructions / 1e6:.2f} million instructions on them, {share:.0%} of its time is "
        f"start-up; predicted ratio {chosen.ratio:.2f}, on all inputs {whole.ratio:.2f}, threshold "
        f"{threshold:g}{reason}."
    )

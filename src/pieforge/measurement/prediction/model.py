"""Predict a simulator's time from counts, which cost about a ten thousandth of it.

The time of a run is taken to be a sum over kinds of events, each with a weight that is never
negative: instructions, first-level misses of data and of code, wrong branches, last-level
misses of data and of code, and the run's own beginning. The weights are fitted to measured runs
(see regression.py): errors are relative, a few odd runs do not move the weights, and each
weight is drawn to a prior, in the logarithm, so that it stays positive. Where the data say
little (a kind that never occurs, two that always occur together) the prior decides, and the
uncertainty that remains is kept. The unit of time is the data's: all priors are first
multiplied by one factor. Runs of one program err in the same way, so that a program counts as one
observation, however many runs of it there are.

The interval is not the fit's own opinion: every program is predicted by a fit without it, and
the spread is that of these residuals, odd ones included. A ratio has two of them. The interval
is Student's, for the spread is itself estimated, and at least as wide as that part of the
differences between any two residuals asks for; what the weights leave open is added.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import combinations

from pydantic import Field, NonNegativeInt

from pieforge.records import FrozenModel

Vector = tuple[float, ...]

EVENT_KINDS: Mapping[str, tuple[str, ...]] = {
    "instructions": ("instructions",),
    "data misses": ("d1_read_misses", "d1_write_misses"),
    "code misses": ("i1_misses",),
    "wrong branches": ("conditional_mispredicts", "indirect_mispredicts"),
    "far data": ("lld_read_misses", "lld_write_misses"),
    "far code": ("lli_misses",),
    "run": (),
}
"""Each weight's events, by cachegrind's names; a run is one event."""
_PRIOR_WEIGHTS = (0.6, 10.0, 15.0, 15.0, 120.0, 200.0, 30_000.0)
"""Cycles of each kind on a core of width 4 at 3.5 GHz, from its latencies (14 cycles to the second
level, 44 to the last, some 80 ns to memory, partly hidden), such that empty programs of C++ and C
take about what they were seen to take in gem5: 347,000 and 164,000 cycles."""
PRIOR_SPREAD = math.log(3)
MIN_PROGRAMS = 12
"""Fewer measured programs say nothing: there must be more of them than weights, with some left to
see the spread; from 12 on Student's factor is within a quarter of the normal distribution's."""
_MIN_SPREAD = 0.01
"""A fit of some runs is never believed to be closer than this, however well it looks."""
_MAX_RESIDUALS = 100
"""Residuals whose differences are looked at; of more, as many, spread evenly with both ends."""


class TimedRun(FrozenModel):
    """One exact simulation of one program on one input.

    Attributes:
        counts: Cachegrind's counts of the same run.
        seconds: What the simulator said.
        program: Identity of the program. Runs of one program err in the same way and are held out
            together; a sample without a name counts as a program of its own.
    """

    counts: dict[str, NonNegativeInt]
    seconds: float = Field(gt=0, allow_inf_nan=False)
    program: str = ""


class PredictionInterval(FrozenModel):
    """A predicted figure, and what it lies between with the confidence that was asked for."""

    low: float
    middle: float
    high: float


class TimeModel(FrozenModel):
    """A fitted prediction."""

    weights: dict[str, float]
    """Seconds of one event, by kind."""
    residuals: tuple[float, ...]
    """Logarithm of measured over predicted time for each program by the fit without it, sorted:
    of all its runs together or of a single one, whichever is largest in size."""
    covariance: tuple[tuple[float, ...], ...]
    """Of the logarithms of the weights, as far as the samples leave them open."""
    samples: int

    @property
    def programs(self) -> int:
        """Number of programs that it was fitted on."""
        return len(self.residuals)

    @property
    def spread(self) -> float:
        """Standard deviation of the logarithm of measured over predicted time of a program."""
        return _compute_spread(self.residuals)

    def predict_seconds(self, counts: Mapping[str, int]) -> float:
        """Return the predicted time of one run."""
        return math.fsum(self._compute_shares(counts))

    def predict_ratio(
        self,
        slow: Sequence[Mapping[str, int]],
        fast: Sequence[Mapping[str, int]],
        confidence: float = 0.99,
    ) -> PredictionInterval:
        """Predict the ratio of two programs' times, each summed over inputs.

        Args:
            slow: The slow program's counts on each input.
            fast: The fast program's.
            confidence: Part of all such intervals that hold the true ratio.
        """
        sides = [
            tuple(map(math.fsum, zip(*map(self._compute_shares, s), strict=True)))
            for s in (slow, fast)
        ]
        of_slow, of_fast = map(math.fsum, sides)
        step = tuple(s / of_slow - f / of_fast for s, f in zip(*sides, strict=True))
        student = _compute_student_factor(confidence, self.programs - 1)
        own = max(
            student * math.sqrt(2) * self.spread,
            _compute_difference_quantile(self.residuals, confidence),
        )
        variance = math.fsum(
            a * value * b
            for a, row in zip(step, self.covariance, strict=True)
            for b, value in zip(step, row, strict=True)
        )
        open_ = student * math.sqrt(max(0.0, variance))
        middle, factor = of_slow / of_fast, math.exp(math.hypot(own, open_))
        return PredictionInterval(low=middle / factor, middle=middle, high=middle * factor)

    def _compute_shares(self, counts: Mapping[str, int]) -> Vector:
        return tuple(
            w * x for w, x in zip(self.weights.values(), _count_events(counts), strict=True)
        )


def convert_to_two_sided(confidence: float) -> float:
    """Return the confidence of the interval whose upper end alone holds with a confidence.

    As much lies beyond its lower end as beyond its upper one.
    """
    return 2 * confidence - 1


def fit_time_model(samples: Iterable[TimedRun]) -> TimeModel | None:
    """Fit a prediction to measured runs; the order in which they come changes nothing.

    Returns:
        None where there are fewer programs than `MIN_PROGRAMS`.
    """
    import numpy as np  # here because it takes a while to load

    from pieforge.measurement.prediction.regression import DataPoints, fit_weights

    unique = {(s.program, tuple(sorted(s.counts.items())), s.seconds): s for s in samples}
    ordered = [unique[key] for key in sorted(unique)]
    groups: dict[str, list[int]] = {}
    for at, sample in enumerate(ordered):
        groups.setdefault(sample.program or f"\0{at}", []).append(at)
    if len(groups) < MIN_PROGRAMS:
        return None
    importance = np.empty(len(ordered))
    for rows in groups.values():
        importance[rows] = 1 / len(rows)
    events = np.array([_count_events(sample.counts) for sample in ordered])
    points = DataPoints(events, np.array([sample.seconds for sample in ordered]), importance)
    prior = np.array(_PRIOR_WEIGHTS)
    prior *= np.exp(np.median(points.compute_residuals(prior)))
    found = fit_weights(points, groups.values(), prior, PRIOR_SPREAD, _MIN_SPREAD)
    residuals = tuple(sorted(round(value, 6) for value in found.left_out))
    precision = found.information / _compute_spread(residuals) ** 2
    covariance = np.linalg.inv(precision + PRIOR_SPREAD**-2 * np.eye(len(prior)))
    return TimeModel(
        weights=dict(zip(EVENT_KINDS, map(_round_digits, found.weights), strict=True)),
        residuals=residuals,
        covariance=tuple(tuple(map(_round_digits, row)) for row in covariance),
        samples=len(ordered),
    )


def _count_events(counts: Mapping[str, int]) -> Vector:
    """Return how many events of each kind a run has."""
    return tuple(
        float(sum(counts.get(name, 0) for name in names)) if names else 1.0
        for names in EVENT_KINDS.values()
    )


def _round_digits(value: float) -> float:
    """Round to seven significant digits.

    The linear algebra takes other instructions on another processor, which changes the last
    digits of what it gives: what is kept and decided by must not depend on them.
    """
    return float(f"{value:.7g}")


def _compute_spread(residuals: Sequence[float]) -> float:
    mean_square = math.fsum(value * value for value in residuals) / len(residuals)
    return max(_MIN_SPREAD, math.sqrt(mean_square))


def _compute_student_factor(confidence: float, freedom: int) -> float:
    """Return Student's two-sided factor."""
    from scipy.special import stdtrit  # here because it takes a while to load

    return _round_digits(stdtrit(freedom, (1 + confidence) / 2))


@lru_cache(maxsize=64)
def _compute_difference_quantile(residuals: Vector, confidence: float) -> float:
    """Return what that part of the differences between two programs' residuals stays within."""
    last = len(residuals) - 1
    count = min(len(residuals), _MAX_RESIDUALS)
    picked = [residuals[round(at * last / (count - 1))] for at in range(count)]
    sizes = sorted(high - low for low, high in combinations(picked, 2))
    return sizes[math.ceil(confidence * len(sizes)) - 1]

"""Predict a simulator's time from counts, which cost about a ten-thousandth of the simulation.

The model: the time of a run is a sum over kinds of events, each with a positive weight:
instructions, first-level misses of data and of code, branch mispredictions, last-level misses of
data and of code, and the run itself. The weights are fitted to measured runs (see regression.py):

- errors are relative, and robust: a few outliers do not move the weights;
- the logarithm of each weight has a prior, which also keeps the weight positive. The prior decides
  where the data do not determine a weight (events that never occur, or that always occur together),
  and the remaining uncertainty is part of the model (`TimeModel.covariance`);
- the unit of time is that of the data: one common factor adapts all priors first;
- runs of one program have similar errors, so a program counts as one observation, however many runs
  of it there are.

The interval does not trust the fit: every program is predicted by a fit without it, and the spread
is that of these residuals, outliers included. A ratio has two residuals. The interval uses
Student's distribution, because the spread is itself estimated. It is at least as wide as the
quantile of the differences between any two residuals, and the uncertainty of the weights is added.
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
"""The events of each weight, by cachegrind's names; a run is one event."""
_PRIOR_WEIGHTS = (0.6, 10.0, 15.0, 15.0, 120.0, 200.0, 30_000.0)
"""Cycles of one event of each kind on a core of width 4 at 3.5 GHz. They follow from its latencies
(14 cycles to the second level, 44 to the last, about 80 ns to memory, partly hidden), such that the
empty programs of C++ and C take about their time in gem5: 347,000 and 164,000 cycles."""
PRIOR_SPREAD = math.log(3)
"""Standard deviation of the logarithm of a weight about its prior: a factor of 3."""
MIN_PROGRAMS = 12
"""Least number of measured programs for a fit. It must exceed the number of weights, to leave some
for the spread; from 12 on Student's factor is within a quarter of the normal distribution's."""
_MIN_SPREAD = 0.01
"""Least spread that a fit may have, even if its residuals are smaller."""
_MAX_RESIDUALS = 100
"""Most residuals whose differences are compared: all pairs are formed. Of more, this number is
taken at even distances, both ends included."""


class TimedRun(FrozenModel):
    """One exact simulation of one program on one input.

    Attributes:
        counts: cachegrind's counts of the same run.
        seconds: Simulated seconds.
        program: Identity of the program. Runs of one program have similar errors and are held out
            together. A sample without this identity counts as a program of its own.
    """

    counts: dict[str, NonNegativeInt]
    seconds: float = Field(gt=0, allow_inf_nan=False)
    program: str = ""


class PredictionInterval(FrozenModel):
    """A predicted value, with the bounds of its interval at the requested confidence."""

    low: float
    middle: float
    high: float


class TimeModel(FrozenModel):
    """A fitted prediction."""

    weights: dict[str, float]
    """Seconds of one event, by kind."""
    residuals: tuple[float, ...]
    """For each program, the logarithm of measured over predicted time, by the fit without that
    program: of all its runs together or of a single run, whichever has the largest absolute
    value. Sorted."""
    covariance: tuple[tuple[float, ...], ...]
    """Covariance of the logarithms of the weights: the uncertainty that the samples leave."""
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
            fast: The fast program's counts on each input.
            confidence: Share of such intervals that contain the true ratio.
        """
        sides = [
            tuple(map(math.fsum, zip(*map(self._compute_shares, s), strict=True)))
            for s in (slow, fast)
        ]
        of_slow, of_fast = map(math.fsum, sides)
        # Derivative of the ratio's logarithm by the logarithm of each weight. Where both programs
        # spend the same share of time on a kind of event, that weight's uncertainty cancels out.
        step = tuple(s / of_slow - f / of_fast for s, f in zip(*sides, strict=True))
        student = _compute_student_factor(confidence, self.programs - 1)
        own = max(
            student * math.sqrt(2) * self.spread,  # two independent residuals
            _compute_difference_quantile(self.residuals, confidence),
        )
        variance = math.fsum(
            a * value * b
            for a, row in zip(step, self.covariance, strict=True)
            for b, value in zip(step, row, strict=True)
        )
        # Rounding of the covariance can make a variance of 0 slightly negative.
        uncertainty = student * math.sqrt(max(0.0, variance))
        middle, factor = of_slow / of_fast, math.exp(math.hypot(own, uncertainty))
        return PredictionInterval(low=middle / factor, middle=middle, high=middle * factor)

    def _compute_shares(self, counts: Mapping[str, int]) -> Vector:
        """Return the predicted seconds of a run by kind of event."""
        return tuple(
            w * x for w, x in zip(self.weights.values(), _count_events(counts), strict=True)
        )


def convert_to_two_sided(confidence: float) -> float:
    """Return the two-sided confidence of the interval whose upper bound has `confidence`.

    The interval is symmetric: the probabilities below and above it are equal.
    """
    return 2 * confidence - 1


def fit_time_model(samples: Iterable[TimedRun]) -> TimeModel | None:
    """Fit a prediction to measured runs; their order does not affect the result.

    Returns:
        The prediction; None if there are fewer programs than `MIN_PROGRAMS`.
    """
    import numpy as np  # here, because importing it is slow

    from pieforge.measurement.prediction.regression import DataPoints, fit_weights

    unique = {(s.program, tuple(sorted(s.counts.items())), s.seconds): s for s in samples}
    ordered = [unique[key] for key in sorted(unique)]
    groups: dict[str, list[int]] = {}
    for at, sample in enumerate(ordered):
        # NUL: no identity of a program begins with it.
        groups.setdefault(sample.program or f"\0{at}", []).append(at)
    if len(groups) < MIN_PROGRAMS:
        return None
    # The runs of a program share the weight of one observation.
    importance = np.empty(len(ordered))
    for rows in groups.values():
        importance[rows] = 1 / len(rows)
    events = np.array([_count_events(sample.counts) for sample in ordered])
    points = DataPoints(events, np.array([sample.seconds for sample in ordered]), importance)
    prior = np.array(_PRIOR_WEIGHTS)
    prior *= np.exp(np.median(points.compute_residuals(prior)))
    fit = fit_weights(points, groups.values(), prior, PRIOR_SPREAD, _MIN_SPREAD)
    residuals = tuple(sorted(round(value, 6) for value in fit.left_out))
    # The spread of residuals of held-out programs, which is larger than that of the fit.
    precision = fit.information / _compute_spread(residuals) ** 2
    covariance = np.linalg.inv(precision + PRIOR_SPREAD**-2 * np.eye(len(prior)))
    return TimeModel(
        weights=dict(zip(EVENT_KINDS, map(_round_digits, fit.weights), strict=True)),
        residuals=residuals,
        covariance=tuple(tuple(map(_round_digits, row)) for row in covariance),
        samples=len(ordered),
    )


def _count_events(counts: Mapping[str, int]) -> Vector:
    """Return the number of events of each kind in a run, in the order of `EVENT_KINDS`."""
    return tuple(
        float(sum(counts.get(name, 0) for name in names)) if names else 1.0
        for names in EVENT_KINDS.values()
    )


def _round_digits(value: float) -> float:
    """Round to seven significant digits.

    Linear algebra uses other instructions on another processor, which changes the last digits of
    its results. Records and decisions must not depend on them.
    """
    return float(f"{value:.7g}")


def _compute_spread(residuals: Sequence[float]) -> float:
    mean_square = math.fsum(value * value for value in residuals) / len(residuals)
    return max(_MIN_SPREAD, math.sqrt(mean_square))


def _compute_student_factor(confidence: float, freedom: int) -> float:
    """Return the two-sided quantile of Student's distribution with `freedom` degrees."""
    from scipy.special import stdtrit  # here, because importing it is slow

    return _round_digits(stdtrit(freedom, (1 + confidence) / 2))


@lru_cache(maxsize=64)
def _compute_difference_quantile(residuals: Vector, confidence: float) -> float:
    """Return the quantile at `confidence` of the differences between two programs' residuals."""
    last = len(residuals) - 1
    count = min(len(residuals), _MAX_RESIDUALS)
    picked = [residuals[round(at * last / (count - 1))] for at in range(count)]
    sizes = sorted(high - low for low, high in combinations(picked, 2))
    return sizes[math.ceil(confidence * len(sizes)) - 1]

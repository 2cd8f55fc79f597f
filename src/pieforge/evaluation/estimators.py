"""Estimators: the best of k samples, efficiency, intervals, the threshold curve."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import CensoredData, ecdf

from pieforge.records import FrozenModel

RESAMPLES = 2000
_SEED = 1


class Estimate(FrozenModel):
    """A figure with its interval."""

    value: float
    low: float | None = None
    """None where the programs are of one problem: nothing shows how problems differ."""
    high: float | None = None


def estimate_best(values: Sequence[float], k: int) -> float:
    """Return the expected largest of `k` values drawn without replacement.

    This is pass@k of Chen et al. (arXiv 2107.03374) for values 0 and 1, and the estimator of eff@k
    (arXiv 2406.06647) for others: the r-th smallest of n is the largest in C(r-1, k-1) of the
    C(n, k) draws. It is unbiased for the best of k independent samples.

    Args:
        values: One for each sample, at least `k`.
        k: Samples drawn.
    """
    n = len(values)
    weighted = (
        math.comb(rank - 1, k - 1) * value for rank, value in enumerate(sorted(values), start=1)
    )
    return math.fsum(weighted) / math.comb(n, k)


def compute_efficiency(speedup: float, reference: float) -> float:
    """Return the efficiency of a correct program; ENAMEL's score with one level (arXiv 2406.06647).

    With the slow program's time T, the program's t, and the known fast program's t*, it is
    max(0, T - t) / (T - t*): 1 for a program as fast as the known one, more for a faster one. T is
    the limit at which times are right-censored: whatever takes longer counts as T, so 0. Only the
    ratios T / t and T / t* are needed. A race that stopped the slow program gives a lower bound of
    T / t, and since the score grows with it, a lower bound of the score.

    Args:
        speedup: T / t; 0 for a program that is wrong, or was not measured to its end.
        reference: T / t*, above 1.
    """
    if speedup <= 1:
        return 0.0
    return (1 - 1 / speedup) / (1 - 1 / reference)


def estimate_mean(
    values: Sequence[float], clusters: Sequence[str], level: float = 0.95
) -> Estimate:
    """Return the mean with its bootstrap interval; whole clusters are drawn with replacement.

    Programs of one problem are not independent, so the problem is what is drawn. The interval is
    the percentile interval of 2,000 resamples, with a fixed seed.

    Args:
        values: One for each program; at least one.
        clusters: Their problems.
        level: Confidence level.
    """
    names, where = np.unique(list(clusters), return_inverse=True)
    value = math.fsum(values) / len(values)
    if len(names) < 2:
        return Estimate(value=value)
    sums = np.bincount(where, weights=np.asarray(values, dtype=float))
    counts = np.bincount(where)
    low, high = bootstrap_interval(
        lambda drawn: sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), len(names), level
    )
    return Estimate(value=value, low=low, high=high)


def bootstrap_interval(
    compute: Callable[[NDArray[np.int64]], NDArray[np.float64]], clusters: int, level: float = 0.95
) -> tuple[float, float] | tuple[None, None]:
    """Return the percentile interval of a figure over resampled clusters, with a fixed seed.

    Args:
        compute: Takes the drawn clusters' positions, one resample per row, and returns the figure
            of each resample. Those that are no finite number do not count.
        clusters: Number of clusters.
        level: Confidence level.

    Returns:
        Low and high; None where no resample gives a number.
    """
    shape = RESAMPLES, clusters
    drawn = compute(np.random.default_rng(_SEED).integers(0, clusters, shape))
    drawn = drawn[np.isfinite(drawn)]
    if not len(drawn):
        return None, None
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def compute_shares(
    speedups: Sequence[tuple[float, bool]], thresholds: Sequence[float]
) -> list[float | None]:
    """Return the share of programs with at least each threshold's speedup.

    It is the Kaplan-Meier estimate, which is the plain share where no speedup is censored. None
    where nothing is known.

    Args:
        speedups: Each with whether it is only a lower bound (right-censored).
        thresholds: The least speedups.
    """
    exact = [value for value, censored in speedups if not censored]
    bounds = [value for value, censored in speedups if censored]
    if not exact:  # every program reaches its bound, and nothing is known beyond
        return [1.0 if x <= min(bounds) else None for x in thresholds]
    survival: Any = ecdf(CensoredData(uncensored=exact, right=bounds)).sf
    return [float(survival.evaluate(math.nextafter(x, 0))) for x in thresholds]

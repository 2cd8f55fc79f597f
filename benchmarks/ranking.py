"""Rank correlation."""

import statistics
from collections.abc import Sequence


def rank_correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Return Spearman's coefficient: Pearson's of the ranks, equal values sharing theirs."""
    return statistics.correlation(_ranks(left), _ranks(right))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return each value's place in order, the mean of the places where several are equal."""
    ordered = sorted(values)
    count = len(values)
    return [
        (ordered.index(value) + count - 1 - ordered[::-1].index(value)) / 2 for value in values
    ]

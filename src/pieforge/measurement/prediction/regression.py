"""A sum of non-negative weights fitted to positive figures by their logarithms.

A figure is predicted as the sum over k of b_k e^(x_k) n_k, with events n_k and first weights
b_k; the residual is the logarithm of the figure over the prediction. What is made least is

    sum of weight * huber(residual / scale) + sum of (x_k / prior_spread)^2 / 2

by Gauss and Newton's method, with Huber's weights, the scale being 1.48 times the median of
the residuals' sizes (P. J. Huber, "Robust estimation of a location parameter", 1964).

Imported only where something is fitted: numpy takes a while to load.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MAX_ITERATIONS = 40
_MAX_RESCALINGS = 8
"""Steps in which the scale is estimated again; then it is fixed, so that the steps converge."""
_MAX_STEP_SIZE = 1.0
_TOLERANCE = 1e-9
_HUBER_THRESHOLD = 1.5
_MAD_TO_DEVIATION = 1.4826
"""Standard deviation of a normal distribution over its median size."""


@dataclass(frozen=True)
class DataPoints:
    """Measured figures.

    Attributes:
        events: For each figure, how many events of each kind.
        values: What was measured, positive.
        importance: How much each counts.
    """

    events: Array
    values: Array
    importance: Array

    def select(self, rows: Any) -> "DataPoints":  # noqa: ANN401 - all that numpy takes as an index
        """Return some of them."""
        return DataPoints(self.events[rows], self.values[rows], self.importance[rows])

    def compute_residuals(self, weights: Array) -> Array:
        """Return the logarithm of each figure over its prediction."""
        return np.log(self.values / (self.events @ weights))

    def build_equations(self, weights: Array, scale: float) -> tuple[Array, Array]:
        """Return their part of the normal equations: matrix and right-hand side."""
        shares = self.events * weights / (self.events @ weights)[:, np.newaxis]
        residuals = self.compute_residuals(weights)
        excess = np.maximum(1, np.abs(residuals) / (_HUBER_THRESHOLD * scale))
        trust = self.importance / (scale**2 * excess)
        return (shares.T * trust) @ shares, shares.T @ (trust * residuals)

    def find_worst_residual(self, weights: Array) -> float:
        """Return the residual of their sum or of one of them, the largest in size."""
        total = np.log(self.values.sum() / (self.events @ weights).sum())
        return float(max(total, *self.compute_residuals(weights), key=abs))


@dataclass(frozen=True)
class FitResult:
    """What was fitted.

    Attributes:
        weights: Of one event of each kind.
        left_out: For each group the residual of a fit without it (one step of Gauss and Newton's
            from the full fit): of its figures' sum or of one of them, the largest in size.
        information: Sum of weight times the outer product of each figure's shares.
    """

    weights: Array
    left_out: list[float]
    information: Array


def fit_weights(
    points: DataPoints,
    groups: Iterable[list[int]],
    prior_weights: Array,
    prior_spread: float,
    min_scale: float,
) -> FitResult:
    """Fit weights to figures.

    Args:
        points: At least one.
        groups: Rows of `points` that are left out together.
        prior_weights: The weights b_k, positive.
        prior_spread: Standard deviation that the logarithm of each weight has about them.
        min_scale: The scale is never taken to be less.
    """
    stiffness = prior_spread**-2 * np.eye(len(prior_weights))

    def solve_step(matrix: Array, pull: Array) -> Array:
        """Solve with the prior's part added; no component is longer than allowed."""
        step = np.linalg.solve(matrix + stiffness, pull - stiffness @ shift)
        return np.clip(step, -_MAX_STEP_SIZE, _MAX_STEP_SIZE)

    shift = np.zeros(len(prior_weights))
    scale = min_scale
    for number in range(_MAX_ITERATIONS):
        weights = prior_weights * np.exp(shift)
        if number < _MAX_RESCALINGS:
            middle = np.median(np.abs(points.compute_residuals(weights)))
            scale = max(min_scale, _MAD_TO_DEVIATION * float(middle))
        step = solve_step(*points.build_equations(weights, scale))
        shift = shift + step
        if np.abs(step).max() < _TOLERANCE:
            break
    weights = prior_weights * np.exp(shift)
    matrix, pull = points.build_equations(weights, scale)
    left_out = []
    for rows in groups:
        group = points.select(rows)
        its_matrix, its_pull = group.build_equations(weights, scale)
        step = solve_step(matrix - its_matrix, pull - its_pull)
        left_out.append(group.find_worst_residual(weights * np.exp(step)))
    return FitResult(weights, left_out, matrix * scale**2)

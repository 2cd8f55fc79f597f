"""Robust regression: positive values as sums of events with positive weights.

A value is predicted as the sum over k of b_k e^(x_k) n_k, with numbers of events n_k and prior
weights b_k; its residual is the logarithm of the value over the prediction. The fit minimizes

    sum of importance * huber(residual / scale) + sum of (x_k / prior_spread)^2 / 2

by the Gauss-Newton method with Huber's weights. The scale is 1.48 times the median of the
residuals' absolute values (P. J. Huber, "Robust estimation of a location parameter", 1964).

Imported only by functions that fit, because importing numpy is slow.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_MAX_ITERATIONS = 40
_MAX_RESCALINGS = 8
"""Number of first steps that estimate the scale again; later it is constant, so that the steps
converge."""
_MAX_STEP_SIZE = 1.0
"""Largest change of a weight's logarithm in one step."""
_TOLERANCE = 1e-9
"""The fit ends when no component of a step is larger."""
_HUBER_THRESHOLD = 1.5
"""Residual, in units of the scale, beyond which Huber's loss is linear."""
_MAD_TO_DEVIATION = 1.4826
"""Standard deviation of a normal distribution over the median of its absolute values."""


@dataclass(frozen=True)
class DataPoints:
    """Measured values.

    Attributes:
        events: Number of events of each kind (columns) for each value (rows).
        values: The measured values, positive.
        importance: Weight of each value in the fit.
    """

    events: Array
    values: Array
    importance: Array

    def select(self, rows: Any) -> "DataPoints":  # noqa: ANN401 - all that numpy takes as an index
        """Return the values in some rows."""
        return DataPoints(self.events[rows], self.values[rows], self.importance[rows])

    def compute_residuals(self, weights: Array) -> Array:
        """Return the logarithm of each value over its prediction."""
        return np.log(self.values / (self.events @ weights))

    def build_equations(self, weights: Array, scale: float) -> tuple[Array, Array]:
        """Return these values' part of the normal equations: matrix and right-hand side."""
        # Derivative of a prediction's logarithm by the logarithm of each weight.
        shares = self.events * weights / (self.events @ weights)[:, np.newaxis]
        residuals = self.compute_residuals(weights)
        excess = np.maximum(1, np.abs(residuals) / (_HUBER_THRESHOLD * scale))
        trust = self.importance / (scale**2 * excess)
        return (shares.T * trust) @ shares, shares.T @ (trust * residuals)

    def find_worst_residual(self, weights: Array) -> float:
        """Return the residual with the largest absolute value: of one value, or of their sum."""
        total = np.log(self.values.sum() / (self.events @ weights).sum())
        return float(max(total, *self.compute_residuals(weights), key=abs))


@dataclass(frozen=True)
class FitResult:
    """The result of a fit.

    Attributes:
        weights: Weight of one event of each kind.
        left_out: For each group, its worst residual (`find_worst_residual`) in a fit without it,
            which is one Gauss-Newton step away from the full fit.
        information: Sum over all values of weight times the outer product of their shares.
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
    """Fit weights to values.

    Args:
        points: At least one value.
        groups: Rows of `points` that are left out together.
        prior_weights: The weights b_k, positive.
        prior_spread: Standard deviation of the logarithm of each weight about its prior.
        min_scale: Least scale.
    """
    stiffness = prior_spread**-2 * np.eye(len(prior_weights))

    def solve_step(matrix: Array, pull: Array) -> Array:
        """Solve the normal equations with the prior's part; limit each component of the step."""
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
    # The sum of the equations minus a group's part is the fit without it: one step each, because a
    # whole fit for each group would be expensive.
    left_out = []
    for rows in groups:
        group = points.select(rows)
        its_matrix, its_pull = group.build_equations(weights, scale)
        step = solve_step(matrix - its_matrix, pull - its_pull)
        left_out.append(group.find_worst_residual(weights * np.exp(step)))
    return FitResult(weights, left_out, matrix * scale**2)

"""A sum of non-negative weights fitted to positive figures by their logarithms; pure Python.

A figure is predicted as the sum over k of b_k e^(x_k) n_k, with events n_k and first weights
b_k; the residual is the logarithm of the figure over the prediction. What is made least is

    sum of weight * huber(residual / scale) + sum of (x_k / prior_spread)^2 / 2

by Gauss and Newton's method, with Huber's weights, the scale being 1.48 times the median of
the residuals' sizes (P. J. Huber, "Robust estimation of a location parameter", 1964).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Vector = tuple[float, ...]
Matrix = tuple[Vector, ...]

_MAX_ITERATIONS = 40
_MAX_RESCALINGS = 8
"""Steps before which the scale is taken anew; then it stays, so that the steps come to an end."""
_MAX_STEP_SIZE = 1.0
_TOLERANCE = 1e-7
_HUBER_THRESHOLD = 1.5
_MAD_TO_DEVIATION = 1.4826
"""Standard deviation of a normal distribution over its median size."""


@dataclass(frozen=True)
class DataPoint:
    """One figure.

    Attributes:
        events: How many of each kind.
        value: What was measured, positive.
        group: Observations of one group are left out together.
        weight: How much it counts.
    """

    events: Vector
    value: float
    group: int
    weight: float


@dataclass(frozen=True)
class FitResult:
    """What was fitted.

    Attributes:
        weights: Of one event of each kind.
        scale: Standard deviation of the residuals as the fit saw them.
        left_out: For each group the residual of a fit without it (one step of Gauss and Newton's
            from the full fit): of its observations' sum or of one of them, the largest in size.
        information: Sum of weight times the outer product of each observation's shares.
    """

    weights: Vector
    scale: float
    left_out: Vector
    information: Matrix


def fit_weights(
    observations: Sequence[DataPoint], prior_weights: Vector, prior_spread: float, min_scale: float
) -> FitResult:
    """Fit weights to observations.

    Args:
        observations: At least one.
        prior_weights: The weights b_k, positive.
        prior_spread: Standard deviation that the logarithm of each weight has about them.
        min_scale: The scale is never taken to be less.
    """
    shift = [0.0] * len(prior_weights)
    for number in range(_MAX_ITERATIONS):
        weights = _apply_shift(prior_weights, shift)
        if number < _MAX_RESCALINGS:
            sizes = (abs(_compute_residual(item, weights)) for item in observations)
            scale = max(min_scale, _MAD_TO_DEVIATION * median(sizes))
        step = _solve_step(*_build_equations(observations, weights, scale), shift, prior_spread)
        shift = [x + dx for x, dx in zip(shift, step, strict=True)]
        if max(map(abs, step)) < _TOLERANCE:
            break
    weights = _apply_shift(prior_weights, shift)
    matrix, pull = _build_equations(observations, weights, scale)
    left_out = []
    for group in _group_points(observations):
        out, own_pull = _build_equations(group, weights, scale)
        step = _solve_step(
            _subtract_matrices(matrix, out), _subtract(pull, own_pull), shift, prior_spread
        )
        left_out.append(_find_worst_residual(group, _apply_shift(weights, step)))
    information = tuple(tuple(value * scale * scale for value in row) for row in matrix)
    return FitResult(weights, scale, tuple(left_out), information)


def _group_points(observations: Sequence[DataPoint]) -> list[list[DataPoint]]:
    groups: dict[int, list[DataPoint]] = {}
    for item in observations:
        groups.setdefault(item.group, []).append(item)
    return list(groups.values())


def _apply_shift(weights: Vector, shift: Sequence[float]) -> Vector:
    return tuple(w * math.exp(x) for w, x in zip(weights, shift, strict=True))


def _compute_residual(item: DataPoint, weights: Vector) -> float:
    return math.log(item.value / dot(item.events, weights))


def _find_worst_residual(group: Sequence[DataPoint], weights: Vector) -> float:
    """Return the residual of a group's sum or of one observation, the largest in size."""
    predicted = math.fsum(dot(item.events, weights) for item in group)
    total = math.log(math.fsum(item.value for item in group) / predicted)
    return max((total, *(_compute_residual(item, weights) for item in group)), key=abs)


def _build_equations(
    observations: Sequence[DataPoint], weights: Vector, scale: float
) -> tuple[Matrix, Vector]:
    """Return the observations' part of the normal equations: matrix and right-hand side."""
    size = len(weights)
    matrix = [[0.0] * size for _ in range(size)]
    pull = [0.0] * size
    for item in observations:
        parts = [w * n for w, n in zip(weights, item.events, strict=True)]
        predicted = sum(parts)
        residual = math.log(item.value / predicted)
        trust = item.weight / (scale * scale)
        if abs(residual) > _HUBER_THRESHOLD * scale:
            trust *= _HUBER_THRESHOLD * scale / abs(residual)
        shares = [(at, part / predicted) for at, part in enumerate(parts) if part]
        for row, share in shares:
            factor = trust * share
            pull[row] += factor * residual
            line = matrix[row]
            for column, other in shares:
                line[column] += factor * other
    return tuple(map(tuple, matrix)), tuple(pull)


def _solve_step(
    matrix: Matrix, pull: Vector, shift: Sequence[float], prior_spread: float
) -> Vector:
    """Solve the normal equations with the prior's part added; no component longer than allowed."""
    stiffness = 1 / (prior_spread * prior_spread)
    stiff = add_diagonal(matrix, stiffness)
    right = tuple(p - stiffness * x for p, x in zip(pull, shift, strict=True))
    found = multiply(invert(stiff), right)
    return tuple(max(-_MAX_STEP_SIZE, min(_MAX_STEP_SIZE, value)) for value in found)


def add_diagonal(matrix: Matrix, value: float) -> Matrix:
    """Return a square matrix with a value added to its diagonal."""
    return tuple(
        tuple(item + value * (row == column) for column, item in enumerate(line))
        for row, line in enumerate(matrix)
    )


def invert(matrix: Matrix) -> Matrix:
    """Return the inverse of a symmetric, positive definite matrix (Gauss and Jordan's method)."""
    size = len(matrix)
    rows = [[*line, *(float(at == row) for at in range(size))] for row, line in enumerate(matrix)]
    for at in range(size):
        pivot = rows[at][at]
        rows[at] = [value / pivot for value in rows[at]]
        for other in range(size):
            factor = rows[other][at]
            if other != at and factor:
                rows[other] = [
                    value - factor * base for value, base in zip(rows[other], rows[at], strict=True)
                ]
    return tuple(tuple(row[size:]) for row in rows)


def dot(left: Sequence[float], right: Sequence[float]) -> float:
    """Return the sum of products."""
    return math.fsum(x * y for x, y in zip(left, right, strict=True))


def multiply(matrix: Matrix, vector: Sequence[float]) -> Vector:
    """Return a matrix times a vector."""
    return tuple(dot(row, vector) for row in matrix)


def _subtract_matrices(matrix: Matrix, other: Matrix) -> Matrix:
    return tuple(_subtract(row, part) for row, part in zip(matrix, other, strict=True))


def _subtract(left: Vector, right: Vector) -> Vector:
    return tuple(x - y for x, y in zip(left, right, strict=True))

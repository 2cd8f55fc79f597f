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

_STEPS = 40
_SCALINGS = 8
"""Steps before which the scale is taken anew; then it stays, so that the steps come to an end."""
_LONGEST_STEP = 1.0
_CLOSE = 1e-7
_HUBER = 1.5
_TO_DEVIATION = 1.4826
"""Standard deviation of a normal distribution over its median size."""


@dataclass(frozen=True)
class Observation:
    """One figure.

    Attributes:
        events: How many of each kind.
        figure: What was measured, positive.
        group: Observations of one group are left out together.
        weight: How much it counts.
    """

    events: Vector
    figure: float
    group: int
    weight: float


@dataclass(frozen=True)
class Fit:
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
    observations: Sequence[Observation], first: Vector, prior_spread: float, least_scale: float
) -> Fit:
    """Fit weights to observations.

    Args:
        observations: At least one.
        first: The weights b_k, positive.
        prior_spread: Standard deviation that the logarithm of each weight has about them.
        least_scale: The scale is never taken to be less.
    """
    shift = [0.0] * len(first)
    for number in range(_STEPS):
        weights = _moved(first, shift)
        if number < _SCALINGS:
            sizes = (abs(_residual(item, weights)) for item in observations)
            scale = max(least_scale, _TO_DEVIATION * median(sizes))
        step = _step(*_equations(observations, weights, scale), shift, prior_spread)
        shift = [x + dx for x, dx in zip(shift, step, strict=True)]
        if max(map(abs, step)) < _CLOSE:
            break
    weights = _moved(first, shift)
    matrix, pull = _equations(observations, weights, scale)
    left_out = []
    for group in _groups(observations):
        out, own_pull = _equations(group, weights, scale)
        step = _step(_less(matrix, out), _minus(pull, own_pull), shift, prior_spread)
        left_out.append(_worst_residual(group, _moved(weights, step)))
    information = tuple(tuple(value * scale * scale for value in row) for row in matrix)
    return Fit(weights, scale, tuple(left_out), information)


def _groups(observations: Sequence[Observation]) -> list[list[Observation]]:
    groups: dict[int, list[Observation]] = {}
    for item in observations:
        groups.setdefault(item.group, []).append(item)
    return list(groups.values())


def _moved(weights: Vector, shift: Sequence[float]) -> Vector:
    return tuple(w * math.exp(x) for w, x in zip(weights, shift, strict=True))


def _residual(item: Observation, weights: Vector) -> float:
    return math.log(item.figure / dot(item.events, weights))


def _worst_residual(group: Sequence[Observation], weights: Vector) -> float:
    """Return the residual of a group's sum or of one observation, the largest in size."""
    predicted = math.fsum(dot(item.events, weights) for item in group)
    total = math.log(math.fsum(item.figure for item in group) / predicted)
    return max((total, *(_residual(item, weights) for item in group)), key=abs)


def _equations(
    observations: Sequence[Observation], weights: Vector, scale: float
) -> tuple[Matrix, Vector]:
    """Return the observations' part of the normal equations: matrix and right-hand side."""
    size = len(weights)
    matrix = [[0.0] * size for _ in range(size)]
    pull = [0.0] * size
    for item in observations:
        parts = [w * n for w, n in zip(weights, item.events, strict=True)]
        predicted = sum(parts)
        residual = math.log(item.figure / predicted)
        trust = item.weight / (scale * scale)
        if abs(residual) > _HUBER * scale:
            trust *= _HUBER * scale / abs(residual)
        shares = [(at, part / predicted) for at, part in enumerate(parts) if part]
        for row, share in shares:
            factor = trust * share
            pull[row] += factor * residual
            line = matrix[row]
            for column, other in shares:
                line[column] += factor * other
    return tuple(map(tuple, matrix)), tuple(pull)


def _step(matrix: Matrix, pull: Vector, shift: Sequence[float], prior_spread: float) -> Vector:
    """Solve the normal equations with the prior's part added; no component longer than allowed."""
    stiffness = 1 / (prior_spread * prior_spread)
    stiff = add_diagonal(matrix, stiffness)
    right = tuple(p - stiffness * x for p, x in zip(pull, shift, strict=True))
    found = times(inverse(stiff), right)
    return tuple(max(-_LONGEST_STEP, min(_LONGEST_STEP, value)) for value in found)


def add_diagonal(matrix: Matrix, value: float) -> Matrix:
    """Return a square matrix with a value added to its diagonal."""
    return tuple(
        tuple(item + value * (row == column) for column, item in enumerate(line))
        for row, line in enumerate(matrix)
    )


def inverse(matrix: Matrix) -> Matrix:
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


def times(matrix: Matrix, vector: Sequence[float]) -> Vector:
    """Return a matrix times a vector."""
    return tuple(dot(row, vector) for row in matrix)


def _less(matrix: Matrix, other: Matrix) -> Matrix:
    return tuple(_minus(row, part) for row, part in zip(matrix, other, strict=True))


def _minus(left: Vector, right: Vector) -> Vector:
    return tuple(x - y for x, y in zip(left, right, strict=True))

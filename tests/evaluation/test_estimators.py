"""Estimators against figures computed by hand."""

import itertools

import pytest

from pieforge.evaluation.estimators import (
    compute_efficiency,
    compute_shares,
    estimate_best,
    estimate_mean,
)


def test_the_best_of_k_is_the_mean_over_all_draws_of_k() -> None:
    values = [1.0, 5.0, 2.0, 2.0]
    for k in range(1, 5):
        draws = [max(draw) for draw in itertools.combinations(values, k)]
        assert estimate_best(values, k) == pytest.approx(sum(draws) / len(draws))


def test_the_best_of_k_of_successes_is_pass_at_k() -> None:
    # 1 - C(3, 2) / C(5, 2), with 2 of 5 samples right
    assert estimate_best([1.0, 0.0, 0.0, 1.0, 0.0], 2) == pytest.approx(1 - 3 / 10)


def test_the_efficiency_is_1_for_the_known_program_and_0_at_the_limit() -> None:
    assert compute_efficiency(5.0, 5.0) == 1.0
    assert compute_efficiency(1.0, 5.0) == 0.0
    assert compute_efficiency(0.5, 5.0) == 0.0  # right-censored at the slow program's time
    assert compute_efficiency(0.0, 5.0) == 0.0
    # T = 10, t = 5, t* = 2: (10 - 5) / (10 - 2)
    assert compute_efficiency(2.0, 5.0) == pytest.approx(5 / 8)
    # T = 10, t = 1: faster than the known program
    assert compute_efficiency(10.0, 5.0) == pytest.approx(9 / 8)


def test_an_interval_comes_from_problems_and_not_from_programs() -> None:
    # Programs of a problem are alike: 50 of them say no more than one does.
    values = [0.0] * 50 + [1.0] * 50
    found = estimate_mean(values, ["a"] * 50 + ["b"] * 50)
    assert (found.value, found.low, found.high) == (0.5, 0.0, 1.0)
    apart = estimate_mean(values, [str(at) for at in range(100)])
    assert apart.low is not None
    assert 0.3 < apart.low < 0.45
    assert estimate_mean(values, [str(at) for at in range(100)]) == apart


def test_one_problem_has_no_interval() -> None:
    found = estimate_mean([1.0, 2.0], ["a", "a"])
    assert (found.value, found.low, found.high) == (1.5, None, None)


def test_a_threshold_that_is_reached_exactly_counts() -> None:
    speedups = [(1.0, False), (1.1, False), (5.0, False), (5.0, False)]
    assert compute_shares(speedups, [1.0, 1.1, 1.2, 5.0, 5.1]) == [1.0, 0.75, 0.5, 0.5, 0.0]


def test_a_race_that_was_stopped_counts_only_up_to_its_bound() -> None:
    # Kaplan-Meier: of the two programs known to reach 5x, one leaves there; the other goes on.
    found = compute_shares([(2.0, False), (5.0, True), (10.0, False)], [2.0, 5.0, 10.0, 11.0])
    assert found == pytest.approx([1.0, 2 / 3, 2 / 3, 0.0])
    assert compute_shares([(5.0, True)], [5.0, 6.0]) == [1.0, None]

"""A speedup on one input only, by the simulated costs."""

from pieforge.integrity.checks.one_input_only import (
    explain_slow_input,
    find_deciding_test,
    is_far_costlier,
)
from pieforge.measurement.cost import MeasuredCost

STARTUP = 100


def measured(*cycles: int) -> MeasuredCost:
    names = tuple(f"secret/{index}" for index in range(len(cycles)))
    return MeasuredCost(tests=names, ticks=tuple(c + STARTUP for c in cycles), startup=STARTUP)


def test_a_pair_that_is_faster_on_one_of_two_tests_is_refused() -> None:
    found = find_deciding_test(measured(10_000, 1_500), measured(500, 1_400))
    assert found == "secret/0 is 20.0x faster, no other test more than 1.07x"


def test_a_pair_that_is_faster_on_both_tests_is_not() -> None:
    assert find_deciding_test(measured(10_000, 1_500), measured(500, 900)) == ""


def test_a_test_of_very_low_cost_is_ignored() -> None:
    assert find_deciding_test(measured(10_000, 500), measured(500, 500)) == ""


def test_a_single_test_is_no_finding() -> None:
    assert find_deciding_test(measured(10_000), measured(500)) == ""


def test_the_slow_program_is_measured_on_a_fresh_input_only_if_it_costs_far_more() -> None:
    assert not is_far_costlier(measured(500, 400), measured(1_500))
    assert is_far_costlier(measured(500, 400), measured(1_501))


def test_a_program_that_is_slow_on_a_fresh_input_is_refused() -> None:
    assert explain_slow_input(measured(9_000), measured(8_000)) == "secret/0 is 1.12x faster"
    assert explain_slow_input(measured(9_000), measured(6_000)) == ""

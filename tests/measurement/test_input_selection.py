"""Input selection: few inputs, of the requested size, with the same decision as all inputs."""

from collections.abc import Callable, Mapping

import pytest
from synthetic_runs import STARTUP

from pieforge.measurement.input_selection import InputCounts, InputSelection, select_inputs
from pieforge.measurement.simulators.cachegrind import estimate_cycles

SIZES = (10, 30, 100, 300, 1000, 3000, 10_000, 30_000)


def counts(work: float) -> dict[str, int]:
    return STARTUP | {
        "instructions": STARTUP["instructions"] + int(work),
        "d1_read_misses": STARTUP["d1_read_misses"] + int(work / 100),
    }


def ladder(
    slow: Callable[[int], float], fast: Callable[[int], float], sizes: tuple[int, ...] = SIZES
) -> list[InputCounts]:
    return [
        InputCounts(name=f"secret/{n:06}", slow=counts(slow(n)), fast=counts(fast(n)))
        for n in sizes
    ]


def ratio(cases: list[InputCounts], names: tuple[str, ...] | None = None) -> float:
    taken = [case for case in cases if names is None or case.name in names]
    return sum(estimate_cycles(c.slow) for c in taken) / sum(estimate_cycles(c.fast) for c in taken)


def chosen(
    cases: list[InputCounts], threshold: float = 5.0, most: int = 2_000_000
) -> InputSelection:
    selection = select_inputs(cases, startup=STARTUP, threshold=threshold, max_instructions=most)
    assert set(selection.tests) <= {case.name for case in cases}
    assert len(set(selection.tests)) == len(selection.tests)
    taken = [case for case in cases if case.name in selection.tests]
    assert selection.instructions == sum(case.fast["instructions"] for case in taken)
    return selection


def test_for_a_clear_pair_one_input_of_a_million_or_two_instructions_is_chosen() -> None:
    cases = ladder(lambda n: 40_000 * n, lambda n: 1000 * n)
    selection = chosen(cases)
    assert selection.tests == ("secret/001000",)
    assert 1_000_000 <= selection.instructions <= 2_000_000
    assert "1 of 8 inputs" in selection.why
    assert selection.why.endswith("threshold 5.")


def test_for_a_pair_without_a_speedup_an_input_of_the_same_size_is_chosen() -> None:
    selection = chosen(ladder(lambda n: 1100 * n, lambda n: 1000 * n))
    assert (selection.tests, selection.instructions) == (("secret/001000",), 1_061_000)


@pytest.mark.parametrize("factor", [1.0, 2.5, 4.2, 4.9, 5.02, 5.1, 5.6, 7.0, 12.0, 80.0])
@pytest.mark.parametrize("power", [1.0, 1.3])
def test_the_chosen_inputs_are_on_the_same_side_of_the_threshold_as_all_inputs(
    factor: float, power: float
) -> None:
    cases = ladder(lambda n: 700 * factor * n**power, lambda n: 700 * n)
    selection = chosen(cases)
    whole, some = ratio(cases), ratio(cases, selection.tests)
    assert (some >= 5.0) == (whole >= 5.0)
    assert len(selection.tests) <= 3


def test_near_the_threshold_the_chosen_inputs_have_nearly_the_ratio_of_all() -> None:
    cases = ladder(lambda n: 3500 * n**1.02, lambda n: 700 * n)
    assert 5 < ratio(cases) < 7
    assert ratio(cases, chosen(cases).tests) == pytest.approx(ratio(cases), rel=0.05)


def test_larger_inputs_are_chosen_with_a_reason_where_small_ones_would_hide_the_speedup() -> None:
    cases = ladder(lambda n: 0.3 * n * n, lambda n: 300 * n)
    selection = chosen(cases, most=200_000)
    assert selection.instructions > 200_000
    assert "smaller sets might lead to another decision than all inputs" in selection.why
    assert ratio(cases, selection.tests) > 5.0


def test_not_all_inputs_of_a_small_ladder_are_chosen() -> None:
    cases = ladder(lambda n: 30_000 * n, lambda n: 300 * n, sizes=(10, 30, 100, 300, 1000))
    selection = chosen(cases)
    assert selection.tests == ("secret/000300",)
    assert "smaller" not in selection.why


def test_the_input_that_takes_the_slow_program_longest_comes_first() -> None:
    cases = ladder(lambda n: 3e9 / n, lambda n: 1000 * n, sizes=(300, 400, 500))
    selection = chosen(cases, most=2_400_000, threshold=2.0)
    slow = {case.name: estimate_cycles(case.slow) for case in cases}
    assert list(selection.tests) == sorted(selection.tests, key=lambda name: -slow[name])


def test_the_given_prediction_decides() -> None:
    def only_misses(events: Mapping[str, int]) -> float:
        return float(events["d1_read_misses"])

    cases = [
        InputCounts(
            name=f"secret/{n}",
            slow=counts(1e6) | {"d1_read_misses": 9_000 * n},
            fast=counts(1e6) | {"d1_read_misses": 1_000},
        )
        for n in (0, 1)
    ]
    selection = select_inputs(cases, startup=STARTUP, threshold=4.0, predict=only_misses)
    assert selection.tests == ("secret/1", "secret/0")
    assert "predicted ratio 4.50, on all inputs 4.50" in selection.why
    assert len(chosen(cases, threshold=4.0).tests) == 1


def test_the_order_of_the_cases_changes_nothing() -> None:
    cases = ladder(lambda n: 5000 * n**1.03, lambda n: 900 * n)
    assert chosen(cases) == chosen(cases[::-1])


def test_a_single_input_is_taken_and_none_is_an_error() -> None:
    cases = ladder(lambda n: 9 * n, lambda n: n, sizes=(5,))
    assert chosen(cases).tests == ("secret/000005",)
    with pytest.raises(ValueError, match="no inputs"):
        select_inputs([], startup=STARTUP, threshold=5.0)


def test_inputs_are_chosen_from_a_long_ladder() -> None:
    cases = ladder(lambda n: 9000 * n, lambda n: 1000 * n, sizes=tuple(range(1, 2000, 20)))
    selection = chosen(cases)
    assert len(selection.tests) <= 3
    assert 1_000_000 <= selection.instructions <= 2_000_000
    assert ratio(cases, selection.tests) > 5

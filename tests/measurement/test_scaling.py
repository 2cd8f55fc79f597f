import pytest

from pieforge.measurement.scaling import classify_growth, fit_exponent
from pieforge.records import Growth, InputSpeedup


def ratios(*points: tuple[int, float]) -> list[InputSpeedup]:
    return [InputSpeedup(test=str(c), size=1, cycles=c, ratio=r) for c, r in points]


def test_a_linear_program_for_a_quadratic_one_grows_with_half_the_power_of_the_work() -> None:
    found = ratios(*[(n * n, n / 3) for n in (1000, 3000, 10_000)])
    slope = fit_exponent(found)
    assert slope == pytest.approx(0.5)
    assert classify_growth(slope) is Growth.GROWS


def test_a_linear_program_for_n_log_n_is_a_constant_factor() -> None:
    found = ratios(
        *[(n * bits, 1.5 * bits) for n, bits in ((1 << 12, 12), (1 << 15, 15), (1 << 18, 18))]
    )
    assert classify_growth(fit_exponent(found)) is Growth.CONSTANT


def test_the_same_factor_with_some_noise_is_constant() -> None:
    found = ratios((10_000, 6.1), (50_000, 5.6), (1_000_000, 6.4), (1_100_000, 5.9))
    assert classify_growth(fit_exponent(found)) is Growth.CONSTANT


def test_a_speedup_that_disappears_on_larger_inputs_shrinks() -> None:
    assert (
        classify_growth(fit_exponent(ratios((10_000, 20.0), (40_000, 9.0), (160_000, 5.0))))
        is Growth.SHRINKS
    )


@pytest.mark.parametrize(
    "points",
    [
        [],
        [(10_000, 5.0), (1_000_000, 50.0)],
        [(10_000, 5.0), (20_000, 10.0), (30_000, 15.0)],
    ],
    ids=["none", "two", "close"],
)
def test_few_or_close_points_leave_it_unknown(points: list[tuple[int, float]]) -> None:
    assert fit_exponent(ratios(*points)) is None
    assert classify_growth(None) is Growth.UNKNOWN

"""The prediction, compared with known times over many draws."""

import math
from random import Random

import pytest
from sandbox_shortcuts import Build
from synthetic_runs import CLOCK_HZ, STARTUP, TRUE_CYCLES, corpus, program, runs

from pieforge.measurement.prediction.model import (
    EVENT_KINDS,
    MIN_PROGRAMS,
    TimedRun,
    TimeModel,
    fit_time_model,
)
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.sandbox.sandbox import Sandbox

SEEDS = 16
PAIRS = 60


def fitted(samples: list[TimedRun]) -> TimeModel:
    model = fit_time_model(samples)
    assert model is not None
    return model


def covered(seed: int, programs: int, spread: float, *, tails: bool = False) -> tuple[int, float]:
    """Return the number of true ratios inside their intervals, and the median interval's factor."""
    rng = Random(f"coverage {seed} {programs} {spread}")
    model = fitted(corpus(rng, programs, spread, tails=tails))
    within, widths = 0, []
    for _ in range(PAIRS):
        slow, fast = program(rng, spread, tails=tails), program(rng, spread, tails=tails)
        of_slow = [slow.counts(10 ** rng.uniform(4, 7)) for _ in range(2)]
        of_fast = [fast.counts(10 ** rng.uniform(3, 6)) for _ in range(2)]
        truth = sum(map(slow.seconds, of_slow)) / sum(map(fast.seconds, of_fast))
        predicted = model.predict_ratio(of_slow, of_fast)
        within += predicted.low <= truth <= predicted.high
        widths.append(predicted.high / predicted.middle)
    return within, sorted(widths)[PAIRS // 2]


@pytest.mark.parametrize("programs", [MIN_PROGRAMS, 20, 40])
@pytest.mark.parametrize("spread", [0.03, 0.25])
def test_intervals_of_99_in_100_hold_the_truth_that_often(programs: int, spread: float) -> None:
    predicted = [covered(seed, programs, spread) for seed in range(SEEDS)]
    share = sum(within for within, _ in predicted) / (SEEDS * PAIRS)
    assert share >= 0.985
    least = math.exp(2.576 * math.sqrt(2) * spread)
    assert (
        sorted(width for _, width in predicted)[SEEDS // 2]
        < least ** (2.5 if programs < 20 else 1.8) * 1.3
    )


@pytest.mark.parametrize("programs", [20, 40])
def test_intervals_hold_where_one_program_in_ten_is_an_outlier(programs: int) -> None:
    within = sum(covered(seed, programs, 0.15, tails=True)[0] for seed in range(SEEDS))
    assert within >= 0.97 * SEEDS * PAIRS


def test_a_smaller_confidence_gives_a_narrower_interval_that_holds_as_often_as_said() -> None:
    rng = Random("narrow")
    model = fitted(corpus(rng, 80, 0.2))
    held = 0
    for _ in range(400):
        slow, fast = program(rng, 0.2), program(rng, 0.2)
        sides = [slow.counts(1e6)], [fast.counts(1e5)]
        narrow, wide = model.predict_ratio(*sides, confidence=0.8), model.predict_ratio(*sides)
        assert wide.low < narrow.low < narrow.middle < narrow.high < wide.high
        truth = slow.seconds(sides[0][0]) / fast.seconds(sides[1][0])
        held += narrow.low <= truth <= narrow.high
    assert 0.74 < held / 400 < 0.92


def test_too_few_programs_give_no_prediction_for_any_number_of_runs() -> None:
    rng = Random("few")
    few = [s for n in range(MIN_PROGRAMS - 1) for s in runs(f"p{n}", program(rng, 0.1), rng, 9)]
    assert fit_time_model([]) is None
    assert fit_time_model(few) is None
    assert fit_time_model([*few, *few]) is None
    assert fit_time_model([*few, *runs("another", program(rng, 0.1), rng, 1)]) is not None


def test_runs_without_a_name_are_programs_of_their_own() -> None:
    rng = Random("nameless")
    samples = [s.model_copy(update={"program": ""}) for s in corpus(rng, MIN_PROGRAMS // 3, 0.1)]
    assert fitted(samples).programs == len(samples)


def test_without_noise_the_times_are_found_and_no_weight_is_negative() -> None:
    rng = Random("exact")
    model = fitted(corpus(rng, 80, 0.0))
    assert all(weight > 0 for weight in model.weights.values())
    assert model.weights["instructions"] * CLOCK_HZ == pytest.approx(0.3, rel=0.05)
    assert model.weights["data misses"] * CLOCK_HZ == pytest.approx(12, rel=0.05)
    fresh = program(rng, 0.0)
    for work in (1e4, 1e6, 1e8):
        counts = fresh.counts(work)
        assert model.predict_seconds(counts) == pytest.approx(fresh.seconds(counts), rel=0.03)


def test_the_order_of_samples_and_repeats_of_them_change_nothing() -> None:
    rng = Random("order")
    samples = corpus(rng, 20, 0.2)
    first = fit_time_model(samples)
    mixed = [*samples, *samples[::3]]
    rng.shuffle(mixed)
    assert fit_time_model(mixed) == first


def test_the_unit_of_time_is_the_samples() -> None:
    samples = corpus(Random("unit"), 20, 0.2)
    in_hours = [s.model_copy(update={"seconds": s.seconds / 3600}) for s in samples]
    sides = [samples[0].counts], [samples[9].counts]
    one, other = fitted(samples).predict_ratio(*sides), fitted(in_hours).predict_ratio(*sides)
    assert one.middle == pytest.approx(other.middle, rel=1e-6)
    assert one.high == pytest.approx(other.high, rel=1e-4)


def test_a_model_comes_back_from_its_json() -> None:
    model = fitted(corpus(Random("json"), 15, 0.2))
    assert TimeModel.model_validate_json(model.model_dump_json()) == model
    assert model.samples == 45
    assert list(model.weights) == list(EVENT_KINDS)


def test_kinds_that_always_occur_together_are_predicted_together() -> None:
    rng = Random("collinear")
    samples = []
    for sample in corpus(rng, 40, 0.05):
        counts = dict(sample.counts)
        counts["i1_misses"] = counts["lli_misses"] = counts["instructions"] // 50
        cycles = 0.3 * counts["instructions"] + 210 * counts["lli_misses"]
        seconds = cycles * math.exp(rng.gauss(0, 0.05)) / CLOCK_HZ
        samples.append(sample.model_copy(update={"counts": counts, "seconds": seconds}))
    model = fitted(samples)
    together = {"instructions": 2_000_000, "i1_misses": 40_000, "lli_misses": 40_000}
    truth = (0.3 * 2_000_000 + 210 * 40_000) / CLOCK_HZ
    assert model.predict_seconds(together) == pytest.approx(truth, rel=0.2)
    [alone], [other] = [{"instructions": 10_000, "i1_misses": 90_000}], [together]
    close, open_ = (
        model.predict_ratio([together], [samples[0].counts]),
        model.predict_ratio([alone], [other]),
    )
    assert close.high / close.middle < 1.5 < 3 < open_.high / open_.middle


def test_a_kind_that_never_occurred_leaves_the_interval_wide_where_it_does() -> None:
    rng = Random("zero")
    samples = []
    for sample in corpus(rng, 40, 0.05):
        counts = dict(sample.counts) | {"lld_read_misses": 0, "lld_write_misses": 0}
        cycles = 0.3 * counts["instructions"] + 190 * counts["lli_misses"]
        samples.append(sample.model_copy(update={"counts": counts, "seconds": cycles / CLOCK_HZ}))
    model = fitted(samples)
    known = samples[0].counts
    far = known | {"lld_read_misses": known["instructions"]}
    assert model.weights["far data"] > 0
    usual, wide = (
        model.predict_ratio([known], [samples[5].counts]),
        model.predict_ratio([far], [known]),
    )
    assert usual.high / usual.middle < 1.6
    assert wide.high / wide.middle > 10


def test_one_outlier_does_not_change_the_weights_but_widens_the_interval() -> None:
    rng = Random("odd")
    samples = corpus(rng, 30, 0.05)
    odd = [
        s.model_copy(update={"seconds": 10 * s.seconds}) if s.program == "p3" else s
        for s in samples
    ]
    clean, moved = fitted(samples), fitted(odd)
    counts = program(rng, 0.0).counts(1e6)
    assert moved.predict_seconds(counts) == pytest.approx(clean.predict_seconds(counts), rel=0.05)
    sides = [counts], [program(rng, 0.0).counts(1e5)]
    assert moved.predict_ratio(*sides).high > 2 * clean.predict_ratio(*sides).high


def test_runs_of_one_program_are_held_out_together() -> None:
    rng = Random("together")
    samples = [s for n in range(15) for s in runs(f"p{n}", program(rng, 0.3), rng, 12)]
    nameless = [s.model_copy(update={"program": ""}) for s in samples]
    assert fitted(samples).programs == 15
    assert fitted(samples).spread > 0.2
    sides = [samples[0].counts], [samples[50].counts]
    assert fitted(samples).predict_ratio(*sides).high > fitted(nameless).predict_ratio(*sides).high


def test_start_up_dominates_a_small_program_on_both_sides() -> None:
    model = fitted(corpus(Random("start"), 40, 0.05))
    drawn = program(Random("small"), 0.0)
    small = model.predict_ratio([drawn.counts(20_000)], [drawn.counts(1_000)])
    large = model.predict_ratio([drawn.counts(20_000_000)], [drawn.counts(1_000_000)])
    assert 1 < small.middle < 1.2 < 10 < large.middle
    cycles = CLOCK_HZ * model.predict_seconds(STARTUP)
    assert cycles == pytest.approx(sum_of_startup(), rel=0.15)


def sum_of_startup() -> float:
    return sum(
        weight * sum(STARTUP.get(name, 0) for name in EVENT_KINDS[kind])
        if EVENT_KINDS[kind]
        else weight
        for kind, weight in TRUE_CYCLES.items()
    )


async def test_the_kinds_are_counted_by_cachegrind_under_these_names(
    sandbox: Sandbox, build: Build
) -> None:
    program_that_works = await build(
        "int main() { for (volatile int i = 0; i < 9999;) i = i + 1; }"
    )
    [predicted] = await Cachegrind().measure(sandbox, program_that_works, [b""])
    assert {name for names in EVENT_KINDS.values() for name in names} <= set(predicted.counts)
    assert all(
        sum(predicted.counts[name] for name in names) > 0 for names in EVENT_KINDS.values() if names
    )

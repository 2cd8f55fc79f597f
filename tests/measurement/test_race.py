"""The race: the decision of a full simulation, with less simulated."""

from pathlib import Path

import pytest
from recorded_simulator import INPUTS, Recorded
from sandbox_shortcuts import Build

from pieforge.corpus.corpus import open_corpus
from pieforge.errors import MissingToolError
from pieforge.inputs import NamedInput
from pieforge.measurement.race import (
    RaceResult,
    compute_slow_budget,
    estimate_speedup,
    run_race,
)
from pieforge.measurement.simulators.cached import CachedSimulator
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.measurement.simulators.gem5 import Gem5
from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Executable, Sandbox

STARTUP = (100_000, 100_000)
FULL = 36_184_826 + 4_142_807 + 123_486
FAST = 361_828 + 201_809 + 123_068


def program(name: str) -> Executable:
    return Executable("c17", name, Path("unused"))


async def recorded_race(
    simulator: Recorded,
    slow: str = "slow",
    fast: str = "fast",
    *,
    threshold: float = 5.0,
    cap: float = 1.0,
    exact: bool = False,
) -> RaceResult:
    return await run_race(
        simulator,
        None,  # type: ignore[arg-type]
        program(slow),
        program(fast),
        INPUTS,
        threshold=threshold,
        cap=cap,
        exact=exact,
        startup=STARTUP,
    )


async def test_a_slow_program_that_is_slow_enough_is_stopped_where_that_is_certain() -> None:
    simulator = Recorded()
    result = await recorded_race(simulator)
    assert result.bound == "lower"
    assert result.fast.ticks == (361_828, 201_809, 123_068)
    assert result.slow.tests == ("secret/3000",)
    assert result.slow.ticks == (5 * FAST,)
    assert result.slow.bounded
    assert result.slow.verdict is Verdict.AC
    assert result.slow.outputs == ("",)
    assert result.ratio == 5.0
    assert simulator.simulated == 6 * FAST < FULL / 9


async def test_an_exact_race_gives_the_full_ratio() -> None:
    result = await recorded_race(Recorded(), exact=True)
    assert (result.bound, result.slow.gross, result.slow.bounded) == ("exact", FULL, False)
    assert result.ratio == FULL / FAST
    assert result.net_ratio == (FULL - 300_000) / (FAST - 300_000)
    assert result.slow.outputs == result.fast.outputs


async def test_a_larger_cap_gives_a_larger_lower_bound() -> None:
    result = await recorded_race(Recorded(), cap=3.0)
    assert (result.bound, result.ratio) == ("lower", 15.0)


async def test_a_slow_program_that_is_not_slow_enough_is_run_to_its_end() -> None:
    result = await recorded_race(Recorded(), threshold=60.0)
    assert (result.bound, result.ratio) == ("exact", FULL / FAST)
    assert result.slow.tests == result.fast.tests


@pytest.mark.parametrize("threshold", [1.1, 5.0, 11.4, 58.9, 58.904, 58.91, 70.3])
@pytest.mark.parametrize("cap", [1.0, 1.7])
async def test_a_race_decides_as_the_full_simulation_does(threshold: float, cap: float) -> None:
    result = await recorded_race(Recorded(), threshold=threshold, cap=cap)
    assert (result.ratio >= threshold) == (threshold <= FULL / FAST)
    assert result.ratio <= FULL / FAST


async def test_if_the_fast_program_fails_the_slow_one_is_not_started() -> None:
    simulator = Recorded()
    result = await recorded_race(simulator, fast="failing")
    assert (result.fast.verdict, result.ratio, result.bound) == (Verdict.RE, 0.0, "lower")
    assert result.slow.tests == ()
    assert {name for name, _ in simulator.asked} == {"failing"}


async def test_where_the_slow_program_fails_the_race_says_so() -> None:
    result = await recorded_race(Recorded(), slow="failing")
    assert (result.slow.verdict, result.slow.bounded) == (Verdict.RE, False)
    assert result.bound == "lower"


async def test_a_stopped_program_has_an_estimate_of_its_speedup_with_an_interval() -> None:
    """The prediction errs by the same factor on every input; the whole runs correct it."""
    whole = await recorded_race(Recorded(), exact=True)
    slow = dict(zip(whole.slow.tests, whole.slow.ticks, strict=True))
    fast = dict(zip(whole.fast.tests, whole.fast.ticks, strict=True))
    predicted = {name: (1.3 * ticks, float(fast[name])) for name, ticks in slow.items()}
    assert estimate_speedup(whole, predicted, 0.3) is None
    begun = await recorded_race(Recorded())
    found = estimate_speedup(begun, predicted, 0.3)
    assert found is not None
    assert found.value == pytest.approx(1.3 * FULL / FAST)
    assert found.low < FULL / FAST < found.high
    further = await recorded_race(Recorded(), threshold=54.0)
    assert (further.bound, len(further.slow.tests)) == ("lower", 2)
    corrected = estimate_speedup(further, predicted, 0.3)
    assert corrected is not None
    assert corrected.value == pytest.approx(FULL / FAST, rel=1e-3)
    assert corrected.high - corrected.low < found.high - found.low


async def test_an_estimate_is_never_below_what_was_measured() -> None:
    begun = await recorded_race(Recorded())
    equal = dict.fromkeys(begun.fast.tests, (1.0, 1.0))
    found = estimate_speedup(begun, equal, 0.1)
    assert found is not None
    assert found.low >= begun.ratio
    failed = await recorded_race(Recorded(), slow="failing")
    assert estimate_speedup(failed, equal, 0.1) is None


@pytest.mark.parametrize("threshold", [1.1, 2.3, 5.0, 7.7, 1 / 3])
def test_a_program_that_used_the_budget_has_reached_the_threshold_in_floating_point(
    threshold: float,
) -> None:
    for fast in (1, 3, 7, 10, 99_224_840, 123_456_789_012_345):
        budget = compute_slow_budget(fast, threshold)
        assert budget / fast >= threshold
        assert (budget - 1) / fast <= threshold


def test_a_cap_below_the_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match="before it is decided"):
        compute_slow_budget(100, 5.0, 0.9)


async def test_with_a_simulator_that_cannot_stop_within_a_run_no_further_input_is_begun(
    sandbox: Sandbox, build: Build
) -> None:
    folder = Path(__file__).parent / "recorded"
    slow, fast = [await build((folder / f"{n}.c").read_text(), "c17") for n in ("slow", "fast")]
    inputs = INPUTS[1:]
    result = await run_race(
        Cachegrind(), sandbox, slow, fast, inputs, threshold=5.0, startup=STARTUP
    )
    assert (result.bound, len(result.slow.ticks), result.slow.bounded) == ("lower", 1, False)
    assert 10 < result.ratio < 20 < result.net_ratio
    assert result.slow.outputs == result.fast.outputs[:1]
    assert result.slow.counts["instructions"] > 10 * result.fast.counts["instructions"]


async def test_gem5_stops_the_slow_program_within_a_run_and_its_result_is_cached(
    sandbox: Sandbox, build: Build, tmp_path: Path
) -> None:
    try:
        gem5 = Gem5()
    except MissingToolError as error:
        pytest.skip(f"needs GEM5_BINARY: {error.what}")
    folder = Path(__file__).parent / "recorded"
    key = "+".join(filter(None, ("c17", gem5.processor)))
    slow, fast = [await build((folder / f"{n}.c").read_text(), key) for n in ("slow", "fast")]
    inputs = [NamedInput("secret/300", b"300"), NamedInput("secret/20", b"20")]
    full = await run_race(
        gem5, sandbox, slow, fast, inputs, threshold=1.5, exact=True, startup=(1, 1)
    )
    assert full.bound == "exact"
    assert full.ratio > 1.7
    corpus = open_corpus(tmp_path / "corpus.sqlite", "", 1 << 30)
    simulator = CachedSimulator(gem5, corpus.measurements)
    results = [
        await run_race(simulator, sandbox, slow, fast, inputs, threshold=1.5, startup=(1, 1))
        for _ in range(2)
    ]
    assert results[0] == results[1]
    assert results[0].fast == full.fast
    assert (results[0].bound, results[0].slow.bounded) == ("lower", True)
    assert results[0].slow.gross == compute_slow_budget(full.fast.gross, 1.5) < full.slow.gross

"""A cache gives the results of its simulator, with fewer simulations."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from recorded_simulator import INPUTS, Recorded
from sandbox_shortcuts import Build

from pieforge.corpus.corpus import MeasurementCache, open_corpus
from pieforge.measurement.simulators import Measurement
from pieforge.measurement.simulators.cached import CachedSimulator
from pieforge.measurement.simulators.cachegrind import Cachegrind, CachegrindSettings
from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

SLOW, FAST, FAILING = (Executable("c17", n, Path("unused")) for n in ("slow", "fast", "failing"))
STDINS = [item.data for item in INPUTS]
LARGE, MIDDLE, SMALL = 36_184_826, 4_142_807, 123_486


def stored(folder: Path) -> MeasurementCache:
    """Return the cache of a corpus in a folder."""
    return open_corpus(folder / "corpus.sqlite", "", 1 << 30).measurements


async def ask(
    simulator: CachedSimulator,
    program: Executable = SLOW,
    stdins: list[bytes] = STDINS,
    budget: int | None = None,
    limits: Limits | None = None,
) -> list[Measurement]:
    return await simulator.measure(None, program, stdins, limits, budget=budget)  # type: ignore[arg-type]


async def test_the_same_question_is_simulated_once_across_objects(tmp_path: Path) -> None:
    first, second = Recorded(), Recorded()
    results = await ask(CachedSimulator(first, stored(tmp_path)))
    assert (
        await ask(CachedSimulator(second, stored(tmp_path)))
        == results
        == await first.measure(None, SLOW, STDINS)
    )
    assert second.asked == []
    assert [item.stdout for item in results] == [b"4504501000\n", b"167167000\n", b"1540\n"]


async def test_it_has_the_identity_of_the_simulator_in_it(tmp_path: Path) -> None:
    inner = Recorded()
    outer = CachedSimulator(inner, stored(tmp_path))
    assert (outer.name, outer.sha, outer.tools) == (inner.name, inner.sha, inner.tools)
    assert outer.convert_to_seconds(5) == inner.convert_to_seconds(5)


async def test_another_program_input_or_limit_is_another_question(tmp_path: Path) -> None:
    inner = Recorded()
    simulator = CachedSimulator(inner, stored(tmp_path))
    for program, stdin, limits in (
        (SLOW, b"20", None),
        (FAST, b"20", None),
        (SLOW, b"1000", None),
        (SLOW, b"20", Limits(cpu_s=9.0)),
    ):
        await ask(simulator, program, [stdin], limits=limits)
        await ask(simulator, program, [stdin], limits=limits)
    assert len(inner.asked) == 4


BUDGETS = [1, 1000, SMALL, LARGE - 1, LARGE, LARGE + 1, LARGE + 70, LARGE + MIDDLE, 50_000_000]


@pytest.mark.parametrize("budget", BUDGETS)
async def test_results_do_not_depend_on_cache_state(budget: int, tmp_path: Path) -> None:
    fresh = await ask(CachedSimulator(Recorded(), stored(tmp_path / "fresh")), budget=budget)
    for number, other in enumerate((*BUDGETS, None)):
        simulator = CachedSimulator(Recorded(), stored(tmp_path / str(number)))
        await ask(simulator, stdins=STDINS[::-1], budget=other)
        await ask(simulator, budget=other)
        results = await ask(simulator, budget=budget)
        assert [replace(item, cpu_s=0) for item in results] == [
            replace(item, cpu_s=0) for item in fresh
        ]


async def test_a_stopped_run_answers_requests_with_the_same_or_a_smaller_budget(
    tmp_path: Path,
) -> None:
    inner = Recorded()
    simulator = CachedSimulator(inner, stored(tmp_path))
    [stopped] = await ask(simulator, stdins=STDINS[:1], budget=1_000_000)
    assert (stopped.bounded, stopped.verdict, stopped.ticks) == (True, Verdict.TLE, 1_000_000)
    assert (stopped.counts, stopped.output_sha) == ({}, "")
    asked = len(inner.asked)
    [less] = await ask(simulator, stdins=STDINS[:1], budget=400_000)
    assert (less.bounded, less.ticks, len(inner.asked)) == (True, 400_000, asked)
    [more] = await ask(simulator, stdins=STDINS[:1], budget=2_000_000)
    assert (more.ticks, len(inner.asked)) == (2_000_000, asked + 1)
    [whole] = await ask(simulator, stdins=STDINS[:1])
    assert (whole.verdict, whole.ticks) == (Verdict.AC, LARGE)
    await ask(simulator, stdins=STDINS[:1], budget=3_000_000)
    assert len(inner.asked) == asked + 2


async def test_only_inputs_that_are_not_cached_are_simulated(tmp_path: Path) -> None:
    inner = Recorded()
    simulator = CachedSimulator(inner, stored(tmp_path))
    await ask(simulator, stdins=[b"1000"])
    results = await ask(simulator)
    assert [item.ticks for item in results] == [LARGE, MIDDLE, SMALL]
    assert inner.asked == [("slow", "1000"), ("slow", "3000"), ("slow", "20")]


async def test_a_run_that_did_not_end_well_is_not_cached(tmp_path: Path) -> None:
    inner = Recorded()
    simulator = CachedSimulator(inner, stored(tmp_path))
    for _ in range(2):
        results = await ask(simulator, FAILING)
        assert [item.verdict for item in results] == [Verdict.AC, Verdict.AC, Verdict.RE]
    assert [stdin for _, stdin in inner.asked] == ["3000", "1000", "20", "20"]


def overwrite(folder: Path, content: bytes) -> None:
    with closing(sqlite3.connect(folder / "corpus.sqlite")) as db, db:
        assert db.execute("UPDATE measurements SET data = ?", (content,)).rowcount == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"verdict": "AC"}', b"\xff"])
async def test_what_cannot_be_read_is_measured_again(content: bytes, tmp_path: Path) -> None:
    inner = Recorded()
    simulator = CachedSimulator(inner, stored(tmp_path))
    results = await ask(simulator, stdins=[b"20"])
    overwrite(tmp_path, content)
    assert await ask(simulator, stdins=[b"20"]) == results
    assert len(inner.asked) == 2
    assert await ask(simulator, stdins=[b"20"]) == results
    assert len(inner.asked) == 2


async def test_a_real_simulators_figures_come_back_to_the_last_digit(
    sandbox: Sandbox, build: Build, tmp_path: Path
) -> None:
    source = (Path(__file__).parent / "recorded" / "fast.c").read_text()
    program = await build(source, "c17")
    inner = Cachegrind()
    straight = await inner.measure(sandbox, program, [b"1000", b"20"])
    for _ in range(2):
        results = await CachedSimulator(inner, stored(tmp_path)).measure(
            sandbox, program, [b"1000", b"20"]
        )
        assert [replace(item, cpu_s=0) for item in results] == [
            replace(item, cpu_s=0) for item in straight
        ]
    budget = straight[0].ticks - 1
    [cut] = await CachedSimulator(inner, stored(tmp_path)).measure(
        sandbox, program, [b"1000", b"20"], budget=budget
    )
    assert (cut.bounded, cut.ticks) == (True, budget)


async def test_another_configuration_of_the_simulator_is_another_question(
    sandbox: Sandbox, build: Build, tmp_path: Path
) -> None:
    program = await build("int main() {}")
    await CachedSimulator(Cachegrind(), stored(tmp_path)).measure(sandbox, program, [b""])
    inner = Recorded()
    with pytest.raises(KeyError):
        await CachedSimulator(inner, stored(tmp_path)).measure(sandbox, program, [b""])
    assert Cachegrind(CachegrindSettings(clock_hz=1e9)).convert_to_seconds(1000) == 1e-6

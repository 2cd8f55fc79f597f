"""The loop with a confirmer other than the counter.

The confirmer is cachegrind under another name and with another clock, so gem5 is not needed.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from loop import BATCH, create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.job import Machine
from pieforge.executors.local import LocalExecutor
from pieforge.export.rows import build_pair, collect_evidence
from pieforge.graphs.classes.snapshot import UNCLASSED
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.evidence.speedup_prediction import (
    SpeedupForecast,
    fit_batch_model,
    get_time_model,
    predict_speedup,
    summarize_prefilter,
)
from pieforge.graphs.funnel import build_funnels
from pieforge.graphs.nodes.collect import collect_batch
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    ConfirmResult,
    DeduplicateResult,
    FittedTimeModel,
    JudgedCandidate,
    MeasureResult,
    require,
)
from pieforge.graphs.run import open_executor
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.prediction.model import TimedRun, TimeModel, fit_time_model
from pieforge.measurement.simulators.cachegrind import Cachegrind, CachegrindSettings
from pieforge.problems import load_problem
from pieforge.records import ProgramText, RejectReason, Verdict
from pieforge.sandbox.sandbox import Sandbox

HEAD = "#include <cstdio>\nint n;\nlong s;\nint main() {\n"
READ = '  if (scanf("%d", &n) != 1) return 1;\n'
TAIL = '  printf("%ld\\n", s);\n}\n'
SLOW = (
    HEAD
    + READ
    + "  for (int i = 0; i < n; i++)\n    for (int k = 0; k < n; k++)\n"
    + ("      if (i % 7 == k % 7) s++;\n" + TAIL)
)
FAST = (
    HEAD
    + "  long times[7] = {};\n"
    + READ
    + "  for (int i = 0; i < n; i++) times[i % 7]++;\n"
    + ("  for (long t : times) s += t * t;\n" + TAIL)
)
TWICE = (
    SLOW.replace("k = 0", "k = i + 1")
    .replace("s++", "s += 2")
    .replace("  printf", "  s += n;\n  printf")
)
"""Like the slow one, with half of its work."""
SIZES = (2000, 40, 150, 90, 300, 600, 1200, 1000)
THRESHOLD = 5.0


class Other(Cachegrind):
    """Cachegrind under another name."""

    name = "gem5"


def answer(n: int) -> int:
    return sum(len(range(r, n, 7)) ** 2 for r in range(7))


@pytest.fixture
def config() -> Config:
    section = SimulatorSection(tests=1, budget_mcycles=60, instructions=60_000)
    return Config(run=RunSection(languages=("cpp17",)), simulator=section)


@pytest.fixture
async def executor(config: Config) -> AsyncIterator[CachedExecutor]:
    ledger = Ledger(Path(":memory:"))
    async with Sandbox.open() as sandbox, open_executor(config, ledger) as found:
        confirmer = Other(CachegrindSettings(clock_hz=1e9))
        simulators = {it.name: it for it in (found.counter, confirmer)}
        machine = Machine(sandbox, simulators, found.languages)
        yield replace(found, confirmer=confirmer, inner=LocalExecutor(machine, 2))
    ledger.close()


@pytest.fixture
async def context(executor: CachedExecutor, config: Config, tmp_path: Path) -> Context:
    """Return the context of a run with one problem, prepared."""
    answers = {f"{n}\n": f"{answer(n)}\n" for n in SIZES}
    problem = load_problem(write_package(tmp_path / "sevens", ".cpp", SLOW, FAST, answers))
    prepared = await prepare_problem(executor, problem, config)
    return create_context(executor, config, {"sevens": problem}, {"sevens": prepared})


async def played(
    context: Context, serve: Serve, slow: str, *fast: str
) -> tuple[CandidateResult, CollectResult]:
    """Send candidates through the candidate graph, and collect."""
    program = create_slow("sevens", "cpp17", slow)
    result = await play_candidate(context, serve, program, fast)
    assert isinstance(result, CandidateResult)
    name = program.program_id
    members = DeduplicateResult(
        members=(name,), classes={name: "c1"}, ranks={name: 1}, rejects=(), compiled=1, ran=1
    )
    context.ledger.put(members, BATCH)
    end = collect_batch(context, BATCH, [name], [])
    context.ledger.put(end, BATCH)
    return result, end


async def test_a_pair_is_raced_on_inputs_that_counts_choose_and_its_row_says_so(
    context: Context, serve: Serve
) -> None:
    ladder = context.prepared["sevens"].size_ladder["cpp17"]
    assert len(ladder) > 2
    result, end = await played(context, serve, SLOW, FAST)
    [kept] = end.pairs
    found = require(result.confirm)
    assert found.race is not None
    assert found.choice is not None
    timed = context.prepared["sevens"].timed["cpp17"]
    assert set(found.choice.tests) <= {*ladder, *timed}
    assert found.race.bound == "lower" or len(found.choice.tests) == 1
    assert kept.speedup == found.race.ratio >= THRESHOLD
    assert {sample.program for sample in found.samples} == {
        kept.slow.program_id,
        kept.fast.program_id,
    }
    standing = {kept.slow.program_id: replace(UNCLASSED, class_id="c1", class_rank=1)}
    [evidence] = collect_evidence(context, [kept], standing)
    row = build_pair(evidence)
    simulator = context.executor.confirmer
    assert (row.confirmed_by, evidence.tools.simulator_sha) == ("gem5", simulator.sha)
    assert row.timed_tests == found.choice.tests
    assert [it.tgt_seconds for it in row.timed] == [it.tgt_ticks / 1e9 for it in row.timed]
    assert row.speedup_at_least == kept.speedup
    assert row.speedup == row.src_agg_runtime / row.tgt_agg_runtime
    assert row.tgt_agg_runtime == row.tgt_gross_runtime
    assert not row.net_of_startup
    assert row.target_reward_updated == 1.0


async def test_exact_for_kept_pairs_measures_them_to_the_end_after_the_decision(
    context: Context, serve: Serve
) -> None:
    section = context.config.simulator.model_copy(update={"exact": "kept"})
    config = context.config.model_copy(update={"simulator": section})
    result, _ = await played(replace(context, config=config), serve, SLOW, FAST)
    found = require(result.confirm)
    assert found.race is not None
    assert found.race.bound == "exact"
    assert found.race.slow.tests == require(found.choice).tests
    assert found.estimate is None


async def test_a_candidate_that_the_confirmer_finds_too_slow_is_refused(
    context: Context, serve: Serve
) -> None:
    result, end = await played(context, serve, SLOW, TWICE)
    assert (
        max(require(result.measure).speedups.values()) < THRESHOLD
    )  # and no candidate was skipped
    assert [(r.stage, r.reason) for r in end.rejects] == [
        ("confirm", RejectReason.TOO_LITTLE_SPEEDUP)
    ]
    assert end.rejects[0].detail.endswith("x (exact)")
    assert (end.passed["measure"], end.passed["sanitize"], len(end.pairs)) == (1, 1, 0)
    [funnel] = build_funnels(context.ledger)
    assert (funnel.sanitize, funnel.confirm, funnel.collect) == (1, 0, 0)


def samples(programs: int, slowest: float = 1.0) -> list[TimedRun]:
    """Return runs of a number of programs in which every instruction takes the same time."""
    return [
        TimedRun(
            counts={"instructions": 100_000 * (at + 1)}, seconds=1e-4 * (at + 1), program=str(at)
        )
        for at in range(programs)
    ]


@pytest.fixture
def model() -> TimeModel:
    found = fit_time_model(samples(40))
    assert found is not None
    return found


def counted(instructions: int) -> list[MeasuredCost]:
    return [MeasuredCost(tests=("a",), ticks=(1,), counts={"instructions": instructions})]


def test_no_candidate_is_skipped_before_there_is_data_or_where_it_may_be_fast(
    model: TimeModel,
) -> None:
    section = SimulatorSection()
    slow, fast = counted(1_000_000), counted(900_000)
    assert predict_speedup(None, section, ("a", "b"), slow, fast) is None
    too_slow = predict_speedup(model, section, ("a", "b"), slow, fast)
    assert too_slow is not None
    assert too_slow.skip
    assert too_slow.interval.high < section.threshold
    near = predict_speedup(model, section, ("a", "b"), counted(1_000_000), counted(205_000))
    assert near == SpeedupForecast(interval=near.interval) if near else False


def test_a_share_of_skipped_candidates_is_drawn_by_id_and_simulated(model: TimeModel) -> None:
    section = SimulatorSection(audit=0.2)
    slow, fast = counted(1_000_000), counted(900_000)
    predictions = [
        predict_speedup(model, section, ("slow", str(at)), slow, fast) for at in range(300)
    ]
    audited = [found is not None and found.audited for found in predictions]
    assert 30 < sum(audited) < 90
    assert all(found is not None and found.skip != found.audited for found in predictions)
    again = [predict_speedup(model, section, ("slow", str(at)), slow, fast) for at in range(300)]
    assert again == predictions


def simulated(
    *of: TimedRun, reason: RejectReason | None = None, audited: bool = False
) -> CandidateResult:
    fast = ProgramText.create("sevens", "cpp17", FAST)
    judged = (JudgedCandidate(program=fast, reason=reason),)
    return CandidateResult(
        slow=create_slow("sevens", "cpp17", SLOW),
        batch=BATCH,
        confirm=ConfirmResult(candidates=judged, by="gem5", samples=of, audited=audited),
    )


def grouped(*members: str) -> DeduplicateResult:
    return DeduplicateResult(members=members, classes={}, ranks={}, rejects=(), compiled=0, ran=0)


async def test_a_batch_uses_measurements_of_earlier_batches_only(
    executor: CachedExecutor, config: Config
) -> None:
    ledger, context = executor.ledger, create_context(executor, config)
    runs = samples(40)
    ledger.put(grouped("a", "b"), "001/0000")
    ledger.put(grouped("c"), "001/0001")
    ledger.put(simulated(*runs[20:]), "a")
    await fit_batch_model(context, "001/0000")
    await fit_batch_model(context, "001/0001")
    ledger.put(simulated(*runs[:20]), "b")
    ledger.put(simulated(*runs[:5]), "c")
    await fit_batch_model(context, "001/0001")
    await fit_batch_model(context, "002/0000")
    known = [found.samples for _, found in ledger.iter_results(FittedTimeModel)]
    assert known == [0, 20, 45]
    assert get_time_model(context, "001/0000") is None
    assert get_time_model(context, "002/0000") == fit_time_model(reversed(runs))


def test_the_false_reject_rate_counts_audited_candidates_with_a_decision() -> None:
    ledger = Ledger(Path(":memory:"))
    assert summarize_prefilter(ledger) is None
    ledger.put(FittedTimeModel(model=None, samples=30), "001/0000")
    fast = ProgramText.create("sevens", "cpp17", FAST)
    skipped = JudgedCandidate(program=fast, reason=RejectReason.PREDICTED_TOO_SLOW)
    measured = MeasureResult(slow=MeasuredCost(), fast={}, candidates=(skipped,), speedups={})
    slow = create_slow("sevens", "cpp17", SLOW)
    ledger.put(CandidateResult(slow=slow, batch=BATCH, measure=measured), "a")
    ledger.put(simulated(reason=RejectReason.TOO_LITTLE_SPEEDUP, audited=True), "b")
    ledger.put(simulated(reason=RejectReason.SIMULATOR_LIMIT, audited=True), "c")
    ledger.put(simulated(audited=True), "d")
    ledger.put(simulated(), "e")
    summary = summarize_prefilter(ledger)
    assert summary is not None
    assert (summary.skipped, summary.audited, summary.confirmed) == (1, 2, 1)
    assert summary.false_reject_rate == 0.5
    assert "1 of them fast enough (false-reject rate 50%)" in summary.sentence


async def test_a_program_that_the_simulator_does_not_support_is_not_at_fault(
    executor: CachedExecutor,
) -> None:
    a, b = (ProgramText.create("sevens", "cpp17", text) for text in (SLOW, FAST))
    limited = MeasuredCost(verdict=Verdict.IE, limit="unimplemented system call 319")
    late = MeasuredCost(verdict=Verdict.TLE)
    assert check_simulated_runs(executor, [], [(a, MeasuredCost()), (b, limited)]) == (
        RejectReason.SIMULATOR_LIMIT,
        "fast program: unimplemented system call 319",
    )
    assert check_simulated_runs(executor, [], [(a, late), (a, limited)]) == (
        RejectReason.SIMULATION_UNFINISHED,
        "slow program: TLE",
    )


async def test_a_language_with_a_fallback_simulator_is_confirmed_by_it(
    executor: CachedExecutor,
) -> None:
    assert executor.get_confirmer("cpp17") is executor.confirmer
    assert executor.get_confirmer("python") is executor.counter
    assert not executor.has_separate_confirmer("python")

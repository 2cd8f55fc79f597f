"""What the loop does where another simulator than the counter confirms.

That one is cachegrind, too, under another name and with another clock: no gem5 is needed.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.audit.verify_timing import Retiming
from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.export.rows import pair_rows
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.reproducibility import unfinished
from pieforge.graphs.evidence.speedup_prediction import (
    Forecast,
    fit_before,
    fitted,
    forecast,
    prefilter,
)
from pieforge.graphs.funnel import funnels
from pieforge.graphs.nodes import check_outputs, confirm, fit_scaling, measure, sanitize
from pieforge.graphs.nodes.collect import settled
from pieforge.graphs.problems.preparation import prepare
from pieforge.graphs.results import (
    Candidate,
    Confirmed,
    Fitted,
    Grouped,
    Kept,
    Optimised,
    Reply,
    Settled,
    Sifted,
    Simulated,
    Vetted,
)
from pieforge.graphs.run import opened_workshop
from pieforge.ledger import Ledger
from pieforge.measurement.cost import Measured
from pieforge.measurement.prediction.model import Model, Sample, fit
from pieforge.measurement.simulators.cachegrind import Cachegrind, Settings
from pieforge.problems import load
from pieforge.records import Origin, Pair, Program, Reason, Usage, Verdict

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
"""As the slow one, with half of the work left out."""
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


async def opened(config: Config, folder: Path) -> AsyncIterator[Workshop]:
    ledger = Ledger(Path(":memory:"))
    async with opened_workshop(config, ledger) as workshop:
        yield replace(workshop, confirmer=Other(Settings(clock_hz=1e9)))
    ledger.close()


@pytest.fixture
async def workshop(config: Config, tmp_path: Path) -> AsyncIterator[Workshop]:
    async for found in opened(config, tmp_path):
        yield found


@pytest.fixture
async def context(workshop: Workshop, config: Config, tmp_path: Path) -> Context:
    """Return the context of a run with one problem, prepared."""
    for place, text in {
        "problem.yaml": "problem_format_version: 2025-09\nname: Sevens\n",
        "statement/problem.en.md": "A number.",
        "submissions/time_limit_exceeded/slow.cpp": SLOW,
        "submissions/accepted/fast.cpp": FAST,
        **{f"data/secret/{at}.in": f"{n}\n" for at, n in enumerate(SIZES)},
        **{f"data/secret/{at}.ans": f"{answer(n)}\n" for at, n in enumerate(SIZES)},
    }.items():
        path = tmp_path / "sevens" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    problem = load(tmp_path / "sevens")
    prepared = await prepare(workshop, problem, config)
    nothing = cast("Any", None)
    return Context(
        folder=tmp_path / "run",
        config=config,
        ledger=workshop.ledger,
        workshop=workshop,
        author=nothing,
        optimizer=nothing,
        problems={"sevens": problem},
        prepared={"sevens": prepared},
        formats=(),
        model_gate=nothing,
    )


async def played(context: Context, slow: str, *fast: str) -> tuple[str, Settled]:
    """Send candidates through the nodes, and settle; return the slow program's id and the end."""
    ledger, workshop = context.ledger, context.workshop
    member = workshop.register("sevens", "cpp17", slow)
    names = [workshop.register("sevens", "cpp17", text) for text in fast]
    program = Program(
        program_id=member,
        problem_id="sevens",
        language="cpp17",
        code=workshop.source(member).code,
        origin=Origin.AUTHOR,
        round=1,
        parent_ids=("p0",),
    )
    ledger.put(Sifted(programs=(program,), rejects=(), attempts=1), "001/0000")
    ledger.put(
        Grouped(
            members=(member,),
            classes={member: "c1"},
            ranks={member: 1},
            rejects=(),
            compiled=1,
            ran=1,
        ),
        "001/0000",
    )
    ledger.put(Vetted(), member)
    replies = tuple(Reply(program_id=name) for name in names)
    asked = Optimised(
        replies=replies, shown=(), shown_fast=(), prompt_sha="", model="", usage=Usage()
    )
    ledger.put(asked, member)
    runtime = Runtime(context=context, stream_writer=lambda event: None)
    state: dict[str, Any] = {"round": 1, "batch": 0, "member": member, "candidates": names}
    for node in (
        check_outputs.check,
        measure.confirm,
        sanitize.scrutinise,
        confirm.simulate,
        fit_scaling.scale,
    ):
        told = await node(state, runtime)
        if isinstance(told, Command):
            state |= cast("dict[str, Any]", told.update or {})
            if told.goto == "__end__":
                break
    assert not state.get("open"), state["open"]
    end = settled(context, "001/0000", 1, [])
    ledger.put(end, "001/0000")
    return member, end


async def test_a_pair_is_raced_on_inputs_that_counts_choose_and_its_row_says_so(
    context: Context,
) -> None:
    ladder = context.prepared["sevens"].ladder["cpp17"]
    assert len(ladder) > 2
    member, end = await played(context, SLOW, FAST)
    [kept] = end.pairs
    found = context.ledger.get(Simulated, member)
    assert found is not None
    assert found.race is not None
    assert found.choice is not None
    timed = context.prepared["sevens"].timed["cpp17"]
    assert set(found.choice.tests) <= {*ladder, *timed}
    assert found.race.bound == "lower" or len(found.choice.tests) == 1
    assert kept.speedup == found.race.ratio >= THRESHOLD
    assert {sample.program for sample in found.samples} == {member, kept.fast.program_id}
    [row] = pair_rows(context, [kept])
    assert (row.confirmed_by, row.simulator_sha) == ("gem5", context.workshop.confirmer.sha)
    assert row.simulator == context.workshop.confirmer.tools
    assert row.timed_tests_why == found.choice.why
    assert tuple(row.ticks_tgt) == found.choice.tests
    assert row.tc2time_tgt == {test: ticks / 1e9 for test, ticks in row.ticks_tgt.items()}
    assert row.speedup == row.speedup_gross < row.speedup_net_of_startup
    assert not row.net_of_startup
    await holds_again(context, kept, row)


async def holds_again(context: Context, kept: Kept, row: Pair) -> None:
    suite = context.ledger.get(Suite, row.tests_sha)
    assert suite is not None
    programs = kept.slow.program_id, kept.fast.program_id
    for program in programs:
        await context.workshop.observed(program, suite)
    section = context.config.simulator
    again = await Retiming(context.workshop, section, row, suite, programs).by_its_own()
    assert (again.simulator, again.speedup, again.broken) == ("gem5", row.speedup, ())
    test = next(iter(row.tc2time_tgt))
    wrong = {**row.tc2time_tgt, test: 1.01 * row.tc2time_tgt[test]}
    spoilt = row.model_copy(update={"tc2time_tgt": wrong})
    again = await Retiming(context.workshop, section, spoilt, suite, programs).by_its_own()
    assert again.broken[0].startswith(f"tgt {test}: ")
    counted = replace(context.workshop, confirmer=context.workshop.counter)
    other = await Retiming(counted, section, row, suite, programs).by_another()
    assert (other.simulator, other.broken) == ("cachegrind", ())


async def test_what_the_confirming_simulator_finds_too_slow_is_refused_by_it(
    context: Context,
) -> None:
    member, end = await played(context, SLOW, TWICE)
    confirmed = context.ledger.get(Confirmed, member)
    assert confirmed is not None
    assert max(confirmed.speedups.values()) < THRESHOLD  # and yet nothing was skipped
    assert [(r.stage, r.reason) for r in end.rejects] == [("simulate", Reason.TOO_LITTLE_SPEEDUP)]
    assert end.rejects[0].detail.endswith("x (exact)")
    assert (end.fast_enough, end.scrutinised, len(end.pairs)) == (1, 1, 0)
    [funnel] = funnels(context.ledger)
    assert (funnel.scrutinised, funnel.simulated, funnel.kept) == (1, 0, 0)


def samples(programs: int, slowest: float = 1.0) -> list[Sample]:
    """Return runs of so many programs, whose instructions all take the same time."""
    return [
        Sample(
            counts={"instructions": 100_000 * (at + 1)}, seconds=1e-4 * (at + 1), program=str(at)
        )
        for at in range(programs)
    ]


@pytest.fixture
def model() -> Model:
    found = fit(samples(40))
    assert found is not None
    return found


def counted(instructions: int) -> list[Measured]:
    return [Measured(tests=("a",), ticks=(1,), counts={"instructions": instructions})]


def test_nothing_is_skipped_before_there_is_data_nor_where_it_may_be_fast(model: Model) -> None:
    section = SimulatorSection()
    slow, fast = counted(1_000_000), counted(900_000)
    assert forecast(None, section, ("a", "b"), slow, fast) is None
    hopeless = forecast(model, section, ("a", "b"), slow, fast)
    assert hopeless is not None
    assert hopeless.skip
    assert hopeless.interval.high < section.threshold
    near = forecast(model, section, ("a", "b"), counted(1_000_000), counted(205_000))
    assert near == Forecast(interval=near.interval) if near else False


def test_a_part_of_what_would_be_skipped_is_drawn_by_its_ids_and_goes_on(model: Model) -> None:
    section = SimulatorSection(audit=0.2)
    slow, fast = counted(1_000_000), counted(900_000)
    told = [forecast(model, section, ("slow", str(at)), slow, fast) for at in range(300)]
    audited = [found is not None and found.audited for found in told]
    assert 30 < sum(audited) < 90
    assert all(found is not None and found.skip != found.audited for found in told)
    again = [forecast(model, section, ("slow", str(at)), slow, fast) for at in range(300)]
    assert again == told


def simulated(*of: Sample, reason: Reason | None = None, audited: bool = False) -> Simulated:
    judged = (Candidate(program_id="f", reason=reason),)
    return Simulated(candidates=judged, by="gem5", samples=of, audited=audited)


def grouped(*members: str) -> Grouped:
    return Grouped(members=members, classes={}, ranks={}, rejects=(), compiled=0, ran=0)


async def test_a_batch_goes_by_what_the_batches_before_it_measured_and_by_nothing_later(
    workshop: Workshop, config: Config
) -> None:
    ledger, nothing = workshop.ledger, cast("Any", None)
    context = Context(
        folder=Path(),
        config=config,
        ledger=ledger,
        workshop=workshop,
        author=nothing,
        optimizer=nothing,
        problems={},
        prepared={},
        formats=(),
        model_gate=nothing,
    )
    runs = samples(40)
    ledger.put(grouped("a", "b"), "001/0000")
    ledger.put(grouped("c"), "001/0001")
    ledger.put(simulated(*runs[20:]), "a")
    await fit_before(context, "001/0000")
    await fit_before(context, "001/0001")
    ledger.put(simulated(*runs[:20]), "b")
    ledger.put(simulated(*runs[:5]), "c")
    await fit_before(context, "001/0001")
    await fit_before(context, "002/0000")
    known = [found.samples for _, found in ledger.rows(Fitted)]
    assert known == [0, 20, 45]
    assert fitted(context, "001/0000") is None
    assert fitted(context, "002/0000") == fit(reversed(runs))


def test_the_false_reject_rate_is_of_what_was_audited_to_a_decision() -> None:
    ledger = Ledger(Path(":memory:"))
    assert prefilter(ledger) is None
    ledger.put(Fitted(model=None, samples=30), "001/0000")
    skipped = Candidate(program_id="f", reason=Reason.PREDICTED_TOO_SLOW)
    ledger.put(Confirmed(slow=Measured(), fast={}, candidates=(skipped,), speedups={}), "a")
    ledger.put(simulated(reason=Reason.TOO_LITTLE_SPEEDUP, audited=True), "b")
    ledger.put(simulated(reason=Reason.SIMULATOR_LIMIT, audited=True), "c")
    ledger.put(simulated(audited=True), "d")
    ledger.put(simulated(), "e")
    told = prefilter(ledger)
    assert told is not None
    assert (told.skipped, told.audited, told.confirmed) == (1, 2, 1)
    assert told.false_reject_rate == 0.5
    assert "1 of them fast enough (false-reject rate 50%)" in told.sentence


async def test_what_the_simulator_cannot_simulate_is_not_held_against_the_program(
    workshop: Workshop,
) -> None:
    limited = Measured(verdict=Verdict.IE, limit="unimplemented system call 319")
    late = Measured(verdict=Verdict.TLE)
    assert unfinished(workshop, [], [("a", Measured()), ("b", limited)]) == (
        Reason.SIMULATOR_LIMIT,
        "fast program: unimplemented system call 319",
    )
    assert unfinished(workshop, [], [("a", late), ("a", limited)]) == (
        Reason.SIMULATION_UNFINISHED,
        "slow program: TLE",
    )


async def test_a_language_with_a_stand_in_is_confirmed_by_that(workshop: Workshop) -> None:
    assert workshop.confirms("cpp17") is workshop.confirmer
    assert workshop.confirms("python") is workshop.counter
    assert not workshop.confirms_apart("python")

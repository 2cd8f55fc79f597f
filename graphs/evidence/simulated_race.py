"""Another simulator's decision on a pair: inputs are chosen by counts, then both programs race."""

import math
from collections.abc import Iterator, Sequence

from pieforge.config import SimulatorSection
from pieforge.executors.cached import CachedExecutor, identify_simulator
from pieforge.executors.jobs import RaceJob
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.input_selection import (
    DEFAULT_SPREAD,
    InputCounts,
    InputSelection,
    select_inputs,
)
from pieforge.measurement.prediction.model import TimedRun, TimeModel
from pieforge.measurement.race import RaceResult, estimate_speedup
from pieforge.measurement.simulators.cachegrind import estimate_cycles
from pieforge.records import FrozenModel, ProgramText, RejectReason, Verdict
from pieforge.rows import SpeedupEstimate

MAX_WORK_FACTOR = 2.0
"""An input on which the fast program alone executes more than this many times
`simulator.instructions` is not simulated, if there is another."""


class SimulatedRace(FrozenModel):
    """The inputs chosen for a slow and a fast program, and their race on these."""

    choice: InputSelection
    race: RaceResult
    samples: tuple[TimedRun, ...]
    """Its whole runs, with their counts."""
    estimate: SpeedupEstimate | None
    """The speedup, where the slow program was stopped."""


def judge_race(
    executor: CachedExecutor,
    section: SimulatorSection,
    pair: tuple[ProgramText, ProgramText],
    suites: Sequence[Suite],
    found: SimulatedRace | None,
) -> tuple[RejectReason | None, str]:
    """Return the reason to refuse a pair after its race, or None.

    Args:
        executor: Knows what the programs wrote before.
        section: The threshold.
        pair: The slow and the fast program.
        suites: The race's inputs are of these, and the programs were observed on them.
        found: The race; None where no input could be counted.
    """
    if found is None:
        return RejectReason.SIMULATION_UNFINISHED, "no input can be counted on both programs"
    ran = found.race
    # The fast side runs first, and alone where it fails.
    took = list(zip(pair, (ran.slow, ran.fast), strict=True))
    reason, detail = check_simulated_runs(executor, suites, took)
    if reason is None and ran.ratio < section.threshold:
        return RejectReason.TOO_LITTLE_SPEEDUP, f"{ran.ratio:.2f}x ({ran.bound})"
    return reason, detail


async def race_pair(
    executor: CachedExecutor,
    section: SimulatorSection,
    pair: tuple[ProgramText, ProgramText],
    suite: Suite,
    rungs: Sequence[str],
    model: TimeModel | None = None,
) -> SimulatedRace | None:
    """Choose inputs by the counter, and race two programs on them; None where none can be counted.

    Args:
        executor: Where programs are run.
        section: Threshold, cap, and the work that the fast program may have.
        pair: The slow and the fast program, in one language.
        suite: Where the inputs are from.
        rungs: Names of those that may be chosen.
        model: Predicts the confirming simulator's time; where None, counts are weighed as always.
    """
    language = pair[0].language
    counted = await _count_inputs(executor, section, pair, suite, rungs)
    if not counted:
        return None
    startup = await executor.measure_startup(language, executor.counter)
    spread = math.sqrt(2) * model.spread if model else DEFAULT_SPREAD
    predict = model.predict_seconds if model else estimate_cycles
    choice = select_inputs(
        counted,
        startup=startup.counts,
        threshold=section.threshold,
        max_instructions=section.instructions,
        predict=predict,
        spread=spread,
    )
    ran = await run_cached_race(executor, section, pair, suite, choice.tests)
    if ran.bound == "lower" and section.exact == "kept" and ran.ratio >= section.threshold:
        ran = await run_cached_race(executor, section, pair, suite, choice.tests, exact=True)
    seconds = executor.get_confirmer(language).convert_to_seconds
    by_name = {item.name: item for item in counted}
    sides = (
        (pair[0], ran.slow, {name: item.slow for name, item in by_name.items()}),
        (pair[1], ran.fast, {name: item.fast for name, item in by_name.items()}),
    )
    samples = (
        TimedRun(counts=counts[test], seconds=seconds(ticks), program=program.program_id)
        for program, side, counts in sides
        for test, ticks in _iter_finished_runs(side)
    )
    predicted = {name: (predict(item.slow), predict(item.fast)) for name, item in by_name.items()}
    return SimulatedRace(
        choice=choice,
        race=ran,
        samples=tuple(samples),
        estimate=estimate_speedup(ran, predicted, spread),
    )


async def _count_inputs(
    executor: CachedExecutor,
    section: SimulatorSection,
    pair: tuple[ProgramText, ProgramText],
    suite: Suite,
    rungs: Sequence[str],
) -> list[InputCounts]:
    """Count two programs on inputs; leave out those that are too large to simulate."""
    most = MAX_WORK_FACTOR * section.instructions
    found: list[InputCounts] = []
    for name in rungs:
        fast = await executor.measure(pair[1], suite, [name])
        if fast.verdict is not Verdict.AC or (found and fast.counts.get("instructions", 0) > most):
            continue
        slow = await executor.measure(pair[0], suite, [name])
        if slow.verdict is Verdict.AC:
            found.append(InputCounts(name=name, slow=slow.counts, fast=fast.counts))
    return found


async def run_cached_race(
    executor: CachedExecutor,
    section: SimulatorSection,
    pair: tuple[ProgramText, ProgramText],
    suite: Suite,
    tests: Sequence[str],
    *,
    exact: bool | None = None,
) -> RaceResult:
    """Race two programs on some of a suite's inputs, in that order; done once.

    `exact` says whether the slow program runs to its end in any case; None leaves that to the
    configuration.
    """
    known = {item.name: item for item in executor.get_named_inputs(suite)}
    simulator = executor.get_confirmer(pair[0].language)
    startup = [await executor.measure_own_startup(program, simulator) for program in pair]
    return await executor.execute_once(
        RaceJob(
            *pair,
            inputs=tuple(known[name] for name in tests),
            simulator=identify_simulator(simulator),
            startup=(startup[0], startup[1]),
            threshold=section.threshold,
            cap=section.cap,
            exact=section.exact is True if exact is None else exact,
            limits=executor.get_simulated_limits(pair[0].problem_id),
        )
    )


def _iter_finished_runs(side: MeasuredCost) -> Iterator[tuple[str, int]]:
    """Yield test and ticks of each run that went to its end; none where one failed."""
    if side.verdict is Verdict.AC:
        ended = len(side.tests) - side.bounded
        yield from list(zip(side.tests, side.ticks, strict=True))[:ended]

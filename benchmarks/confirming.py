"""Confirm the pairs of `gem5_pairs` in both ways; every simulation is run once and stored."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.simulated_pairs import Collection, Pair, Program
from benchmarks.simulating import (
    LIMITS,
    Begun,
    Clock,
    Figure,
    Kept,
    Metered,
    Raced,
    begun,
    figure_key,
    whole,
)
from pieforge.equivalence.observation import hash_output
from pieforge.errors import SimulatorError
from pieforge.inputs import NamedInput
from pieforge.inputs.validation.validators import InputValidators
from pieforge.measurement.input_selection import (
    DEFAULT_SPREAD,
    InputCounts,
    InputSelection,
    select_inputs,
)
from pieforge.measurement.prediction.model import (
    PredictionInterval,
    TimedRun,
    TimeModel,
    convert_to_two_sided,
    fit_time_model,
)
from pieforge.measurement.race import RaceResult, run_race
from pieforge.measurement.simulators import Simulator
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.records import digest
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Sandbox

CONFIDENCE = 0.99
"""Confidence that a pair which the prefilter skips is too slow: the default of `pieforge run`."""
PARALLEL = 2
"""Number of concurrent simulations."""


@dataclass(frozen=True)
class Cost:
    """The cost of one way."""

    instructions: int
    cpu_s: float


@dataclass(frozen=True)
class Confirmed:
    """The results of both ways for a pair.

    Attributes:
        full: Cost of simulating both programs on all inputs.
        ratio: Ratio of their simulated times.
        by_counts: The same ratio by cachegrind's cycles and by instructions.
        race: The race on the selected inputs, also for a pair that the prefilter skips.
        raced: Cost of the race.
        predicted: Interval of the ratio, predicted by a fit on the programs of other problems; None
            if these are too few.
        counting_cpu_s: CPU seconds of counting.
        threshold: The ratio that decides.
    """

    pair: Pair
    full: Cost
    ratio: float
    by_counts: Mapping[str, float]
    race: RaceResult
    raced: Cost
    predicted: PredictionInterval | None
    counting_cpu_s: float
    threshold: float

    @property
    def decided(self) -> bool:
        """Whether the pair is fast enough, by full simulation."""
        return self.ratio >= self.threshold

    @property
    def skipped(self) -> bool:
        """Whether the prefilter refuses it."""
        return self.predicted is not None and self.predicted.high < self.threshold

    @property
    def ours_decided(self) -> bool:
        """Whether the pair is fast enough by pieforge's way."""
        return not self.skipped and self.race.ratio >= self.threshold

    @property
    def unfiltered(self) -> Cost:
        """Cost of pieforge's way without the prefilter."""
        return Cost(self.raced.instructions, self.raced.cpu_s + self.counting_cpu_s)

    @property
    def ours(self) -> Cost:
        """Cost of pieforge's way."""
        return Cost(0, self.counting_cpu_s) if self.skipped else self.unfiltered


class Bench:
    """Counts, simulates and races the programs of the pairs; see benchmarks/gem5.py.

    Args:
        sandbox: Where programs are compiled and run.
        simulator: The simulator that decides.
        folder: Where results are stored.
        threshold: The ratio that decides.
        instructions: See `select_inputs`.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        simulator: Simulator,
        folder: Path,
        *,
        threshold: float,
        instructions: int,
    ) -> None:
        self._sandbox = sandbox
        self._simulator = simulator
        self._counter = Cachegrind()
        self._threshold = threshold
        self._instructions = instructions
        self._figures = Kept(folder / "figures.jsonl", Figure)
        self._races = Kept(folder / "races.jsonl", Raced)
        self._begun = Kept(folder / "begun.jsonl", Begun)
        self._gate = asyncio.Semaphore(PARALLEL)
        self._programs: dict[Program, Executable] = {}
        self._suites: dict[str, list[NamedInput]] = {}
        self._models: dict[str, TimeModel | None] = {}

    async def simulate(self, chosen: Sequence[Collection], minutes: float) -> int:
        """Run missing simulations until the time is used up; return the number of those left.

        A program that cannot be simulated is reported, and its pairs are left out.
        """
        for simulator in (self._counter, self._simulator):
            if self._begun.get(simulator.sha) is None:
                self._begun.add(await begun(simulator, self._sandbox))
        for item in chosen:
            self._suites[item.problem.problem_id] = await item.suite(self._sandbox)
        programs = programs_of(chosen)
        found = await compiled(self._sandbox, programs)
        self._programs.update(found)
        clock = Clock(minutes)
        for simulator in (self._counter, self._simulator):
            jobs = [
                partial(self._figure, simulator, program, item)
                for program in programs
                for item in self._suite(program)
                if self._known(simulator, program, item) is None
            ]
            if left := await self._do(jobs, clock):
                return left
        races = [partial(self._race, pair) for pair in self._pairs(chosen)]
        return await self._do([job for job in races if self._raced(job.args[0]) is None], clock)

    def rows(self, chosen: Sequence[Collection]) -> list[Confirmed]:
        """Return the results of the pairs; all simulations must be done."""
        return [self._confirmed(pair) for pair in self._pairs(chosen)]

    async def _do(self, jobs: Sequence[Callable[[], Awaitable[None]]], clock: Clock) -> int:
        """Run jobs concurrently until the time is used up; return the number of those left."""
        left = len(jobs)

        async def one(job: Callable[[], Awaitable[None]]) -> None:
            nonlocal left
            async with self._gate:
                if not clock.over:
                    await job()
                    left -= 1

        await asyncio.gather(*map(one, jobs))
        return left

    async def _figure(self, simulator: Simulator, program: Program, item: NamedInput) -> None:
        try:
            figure = await whole(simulator, self._sandbox, self._programs[program], item)
        except SimulatorError as error:
            print(f"{program.problem} {program.name} on {item.name}: {error}")
        else:
            self._figures.add(figure)

    async def _race(self, pair: Pair) -> None:
        meter = Metered(self._simulator)
        choice = self._choice(pair)
        inputs = {item.name: item for item in self._suite(pair.slow)}
        race = await run_race(
            meter,
            self._sandbox,
            self._programs[pair.slow],
            self._programs[pair.fast],
            [inputs[name] for name in choice.tests],
            threshold=self._threshold,
            startup=(self._startup(self._simulator, pair.slow).ticks,) * 2,
            limits=LIMITS,
        )
        self._races.add(
            Raced(
                key=self._race_key(pair),
                race=race,
                instructions=meter.instructions,
                cpu_s=meter.cpu_s,
                starts=meter.starts,
            )
        )

    def _confirmed(self, pair: Pair) -> Confirmed:
        raced = self._raced(pair)
        assert raced is not None, f"{pair.problem} {pair.name} was not raced"
        slow, fast = (self._all(self._simulator, side) for side in (pair.slow, pair.fast))
        counted = [self._all(self._counter, side) for side in (pair.slow, pair.fast)]
        outputs = [[figure.output for figure in side] for side in (slow, fast)]
        assert outputs[0] == outputs[1], f"{pair.problem} {pair.name}: outputs differ"
        begin = self._begun_cpu_s(self._simulator)
        counting = [figure.cpu_s for side in counted for figure in side]
        of_slow, of_fast = ([figure.counts for figure in side] for side in counted)
        model = self._model(pair.problem)
        return Confirmed(
            pair=pair,
            full=Cost(
                sum(figure.instructions for figure in (*slow, *fast)),
                math.fsum(figure.cpu_s + begin for figure in (*slow, *fast)),
            ),
            ratio=_ratio((slow, fast), lambda figure: figure.ticks),
            by_counts={
                "cycles": _ratio(counted, lambda figure: figure.ticks),
                "instructions": _ratio(counted, lambda figure: figure.instructions),
            },
            race=raced.race,
            raced=Cost(raced.instructions, raced.cpu_s + raced.starts * begin),
            predicted=model.predict_ratio(of_slow, of_fast, convert_to_two_sided(CONFIDENCE))
            if model
            else None,
            counting_cpu_s=math.fsum(counting) + len(counting) * self._begun_cpu_s(self._counter),
            threshold=self._threshold,
        )

    def _choice(self, pair: Pair) -> InputSelection:
        model = self._model(pair.problem)
        sides = [self._all(self._counter, side) for side in (pair.slow, pair.fast)]
        cases = [
            InputCounts(name=item.name, slow=slow.counts, fast=fast.counts)
            for item, slow, fast in zip(self._suite(pair.slow), *sides, strict=True)
        ]
        return select_inputs(
            cases,
            startup=self._startup(self._counter, pair.fast).counts,
            threshold=self._threshold,
            max_instructions=self._instructions,
            predict=model.predict_seconds if model else None,
            spread=math.sqrt(2) * model.spread if model else DEFAULT_SPREAD,
        )

    def _model(self, problem: str) -> TimeModel | None:
        """Return the prediction that was fitted on the programs of the other problems."""
        if problem not in self._models:
            self._models[problem] = fit_time_model(
                TimedRun(
                    counts=counted.counts,
                    seconds=self._simulator.convert_to_seconds(figure.ticks),
                    program=f"{program.problem}/{program.name}",
                )
                for program in self._programs
                if program.problem and program.problem != problem and self._whole(program)
                for counted, figure in zip(
                    self._all(self._counter, program),
                    self._all(self._simulator, program),
                    strict=True,
                )
            )
        return self._models[problem]

    def _pairs(self, chosen: Sequence[Collection]) -> list[Pair]:
        """Return the pairs of which both programs can be simulated."""
        pairs = [pair for item in chosen for pair in item.pairs]
        return [pair for pair in pairs if self._whole(pair.slow) and self._whole(pair.fast)]

    def _whole(self, program: Program) -> bool:
        return all(self._known(self._simulator, program, item) for item in self._suite(program))

    def _all(self, simulator: Simulator, program: Program) -> list[Figure]:
        found = [self._known(simulator, program, item) for item in self._suite(program)]
        return [figure for figure in found if figure is not None]

    def _known(self, simulator: Simulator, program: Program, item: NamedInput) -> Figure | None:
        return self._figures.get(figure_key(simulator, self._programs[program], item))

    def _startup(self, simulator: Simulator, program: Program) -> Figure:
        [figure] = self._all(simulator, empty_program(program.language))
        return figure

    def _begun_cpu_s(self, simulator: Simulator) -> float:
        known = self._begun.get(simulator.sha)
        return known.cpu_s if known else 0.0

    def _suite(self, program: Program) -> list[NamedInput]:
        return self._suites.get(program.problem, [NamedInput(name="empty", data=b"")])

    def _raced(self, pair: Pair) -> Raced | None:
        return self._races.get(self._race_key(pair))

    def _race_key(self, pair: Pair) -> str:
        programs = (self._programs[side].sha for side in (pair.slow, pair.fast))
        inputs = {item.name: item.data for item in self._suite(pair.slow)}
        chosen = (inputs[name] for name in self._choice(pair).tests)
        return digest(self._simulator.sha, *programs, str(self._threshold), *chosen)


def empty_program(key: str) -> Program:
    """Return a language's empty program, whose cost is the start-up."""
    return Program("", "empty", key, get_language(key).empty_program)


def programs_of(chosen: Sequence[Collection]) -> list[Program]:
    """Return every program of the pairs once, and their languages' empty ones."""
    sides = [side for item in chosen for pair in item.pairs for side in (pair.slow, pair.fast)]
    empty = [empty_program(side.language) for side in sides]
    return list(dict.fromkeys([*empty, *sides]))


async def compiled(sandbox: Sandbox, programs: Iterable[Program]) -> dict[Program, Executable]:
    """Compile programs.

    Raises:
        ValueError: One does not compile.
    """
    found = {}
    for program in programs:
        result = await sandbox.compile(get_language(program.language), program.code)
        if result.executable is None:
            messages = result.diagnostics[:1000]
            raise ValueError(f"{program.problem} {program.name} does not compile: {messages}")
        found[program] = result.executable
    return found


async def faults(sandbox: Sandbox, chosen: Sequence[Collection]) -> list[str]:
    """Return a line for each invalid input, and for each program with wrong outputs.

    On the tests the outputs must match the package's answers, on the inputs each other.
    """
    found = []
    for item in chosen:
        problem, suite = item.problem, await item.suite(sandbox)
        data = [named.data for named in suite]
        valid = await InputValidators(sandbox, problem.validators).validate_inputs(data)
        found += [
            f"{problem.problem_id}: the validators refuse {named.name}"
            for named, accepted in zip(suite, valid, strict=True)
            if not accepted
        ]
        programs = [side for side in programs_of([item]) if side.problem]
        executables = await compiled(sandbox, programs)
        wanted = [hash_output(test.answer) for test in problem.tests]
        expected: list[str] = []
        for program in programs:
            inputs = [*(test.input for test in problem.tests), *data]
            runs = await sandbox.run(executables[program], inputs)
            outputs = [hash_output(run.stdout) for run in runs]
            expected = expected or outputs[len(wanted) :]
            if outputs != wanted + expected:
                found.append(f"{program.problem} {program.name}: another answer")
    return found


def _ratio(sides: Sequence[Sequence[Figure]], figure: Callable[[Figure], int]) -> float:
    slow, fast = (sum(map(figure, side)) for side in sides)
    return slow / fast

"""Compile, run and measure a program by its id: each done once, and found in the ledger after."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pieforge.equivalence.observation import (
    Observation,
    RunOutcome,
    combine_outcomes,
    observe,
    run_inputs,
)
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import SimulatorError, UserInputError
from pieforge.executors.records import ProgramSource, StartupCost, Suite, TestCase
from pieforge.inputs import NamedInput, hash_inputs
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost, merge_costs, sum_measurements
from pieforge.measurement.simulators import (
    Simulator,
    choose_confirmer,
    measure_program_startup,
    measure_startup,
)
from pieforge.records import Verdict, compute_program_id, digest
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import Executable, Limits, RunResult, Sandbox
from pieforge.syntax.tokens import SourceText

SCRIPT_LIMITS = Limits(cpu_s=10.0)
"""Of a package's own scripts: generators, validators."""


@dataclass(frozen=True)
class CachedExecutor:
    """The machine's side of a run.

    Attributes:
        counter: The simulator that is cheap: it ranks candidates, and chooses inputs.
        confirmer: The simulator that decides; the counter itself where a run has no other.
        languages: The run's languages, by key.
        limits: Of one run of a program.
        simulated_limits: Of one run under the simulator.
        gate: Bounds the jobs under way that keep a core busy.
        continue_after_failure: Whether a program is run on the inputs after the first that it
            fails on.
    """

    ledger: Ledger
    sandbox: Sandbox
    counter: Simulator
    confirmer: Simulator
    languages: dict[str, Language]
    limits: Limits
    simulated_limits: Limits
    gate: asyncio.Semaphore
    continue_after_failure: bool = False

    def register(self, problem_id: str, language: str, code: str) -> str:
        """Make a program known to the ledger; return its id."""
        name = compute_program_id(problem_id, language, code)
        blob = self.ledger.put_blob(code)
        self.ledger.put(ProgramSource(problem_id=problem_id, language=language, code=blob), name)
        return name

    def get_source(self, program: str) -> ProgramSource:
        """Return whose text a registered program is."""
        found = self.ledger.get(ProgramSource, program)
        if found is None:
            raise KeyError(program)
        return found

    def get_code(self, program: str) -> str:
        """Return a registered program's text."""
        return self.ledger.get_text(self.get_source(program).code)

    def get_source_text(self, program: str) -> SourceText:
        """Return a registered program's text with its language."""
        return SourceText(self.get_source(program).language, self.get_code(program))

    def store_suite(self, inputs: Sequence[NamedInput]) -> Suite:
        """Keep inputs in the ledger as a suite."""
        cases = tuple(
            TestCase(name=item.name, blob=self.ledger.put_blob(item.data)) for item in inputs
        )
        suite = Suite(sha=hash_inputs(tuple(inputs)), cases=cases)
        self.ledger.put(suite, suite.sha)
        return suite

    def get_inputs(self, suite: Suite) -> list[bytes]:
        """Return a suite's inputs, in order."""
        return [self.ledger.get_blob(case.blob) for case in suite.cases]

    def get_named_inputs(self, suite: Suite) -> list[NamedInput]:
        """Return a suite's inputs with their names, in order."""
        return [NamedInput(case.name, self.ledger.get_blob(case.blob)) for case in suite.cases]

    def get_sizes(self, suite: Suite) -> dict[str, int]:
        """Return the size of each of a suite's inputs in bytes, by name."""
        names = (case.name for case in suite.cases)
        return dict(zip(names, map(len, self.get_inputs(suite)), strict=True))

    async def observe(self, program: str, suite: Suite) -> Observation:
        """Return what a program does on a suite; a program that does not compile has verdict CE."""
        key = self._make_observation_key(suite)
        return await self.ledger.compute_once(
            Observation, program, key, lambda: self._observe(program, suite)
        )

    async def run_inputs(self, program: str, inputs: Sequence[NamedInput]) -> list[RunOutcome]:
        """Return what a program does on inputs, in order, up to the first on which it fails.

        Only what is not known from before is run. A program that does not compile fails so on
        the first input.
        """
        keys = [digest(digest(item.data), repr(self.limits)) for item in inputs]
        known = [self.ledger.get(RunOutcome, program, key) for key in keys]
        missing = [at for at, found in enumerate(known) if found is None]
        failed = next((at for at, f in enumerate(known) if f and f.verdict is not Verdict.AC), None)
        missing = [at for at in missing if failed is None or at < failed]
        if missing:
            told = await self._run(program, [inputs[at].data for at in missing])
            for at, found in zip(missing, told, strict=False):
                self.ledger.put(found, program, keys[at])
                known[at] = found
        return list(_take_until_failure(known))

    def get_known_outcomes(self, program: str, inputs: Sequence[NamedInput]) -> list[RunOutcome]:
        """Return what is already known of a program on inputs, up to the first gap or failure."""
        keys = (digest(digest(item.data), repr(self.limits)) for item in inputs)
        return list(_take_until_failure(self.ledger.get(RunOutcome, program, key) for key in keys))

    def get_observation(self, program: str, suite: Suite) -> Observation | None:
        """Return what is already known of a program on a suite."""
        return self.ledger.get(Observation, program, self._make_observation_key(suite))

    def get_confirmer(self, language: str) -> Simulator:
        """Return who confirms programs of a language: the run's simulator, or the counter for it.

        Raises:
            ConfigError: Neither takes the language.
        """
        declaration = self.languages[language]
        name = choose_confirmer(self.confirmer.name, declaration, self.confirmer.processor)
        return self.confirmer if name == self.confirmer.name else self.counter

    def has_separate_confirmer(self, language: str) -> bool:
        """Return whether another simulator than the counter confirms programs of a language."""
        return self.get_confirmer(language) is not self.counter

    async def measure(
        self,
        program: str,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> MeasuredCost:
        """Return a program's cost on the named tests of a suite, the counter's word by default."""
        return merge_costs(await self.measure_each(program, suite, names, simulator))

    async def measure_each(
        self,
        program: str,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> list[MeasuredCost]:
        """Return the same for each of the tests by itself, in order."""
        simulator = simulator or self.counter
        cases = {case.name: case for case in suite.cases}
        return [await self._measure_once(program, cases[name], simulator) for name in names]

    async def _measure_once(
        self, program: str, case: TestCase, simulator: Simulator
    ) -> MeasuredCost:
        key = digest(case.blob, case.name, simulator.sha, repr(self.simulated_limits))
        return await self.ledger.compute_once(
            MeasuredCost, program, key, lambda: self._measure(program, case, simulator)
        )

    async def run_once(self, program: str, data: bytes) -> RunResult:
        """Run a program that compiles on one input; nothing is kept.

        Raises:
            UserInputError: It does not compile.
        """
        async with self.gate:
            executable = await self.get_executable(program)
            (result,) = await self.sandbox.run(executable, [data], self.limits, keep_output=True)
            return result

    async def get_artifact(self, program: str) -> bytes:
        """Return what a program compiles to; empty where it does not."""
        async with self.gate:
            executable, _ = await self._compile(program)
            return executable.artifact.read_bytes() if executable is not None else b""

    async def run_all(
        self,
        program: str,
        inputs: Sequence[bytes],
        *,
        whole: bool = False,
        share: float = 1.0,
    ) -> list[RunResult]:
        """Run a program on every input, whatever becomes of it; nothing is kept in the ledger.

        Args:
            program: Its id.
            inputs: Standard inputs.
            whole: Whether to keep large outputs whole.
            share: Part of the limit on time that each run has.

        Raises:
            UserInputError: It does not compile.
        """
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                raise UserInputError(
                    f"the program does not compile: {_find_first_error(diagnostics)}"
                )
            limits = replace(self.limits, cpu_s=self.limits.cpu_s * share)
            return await self.sandbox.run(executable, inputs, limits, keep_output=whole)

    async def check_output(
        self, output_rules: OutputRules, data: bytes, answer: bytes, output: bytes
    ) -> str:
        """Return what a problem's judge has against an output, or an empty string.

        Raises:
            PackageError: The judge fails.
        """
        async with self.gate:
            return await output_rules.check_output(
                self.sandbox, data, answer, output, SCRIPT_LIMITS
            )

    async def get_executable(self, program: str, simulator: Simulator | None = None) -> Executable:
        """Return a program's ordinary build, or a simulator's; the caller holds the gate.

        Raises:
            UserInputError: It does not compile.
        """
        found, diagnostics = await self._compile(program, simulator)
        if found is None:
            raise UserInputError(f"the program does not compile: {_find_first_error(diagnostics)}")
        return found

    def _make_observation_key(self, suite: Suite) -> str:
        return digest(suite.sha, repr(self.limits))

    async def measure_startup(self, language: str, simulator: Simulator) -> StartupCost:
        """Return what a language's empty program costs on a simulator."""

        async def measure() -> StartupCost:
            async with self.gate:
                found = await measure_startup(simulator, self.sandbox, self.languages[language])
            return StartupCost(ticks=found.ticks, counts=dict(found.counts))

        return await self.ledger.compute_once(StartupCost, language, simulator.sha, measure)

    async def measure_own_startup(self, program: str, simulator: Simulator) -> int:
        """Return the ticks that a program itself takes on a simulator to start and to give up."""
        language = self.get_source(program).language

        async def measure() -> StartupCost:
            async with self.gate:
                least = await measure_startup(simulator, self.sandbox, self.languages[language])
                executable = await self.get_executable(program, simulator)
                ticks = await measure_program_startup(simulator, self.sandbox, executable, least)
            return StartupCost(ticks=ticks)

        return (await self.ledger.compute_once(StartupCost, program, simulator.sha, measure)).ticks

    async def _compile(
        self, program: str, simulator: Simulator | None = None
    ) -> tuple[Executable | None, str]:
        source = self.get_source(program)
        declaration = self.languages[source.language]
        if simulator is not None:
            declaration = declaration.apply_cross_build(simulator.processor)
        result = await self.sandbox.compile(declaration, self.ledger.get_text(source.code))
        return result.executable, result.diagnostics

    async def _run(self, program: str, inputs: Sequence[bytes]) -> list[RunOutcome]:
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                return [RunOutcome(verdict=Verdict.CE, detail=_find_first_error(diagnostics))]
            return await run_inputs(self.sandbox, executable, inputs, self.limits)

    async def _observe(self, program: str, suite: Suite) -> Observation:
        if not self.continue_after_failure:
            inputs = [
                NamedInput(case.name, self.ledger.get_blob(case.blob)) for case in suite.cases
            ]
            told = await self.run_inputs(program, inputs)
            if told and told[0].verdict is Verdict.CE:
                return Observation(verdict=Verdict.CE, detail=told[0].detail)
            return combine_outcomes(told, len(inputs))
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                return Observation(verdict=Verdict.CE, detail=_find_first_error(diagnostics))
            return await observe(
                self.sandbox,
                executable,
                self.get_inputs(suite),
                self.limits,
                continue_after_failure=True,
            )

    async def _measure(self, program: str, case: TestCase, simulator: Simulator) -> MeasuredCost:
        startup = await self.measure_startup(self.get_source(program).language, simulator)
        async with self.gate:
            executable, _ = await self._compile(program, simulator)
            if executable is None:
                raise SimulatorError(f"{program} did not compile again", fix="try again")
            [found] = await simulator.measure(
                self.sandbox, executable, [self.ledger.get_blob(case.blob)], self.simulated_limits
            )
        return sum_measurements([case.name], [found], startup.ticks)


def _take_until_failure(known: Iterable[RunOutcome | None]) -> Iterator[RunOutcome]:
    for found in known:
        if found is None:
            return
        yield found
        if found.verdict is not Verdict.AC:
            return


def _find_first_error(diagnostics: str) -> str:
    lines = [line.strip() for line in diagnostics.splitlines() if "error" in line.lower()]
    return (lines or diagnostics.strip().splitlines()[-1:] or [""])[0][:300]

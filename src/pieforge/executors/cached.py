"""Compile, run and measure a program by its id: each done once, and found in the ledger after."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pieforge.equivalence.observation import Observation, Outcome, judged, observe, outcomes
from pieforge.equivalence.output_validator import Judging
from pieforge.errors import InputError, SimulatorError
from pieforge.executors.records import Source, Startup, Suite, TestCase
from pieforge.inputs import NamedInput, inputs_sha
from pieforge.ledger import Ledger
from pieforge.measurement.cost import Measured, joined, summed
from pieforge.measurement.simulators import Simulator, confirming, startup, startup_of
from pieforge.records import Verdict, digest, program_id
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import Executable, Limits, RunResult, Sandbox

SCRIPT_LIMITS = Limits(cpu_s=10.0)
"""Of a package's own scripts: generators, validators."""


@dataclass(frozen=True)
class Workshop:
    """The machine's side of a run.

    Attributes:
        counter: The simulator that is cheap: it ranks candidates, and chooses inputs.
        confirmer: The simulator that decides; the counter itself where a run has no other.
        languages: The run's languages, by key.
        limits: Of one run of a program.
        simulated_limits: Of one run under the simulator.
        gate: Bounds the jobs under way that keep a core busy.
        to_the_end: Whether a program is run on the inputs after the first that it fails on.
    """

    ledger: Ledger
    sandbox: Sandbox
    counter: Simulator
    confirmer: Simulator
    languages: dict[str, Language]
    limits: Limits
    simulated_limits: Limits
    gate: asyncio.Semaphore
    to_the_end: bool = False

    def register(self, problem_id: str, language: str, code: str) -> str:
        """Make a program known to the ledger; return its id."""
        name = program_id(problem_id, language, code)
        blob = self.ledger.put_blob(code)
        self.ledger.put(Source(problem_id=problem_id, language=language, code=blob), name)
        return name

    def source(self, program: str) -> Source:
        """Return whose text a registered program is."""
        found = self.ledger.get(Source, program)
        if found is None:
            raise KeyError(program)
        return found

    def code(self, program: str) -> str:
        """Return a registered program's text."""
        return self.ledger.text(self.source(program).code)

    def suite(self, inputs: Sequence[NamedInput]) -> Suite:
        """Keep inputs in the ledger as a suite."""
        cases = tuple(
            TestCase(name=item.name, blob=self.ledger.put_blob(item.data)) for item in inputs
        )
        suite = Suite(sha=inputs_sha(tuple(inputs)), cases=cases)
        self.ledger.put(suite, suite.sha)
        return suite

    def inputs(self, suite: Suite) -> list[bytes]:
        """Return a suite's inputs, in order."""
        return [self.ledger.blob(case.blob) for case in suite.cases]

    def named(self, suite: Suite) -> list[NamedInput]:
        """Return a suite's inputs with their names, in order."""
        return [NamedInput(case.name, self.ledger.blob(case.blob)) for case in suite.cases]

    def sizes(self, suite: Suite) -> dict[str, int]:
        """Return the size of each of a suite's inputs in bytes, by name."""
        names = (case.name for case in suite.cases)
        return dict(zip(names, map(len, self.inputs(suite)), strict=True))

    async def observed(self, program: str, suite: Suite) -> Observation:
        """Return what a program does on a suite; a program that does not compile has verdict CE."""
        key = self._observation_key(suite)
        return await self.ledger.once(
            Observation, program, key, lambda: self._observe(program, suite)
        )

    async def outcomes(self, program: str, inputs: Sequence[NamedInput]) -> list[Outcome]:
        """Return what a program does on inputs, in order, up to the first on which it fails.

        Only what is not known from before is run. A program that does not compile fails so on
        the first input.
        """
        keys = [digest(digest(item.data), repr(self.limits)) for item in inputs]
        known = [self.ledger.get(Outcome, program, key) for key in keys]
        missing = [at for at, found in enumerate(known) if found is None]
        failed = next((at for at, f in enumerate(known) if f and f.verdict is not Verdict.AC), None)
        missing = [at for at in missing if failed is None or at < failed]
        if missing:
            told = await self._run(program, [inputs[at].data for at in missing])
            for at, found in zip(missing, told, strict=False):
                self.ledger.put(found, program, keys[at])
                known[at] = found
        return list(_up_to_failure(known))

    def known_outcomes(self, program: str, inputs: Sequence[NamedInput]) -> list[Outcome]:
        """Return what is already known of a program on inputs, up to the first gap or failure."""
        keys = (digest(digest(item.data), repr(self.limits)) for item in inputs)
        return list(_up_to_failure(self.ledger.get(Outcome, program, key) for key in keys))

    def observation(self, program: str, suite: Suite) -> Observation | None:
        """Return what is already known of a program on a suite."""
        return self.ledger.get(Observation, program, self._observation_key(suite))

    def confirms(self, language: str) -> Simulator:
        """Return who confirms programs of a language: the run's simulator, or the counter for it.

        Raises:
            ConfigError: Neither takes the language.
        """
        spoken = self.languages[language]
        name = confirming(self.confirmer.name, spoken, self.confirmer.processor)
        return self.confirmer if name == self.confirmer.name else self.counter

    def confirms_apart(self, language: str) -> bool:
        """Return whether another simulator than the counter confirms programs of a language."""
        return self.confirms(language) is not self.counter

    async def measured(
        self,
        program: str,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> Measured:
        """Return a program's cost on the named tests of a suite, the counter's word by default."""
        return joined(await self.costs(program, suite, names, simulator))

    async def costs(
        self,
        program: str,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> list[Measured]:
        """Return the same for each of the tests by itself, in order."""
        simulator = simulator or self.counter
        cases = {case.name: case for case in suite.cases}
        return [await self._cost(program, cases[name], simulator) for name in names]

    async def _cost(self, program: str, case: TestCase, simulator: Simulator) -> Measured:
        key = digest(case.blob, case.name, simulator.sha, repr(self.simulated_limits))
        return await self.ledger.once(
            Measured, program, key, lambda: self._measure(program, case, simulator)
        )

    async def run_once(self, program: str, data: bytes) -> RunResult:
        """Run a program that compiles on one input; nothing is kept.

        Raises:
            InputError: It does not compile.
        """
        async with self.gate:
            executable = await self.executable(program)
            (result,) = await self.sandbox.run(executable, [data], self.limits, whole=True)
            return result

    async def artifact(self, program: str) -> bytes:
        """Return what a program compiles to; empty where it does not."""
        async with self.gate:
            executable, _ = await self._compile(program)
            return executable.artifact.read_bytes() if executable is not None else b""

    async def runs(
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
            InputError: It does not compile.
        """
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                raise InputError(f"the program does not compile: {_first_error(diagnostics)}")
            limits = replace(self.limits, cpu_s=self.limits.cpu_s * share)
            return await self.sandbox.run(executable, inputs, limits, whole=whole)

    async def wrong(self, judging: Judging, data: bytes, answer: bytes, output: bytes) -> str:
        """Return what a problem's judge has against an output, or an empty string.

        Raises:
            PackageError: The judge fails.
        """
        async with self.gate:
            return await judging.wrong(self.sandbox, data, answer, output, SCRIPT_LIMITS)

    async def executable(self, program: str, simulator: Simulator | None = None) -> Executable:
        """Return a program's ordinary build, or a simulator's; the caller holds the gate.

        Raises:
            InputError: It does not compile.
        """
        found, diagnostics = await self._compile(program, simulator)
        if found is None:
            raise InputError(f"the program does not compile: {_first_error(diagnostics)}")
        return found

    def _observation_key(self, suite: Suite) -> str:
        return digest(suite.sha, repr(self.limits))

    async def startup(self, language: str, simulator: Simulator) -> Startup:
        """Return what a language's empty program costs on a simulator."""

        async def measure() -> Startup:
            async with self.gate:
                found = await startup(simulator, self.sandbox, self.languages[language])
            return Startup(ticks=found.ticks, counts=dict(found.counts))

        return await self.ledger.once(Startup, language, simulator.sha, measure)

    async def own_startup(self, program: str, simulator: Simulator) -> int:
        """Return the ticks that a program itself takes on a simulator to start and to give up."""
        language = self.source(program).language

        async def measure() -> Startup:
            async with self.gate:
                least = await startup(simulator, self.sandbox, self.languages[language])
                executable = await self.executable(program, simulator)
                ticks = await startup_of(simulator, self.sandbox, executable, least)
            return Startup(ticks=ticks)

        return (await self.ledger.once(Startup, program, simulator.sha, measure)).ticks

    async def _compile(
        self, program: str, simulator: Simulator | None = None
    ) -> tuple[Executable | None, str]:
        source = self.source(program)
        spoken = self.languages[source.language]
        if simulator is not None:
            spoken = spoken.crossed(simulator.processor)
        result = await self.sandbox.compile(spoken, self.ledger.text(source.code))
        return result.executable, result.diagnostics

    async def _run(self, program: str, inputs: Sequence[bytes]) -> list[Outcome]:
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                return [Outcome(verdict=Verdict.CE, detail=_first_error(diagnostics))]
            return await outcomes(self.sandbox, executable, inputs, self.limits)

    async def _observe(self, program: str, suite: Suite) -> Observation:
        if not self.to_the_end:
            inputs = [NamedInput(case.name, self.ledger.blob(case.blob)) for case in suite.cases]
            told = await self.outcomes(program, inputs)
            if told and told[0].verdict is Verdict.CE:
                return Observation(verdict=Verdict.CE, detail=told[0].detail)
            return judged(told, len(inputs))
        async with self.gate:
            executable, diagnostics = await self._compile(program)
            if executable is None:
                return Observation(verdict=Verdict.CE, detail=_first_error(diagnostics))
            return await observe(
                self.sandbox, executable, self.inputs(suite), self.limits, to_the_end=True
            )

    async def _measure(self, program: str, case: TestCase, simulator: Simulator) -> Measured:
        startup = await self.startup(self.source(program).language, simulator)
        async with self.gate:
            executable, _ = await self._compile(program, simulator)
            if executable is None:
                raise SimulatorError(f"{program} did not compile again", fix="try again")
            [found] = await simulator.measure(
                self.sandbox, executable, [self.ledger.blob(case.blob)], self.simulated_limits
            )
        return summed([case.name], [found], startup.ticks)


def _up_to_failure(known: Iterable[Outcome | None]) -> Iterator[Outcome]:
    for found in known:
        if found is None:
            return
        yield found
        if found.verdict is not Verdict.AC:
            return


def _first_error(diagnostics: str) -> str:
    lines = [line.strip() for line in diagnostics.splitlines() if "error" in line.lower()]
    return (lines or diagnostics.strip().splitlines()[-1:] or [""])[0][:300]

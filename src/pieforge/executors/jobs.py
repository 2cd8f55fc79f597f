"""The kinds of jobs: compile and run, simulate, judge, ask a package's own programs, search."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from random import Random
from typing import ClassVar, Protocol, TypeVar

from pydantic import BaseModel

from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import MissingToolError, SimulatorError
from pieforge.executors.input_check import InputCheck
from pieforge.executors.job import (
    SCRIPT_LIMITS,
    Machine,
    SimulatorIdentity,
    find_first_error,
)
from pieforge.executors.records import StartupCost
from pieforge.inputs import NamedInput
from pieforge.inputs.fuzzing.fuzzer import (
    MAX_SEARCH_CPU_S,
    create_mutation_function,
    create_number_writer,
    fuzz_programs,
)
from pieforge.inputs.fuzzing.instrumentation import compile_instrumented
from pieforge.inputs.generation.package_generators import run_generator
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.stress.search import STEPS_PER_S, FoundInputs, search_stress_inputs
from pieforge.inputs.stress.work import Work, compile_counting, count_work
from pieforge.inputs.validation.validators import InputValidators
from pieforge.integrity.sanitizers import SanitizedProgram, SanitizerReport, run_sanitizers
from pieforge.measurement.line_profile import LineProfile, profile_lines
from pieforge.measurement.race import RaceResult, run_race
from pieforge.measurement.simulators import (
    Measurement,
    measure_program_startup,
    measure_startup,
)
from pieforge.records import PackageProgram, ProgramText, Record, Verdict, digest
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import Limits, RunResult

RecordResult = TypeVar("RecordResult", bound=Record, covariant=True)


class CacheableJob(Protocol[RecordResult]):
    """A job whose result is kept: the same fields give the same result."""

    RESULT: ClassVar[type[Record]]

    @property
    def subject(self) -> str:
        """What the result is about: ids of programs, or a language."""
        ...

    async def run(self, machine: Machine) -> RecordResult:
        """Do it."""
        ...


def compute_job_key(job: object) -> str:
    """Return a hash of everything that decides a job's result: its type and its fields."""
    return digest(type(job).__name__, *_iter_content(job))


def _iter_content(value: object) -> "list[str | bytes]":
    if isinstance(value, ProgramText):
        return [value.program_id]
    if isinstance(value, BaseModel):
        return [value.model_dump_json()]
    if isinstance(value, bytes):
        return [value]
    if isinstance(value, Mapping):
        return _iter_content(tuple(value.items()))
    if isinstance(value, tuple):
        # The length keeps (a, (b, c)) and (a, b, c) apart.
        return [str(len(value)), *(part for item in value for part in _iter_content(item))]
    if is_dataclass(value) and not isinstance(value, type):
        return [
            part for field in fields(value) for part in _iter_content(getattr(value, field.name))
        ]
    return [repr(value)]


@dataclass(frozen=True)
class ProgramRuns:
    """What a program did on inputs.

    Attributes:
        results: One for each input, in order; fewer where running stopped at a failure.
        compile_error: Why it does not compile; None where it does.
    """

    results: tuple[RunResult, ...] = ()
    compile_error: str | None = None


@dataclass(frozen=True)
class RunJob:
    """Compile a program and run it on inputs.

    Attributes:
        until_failure: Whether to stop after the first input on which it does not end well.
        keep_output: Whether to keep large outputs whole, not just beginning, size and hash.
    """

    program: ProgramText
    inputs: tuple[bytes, ...]
    limits: Limits
    until_failure: bool = False
    keep_output: bool = False

    async def run(self, machine: Machine) -> ProgramRuns:
        """Do it."""
        built = await machine.compile(self.program)
        if built.executable is None:
            return ProgramRuns(compile_error=find_first_error(built.diagnostics))
        results = await machine.sandbox.run(
            built.executable,
            self.inputs,
            self.limits,
            stop=_is_failure if self.until_failure else None,
            keep_output=self.keep_output,
        )
        return ProgramRuns(tuple(results))


def _is_failure(_index: int, result: RunResult) -> bool:
    return result.verdict is not Verdict.AC


@dataclass(frozen=True)
class ArtifactJob:
    """Compile a program; its result is the file that the compiler made, empty where it does not."""

    program: ProgramText

    async def run(self, machine: Machine) -> bytes:
        """Do it."""
        executable = (await machine.compile(self.program)).executable
        return executable.artifact.read_bytes() if executable is not None else b""


@dataclass(frozen=True)
class MeasureJob:
    """Simulate a program on one input."""

    program: ProgramText
    data: bytes
    simulator: SimulatorIdentity
    limits: Limits

    async def run(self, machine: Machine) -> Measurement:
        """Do it."""
        simulator = self.simulator.find(machine)
        built = await machine.compile(self.program, simulator.name)
        # It compiled when it was run before, so this is not the program's failure.
        if built.executable is None:
            raise SimulatorError(
                f"{self.program.program_id} did not compile again", fix="try again"
            )
        [found] = await simulator.measure(
            machine.sandbox, built.executable, [self.data], self.limits
        )
        return found


@dataclass(frozen=True)
class ProfileJob:
    """Find what each line of a program costs on one input; see `profile_lines`."""

    RESULT: ClassVar[type[Record]] = LineProfile

    program: ProgramText
    data: bytes
    limits: Limits

    @property
    def subject(self) -> str:
        """The program."""
        return self.program.program_id

    async def run(self, machine: Machine) -> LineProfile:
        """Do it."""
        language = machine.languages[self.program.language]
        return await profile_lines(
            machine.sandbox, language, self.program.code, self.data, self.limits
        )


@dataclass(frozen=True)
class StartupJob:
    """Simulate a language's empty program."""

    RESULT: ClassVar[type[Record]] = StartupCost

    language: str
    simulator: SimulatorIdentity

    @property
    def subject(self) -> str:
        """The language."""
        return self.language

    async def run(self, machine: Machine) -> StartupCost:
        """Do it."""
        language = machine.languages[self.language]
        found = await measure_startup(self.simulator.find(machine), machine.sandbox, language)
        return StartupCost(ticks=found.ticks, counts=dict(found.counts))


@dataclass(frozen=True)
class ProgramStartupJob:
    """Simulate a program on no input: what it takes to start and to give up."""

    RESULT: ClassVar[type[Record]] = StartupCost

    program: ProgramText
    simulator: SimulatorIdentity

    @property
    def subject(self) -> str:
        """The program."""
        return self.program.program_id

    async def run(self, machine: Machine) -> StartupCost:
        """Do it."""
        simulator, sandbox = self.simulator.find(machine), machine.sandbox
        empty = await measure_startup(simulator, sandbox, machine.languages[self.program.language])
        executable = await machine.build(self.program, simulator.name)
        return StartupCost(
            ticks=await measure_program_startup(simulator, sandbox, executable, empty)
        )


@dataclass(frozen=True)
class RaceJob:
    """Simulate a slow and a fast program until the threshold is decided; see `run_race`."""

    RESULT: ClassVar[type[Record]] = RaceResult

    slow: ProgramText
    fast: ProgramText
    inputs: tuple[NamedInput, ...]
    simulator: SimulatorIdentity
    startup: tuple[int, int]
    threshold: float
    cap: float
    exact: bool
    limits: Limits

    @property
    def subject(self) -> str:
        """Both programs."""
        return f"{self.slow.program_id}/{self.fast.program_id}"

    async def run(self, machine: Machine) -> RaceResult:
        """Do it."""
        simulator = self.simulator.find(machine)
        slow, fast = [await machine.build(it, simulator.name) for it in (self.slow, self.fast)]
        return await run_race(
            simulator,
            machine.sandbox,
            slow,
            fast,
            self.inputs,
            threshold=self.threshold,
            cap=self.cap,
            exact=self.exact,
            startup=self.startup,
            limits=self.limits,
        )


@dataclass(frozen=True)
class SanitizeJob:
    """Run a program in other builds and perturbed; see `integrity.sanitizers`.

    Attributes:
        outputs: For each input, the digest of the output that the ordinary build gave.
        builds: Names of the builds to try.
    """

    RESULT: ClassVar[type[Record]] = SanitizerReport

    program: ProgramText
    inputs: tuple[bytes, ...]
    outputs: tuple[str, ...]
    builds: tuple[str, ...]
    output_rules: OutputRules
    limits: Limits

    @property
    def subject(self) -> str:
        """The program."""
        return self.program.program_id

    async def run(self, machine: Machine) -> SanitizerReport:
        """Do it."""
        executable = await machine.build(self.program)

        async def explain(at: int, result: RunResult) -> str:
            async def run_ordinary() -> bytes:
                [ordinary] = await machine.sandbox.run(
                    executable, [self.inputs[at]], self.limits, keep_output=True
                )
                return ordinary.stdout

            return await explain_difference(
                self.output_rules,
                machine.judge,
                self.inputs[at],
                ComparableOutput(self.outputs[at], run_ordinary),
                ComparableOutput.from_run(result),
            )

        subject = SanitizedProgram(
            language=machine.languages[self.program.language],
            source=self.program.code,
            executable=executable,
            inputs=self.inputs,
            explain_difference=explain,
            keep_output=self.output_rules.lenient,
        )
        return await run_sanitizers(machine.sandbox, subject, self.limits, self.builds)


@dataclass(frozen=True)
class JudgeJob:
    """Ask a problem's judge about an output; its result is what is wrong, or an empty string."""

    output_rules: OutputRules
    data: bytes
    answer: bytes
    output: bytes

    async def run(self, machine: Machine) -> str:
        """Do it."""
        return await machine.judge(self.output_rules, self.data, self.answer, self.output)


@dataclass(frozen=True)
class CheckInputsJob:
    """Say of each input whether it is one of the problem's."""

    check: InputCheck
    inputs: tuple[bytes, ...]

    async def run(self, machine: Machine) -> list[bool]:
        """Do it."""
        return await self.check.check(machine, self.inputs)


@dataclass(frozen=True)
class ValidatorJob:
    """Ask one of a package's input validators; its result is the exit status on each input.

    Attributes:
        arguments: Of the validator; None for those of inputs that are not the package's tests.
    """

    validators: Mapping[str, PackageProgram]
    name: str
    inputs: tuple[bytes, ...]
    arguments: tuple[str, ...] | None = None

    async def run(self, machine: Machine) -> list[int | None]:
        """Do it."""
        validators = InputValidators(machine.sandbox, self.validators)
        return await validators.run_validator(self.name, self.inputs, self.arguments)


@dataclass(frozen=True)
class GeneratorJob:
    """Call a package's generator; see `run_generator`."""

    files: Mapping[str, bytes]
    script: str
    arguments: tuple[str, ...]
    name: str
    salt: str

    async def run(self, machine: Machine) -> NamedInput:
        """Do it."""
        return await run_generator(
            machine.sandbox,
            self.files,
            self.script,
            self.arguments,
            name=self.name,
            salt=self.salt,
            limits=SCRIPT_LIMITS,
        )


@dataclass(frozen=True)
class ScriptJob:
    """Run a Python script."""

    files: Mapping[str, bytes]
    arguments: tuple[str, ...]
    limits: Limits

    async def run(self, machine: Machine) -> RunResult:
        """Do it."""
        return await machine.sandbox.run_script(self.files, self.arguments, b"", self.limits)


@dataclass(frozen=True)
class FuzzedInputs:
    """What a search that coverage guides found.

    Attributes:
        guides: Which programs were instrumented: both, one of them, or why none was.
        inputs: Those that were kept, the most distinguishing first.
        proposals: Inputs that the search proposed.
        cpu_s: CPU seconds that proposing took.
    """

    guides: str
    inputs: tuple[NamedInput, ...] = ()
    proposals: int = 0
    cpu_s: float = 0.0


@dataclass(frozen=True)
class FuzzJob:
    """Search for an input on which two programs differ; see `fuzz_programs`.

    Attributes:
        known: Inputs on which they are equal.
        runs: Budget, both programs together.
        cpu_s: CPU seconds that the search itself may take.
    """

    programs: tuple[ProgramText, ProgramText]
    known: tuple[bytes, ...]
    grammar: InputGrammar
    check: InputCheck
    runs: int
    cpu_s: float = MAX_SEARCH_CPU_S

    async def run(self, machine: Machine) -> FuzzedInputs:
        """Do it."""
        languages = [machine.languages[program.language] for program in self.programs]
        builds = [
            await compile_instrumented(machine.sandbox, language, program.code)
            for program, language in zip(self.programs, languages, strict=True)
        ]
        traced = [build for build in builds if build is not None]
        if not traced:
            titles = sorted({language.title for language in languages})
            return FuzzedInputs(f"none: {' and '.join(titles)} cannot be instrumented")
        found = await fuzz_programs(
            machine.sandbox,
            traced,
            self.known,
            create_mutation_function(self.grammar),
            lambda inputs: self.check.check(machine, inputs),
            self.runs,
            Random(digest("search", *(it.program_id for it in self.programs))),  # noqa: S311
            write=create_number_writer(self.grammar),
            cpu_s=self.cpu_s,
            outputs_decide=not self.check.output_rules.lenient,
        )
        guides = "both programs" if len(traced) > 1 else f"program {'AB'[builds[0] is None]} alone"
        if found.is_cut_off:
            guides += f", ended early after {self.cpu_s:g} CPU seconds of proposing inputs"
        return FuzzedInputs(guides, found.inputs, found.proposals, found.cpu_s)


@dataclass(frozen=True)
class StressJob:
    """Search for inputs on which a program does the most work; see `search_stress_inputs`.

    Its result is None where the program has no build that counts.

    Attributes:
        given: Valid inputs to start from.
        cpu_s: Budget in CPU seconds of a usual machine; it is spent in steps.
    """

    program: ProgramText
    given: tuple[NamedInput, ...]
    grammar: InputGrammar
    check: InputCheck
    cpu_s: float

    async def run(self, machine: Machine) -> FoundInputs | None:
        """Do it."""
        sandbox, language = machine.sandbox, machine.languages[self.program.language]
        built = await compile_counting(sandbox, language, self.program.code)
        if built is None:
            return None
        return await search_stress_inputs(
            lambda inputs, max_steps: count_work(sandbox, built, inputs, max_steps),
            lambda inputs: self.check.check(machine, inputs),
            self.grammar,
            self.given,
            steps=max(1, round(self.cpu_s * STEPS_PER_S)),
            seed=digest("stress", self.program.program_id),
            steps_per_count=language.steps_per_count,
        )


@dataclass(frozen=True)
class CountJob:
    """Count what a program does on inputs; nothing where it has no build that counts."""

    program: ProgramText
    inputs: tuple[bytes, ...]
    max_steps: int

    async def run(self, machine: Machine) -> tuple[Work, ...]:
        """Do it."""
        language = machine.languages[self.program.language]
        built = await compile_counting(machine.sandbox, language, self.program.code)
        if built is None:
            return ()
        return tuple(await count_work(machine.sandbox, built, self.inputs, self.max_steps))


@dataclass(frozen=True)
class VersionsJob:
    """Ask for the versions of what results depend on.

    Attributes:
        languages: Keys.
        processor: Whose programs the confirming simulator runs; empty for this machine's.
    """

    languages: tuple[str, ...]
    processor: str = ""

    async def run(self, machine: Machine) -> dict[str, str]:
        """Return them by name: bubblewrap, LANGUAGE, LANGUAGE+BUILD, LANGUAGE@PROCESSOR."""
        found = {"bubblewrap": machine.sandbox.bubblewrap.get_version()}
        for key in self.languages:
            language = machine.languages[key]
            found[key] = machine.sandbox.get_compiler_version(language)
            for build in language.builds:
                version = _find_version(machine, language.apply_build(build))
                found[f"{key}+{build.name}"] = version
            if self.processor in {build.name for build in language.cross_builds}:
                cross = language.apply_cross_build(self.processor)
                found[f"{key}@{self.processor}"] = _find_version(machine, cross)
        return found


def _find_version(machine: Machine, build: Language) -> str:
    """Return what compiles a build; a run can do without it."""
    try:
        return machine.sandbox.get_compiler_version(build)
    except MissingToolError:
        return "not installed"

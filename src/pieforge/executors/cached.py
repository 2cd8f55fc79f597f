"""Compile, run and measure programs, each once: results are kept in the ledger by content."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from pieforge.equivalence.observation import (
    Observation,
    RunOutcome,
    combine_outcomes,
    summarize_run,
)
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import UserInputError
from pieforge.executors.input_check import InputCheck
from pieforge.executors.job import Executor, Job, Result, SimulatorIdentity
from pieforge.executors.jobs import (
    CacheableJob,
    CheckInputsJob,
    JudgeJob,
    MeasureJob,
    ProgramStartupJob,
    RecordResult,
    RunJob,
    StartupJob,
    compute_job_key,
)
from pieforge.executors.records import StartupCost, Suite, TestCase
from pieforge.inputs import NamedInput, hash_inputs
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost, merge_costs, sum_measurements
from pieforge.measurement.simulators import Simulator, choose_confirmer
from pieforge.records import ProgramText, Verdict, digest
from pieforge.sandbox.languages import Language
from pieforge.sandbox.output import HEAD_BYTES
from pieforge.sandbox.sandbox import Limits, RunResult


@dataclass(frozen=True)
class CachedExecutor:
    """Runs jobs through another executor, each once: results are cached in the ledger.

    Attributes:
        inner: Runs jobs.
        counter: The simulator that is inexpensive: it ranks candidates, and chooses inputs.
        confirmer: The simulator that decides; the counter itself where a run has no other.
        languages: By key.
        limits: Of one run of a program; see `get_limits`.
        simulated_limits: Of one run under the simulator.
        problem_limits: Limits of one run, by problem id, of problems that ask for others.
        continue_after_failure: Whether a program is run on the inputs after the first that it
            fails on.
    """

    inner: Executor
    ledger: Ledger
    counter: Simulator
    confirmer: Simulator
    languages: Mapping[str, Language]
    limits: Limits
    simulated_limits: Limits
    problem_limits: Mapping[str, Limits] = field(default_factory=dict)
    continue_after_failure: bool = False

    def get_limits(self, problem_id: str) -> Limits:
        """Return the limits of one run of a problem's program."""
        return self.problem_limits.get(problem_id, self.limits)

    def get_simulated_limits(self, problem_id: str) -> Limits:
        """Return the limits of one run of a problem's program under the simulator."""
        return replace(self.get_limits(problem_id), cpu_s=self.simulated_limits.cpu_s)

    async def execute(self, job: Job[Result]) -> Result:
        """Run a job; nothing is cached."""
        return await self.inner.execute(job)

    async def execute_once(self, job: CacheableJob[RecordResult]) -> RecordResult:
        """Run a job, or return the cached result of an equal one."""
        kind = cast("type[RecordResult]", job.RESULT)
        return await self.ledger.compute_once(
            kind, job.subject, compute_job_key(job), lambda: self.inner.execute(job)
        )

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
        return {item.name: len(item.data) for item in self.get_named_inputs(suite)}

    async def observe(self, program: ProgramText, suite: Suite) -> Observation:
        """Return what a program does on a suite; a program that does not compile has verdict CE."""
        return await self.ledger.compute_once(
            Observation,
            program.program_id,
            self._make_observation_key(program, suite),
            lambda: self._observe(program, self.get_named_inputs(suite)),
        )

    async def _observe(self, program: ProgramText, inputs: Sequence[NamedInput]) -> Observation:
        limits = self.get_limits(program.problem_id)
        if self.continue_after_failure:
            data = tuple(item.data for item in inputs)
            runs = await self.execute(RunJob(program, data, limits))
            if runs.compile_error is not None:
                return Observation(verdict=Verdict.CE, detail=runs.compile_error)
            return combine_outcomes([summarize_run(run) for run in runs.results], len(inputs))
        outcomes = await self.run_inputs(program, inputs)
        if outcomes and outcomes[0].verdict is Verdict.CE:
            return Observation(verdict=Verdict.CE, detail=outcomes[0].detail)
        return combine_outcomes(outcomes, len(inputs))

    async def run_inputs(
        self, program: ProgramText, inputs: Sequence[NamedInput]
    ) -> list[RunOutcome]:
        """Return what a program does on inputs, in order, up to the first on which it fails.

        Only what is not known from before is run. A program that does not compile fails so on
        the first input.
        """
        name = program.program_id
        limits = self.get_limits(program.problem_id)
        keys = [self._make_outcome_key(program, item.data) for item in inputs]
        known = [self.ledger.get(RunOutcome, name, key) for key in keys]
        failed = next((at for at, f in enumerate(known) if f and f.verdict is not Verdict.AC), None)
        missing = [at for at, found in enumerate(known[:failed]) if found is None]
        if missing:
            data = tuple(inputs[at].data for at in missing)
            runs = await self.execute(RunJob(program, data, limits, until_failure=True))
            outcomes = [self._keep_outcome(run) for run in runs.results]
            if runs.compile_error is not None:
                outcomes = [RunOutcome(verdict=Verdict.CE, detail=runs.compile_error)]
            # Fewer outcomes than inputs: running stops at the first failure.
            for at, found in zip(missing, outcomes, strict=False):
                self.ledger.put(found, name, keys[at])
                known[at] = found
        return list(_take_until_failure(known))

    def _keep_outcome(self, run: RunResult) -> RunOutcome:
        """Return the outcome of a run; its output is kept if it is short, as most are."""
        outcome, output = summarize_run(run), run.output
        if outcome.output is None or output.size > HEAD_BYTES:
            return outcome
        return outcome.model_copy(update={"blob": self.ledger.put_blob(output.head)})

    def find_outputs(self, program: ProgramText, suite: Suite) -> list[str]:
        """Return the blob of a program's output on each input of a suite; empty if not kept."""
        keys = (self._make_outcome_key(program, item.data) for item in self.get_named_inputs(suite))
        known = (self.ledger.get(RunOutcome, program.program_id, key) for key in keys)
        return [outcome.blob if outcome is not None else "" for outcome in known]

    def get_known_outcomes(
        self, program: ProgramText, inputs: Sequence[NamedInput]
    ) -> list[RunOutcome]:
        """Return what is already known of a program on inputs, up to the first gap or failure."""
        keys = (self._make_outcome_key(program, item.data) for item in inputs)
        return list(
            _take_until_failure(self.ledger.get(RunOutcome, program.program_id, k) for k in keys)
        )

    def get_observation(self, program: ProgramText, suite: Suite) -> Observation | None:
        """Return what is already known of a program on a suite."""
        key = self._make_observation_key(program, suite)
        return self.ledger.get(Observation, program.program_id, key)

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
        program: ProgramText,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> MeasuredCost:
        """Return a program's cost on the named tests of a suite, by the counter by default."""
        return merge_costs(await self.measure_each(program, suite, names, simulator))

    async def measure_each(
        self,
        program: ProgramText,
        suite: Suite,
        names: Sequence[str],
        simulator: Simulator | None = None,
    ) -> list[MeasuredCost]:
        """Return the same for each of the tests by itself, in order."""
        simulator = simulator or self.counter
        cases = {case.name: case for case in suite.cases}
        return [await self._measure_once(program, cases[name], simulator) for name in names]

    async def _measure_once(
        self, program: ProgramText, case: TestCase, simulator: Simulator
    ) -> MeasuredCost:
        limits = self.get_simulated_limits(program.problem_id)

        async def measure() -> MeasuredCost:
            # Before the job, not in it: a job must not wait for another one.
            startup = await self.measure_startup(program.language, simulator)
            data = self.ledger.get_blob(case.blob)
            job = MeasureJob(program, data, identify_simulator(simulator), limits)
            return sum_measurements([case.name], [await self.execute(job)], startup.ticks)

        # The name is in the result, so that two tests with the same input are two results.
        key = digest(case.blob, case.name, simulator.sha, repr(limits))
        return await self.ledger.compute_once(MeasuredCost, program.program_id, key, measure)

    async def measure_startup(self, language: str, simulator: Simulator) -> StartupCost:
        """Return what a language's empty program costs on a simulator."""
        return await self.execute_once(StartupJob(language, identify_simulator(simulator)))

    async def measure_own_startup(self, program: ProgramText, simulator: Simulator) -> int:
        """Return the ticks that a program itself takes on a simulator to start and to give up."""
        job = ProgramStartupJob(program, identify_simulator(simulator))
        return (await self.execute_once(job)).ticks

    async def run_once(self, program: ProgramText, data: bytes) -> RunResult:
        """Run a program that compiles on one input; see `run_all`.

        Raises:
            UserInputError: It does not compile.
        """
        (result,) = await self.run_all(program, [data], whole=True)
        return result

    async def run_all(
        self,
        program: ProgramText,
        inputs: Sequence[bytes],
        *,
        whole: bool = False,
        time_share: float = 1.0,
    ) -> list[RunResult]:
        """Run a program on every input, also after failures and where the result is known.

        Runs that end well are known afterwards to `run_inputs` and `observe`.

        Args:
            program: A program.
            inputs: Standard inputs.
            whole: Whether to return large outputs whole.
            time_share: Part of the limit on time that each run has.

        Raises:
            UserInputError: It does not compile.
        """
        limits = self.get_limits(program.problem_id)
        limits = replace(limits, cpu_s=limits.cpu_s * time_share)
        runs = await self.execute(RunJob(program, tuple(inputs), limits, keep_output=whole))
        if runs.compile_error is not None:
            raise UserInputError(f"the program does not compile: {runs.compile_error}")
        for data, run in zip(inputs, runs.results, strict=True):
            if run.verdict is Verdict.AC:
                key = self._make_outcome_key(program, data)
                self.ledger.put(self._keep_outcome(run), program.program_id, key)
        return list(runs.results)

    async def judge(
        self, output_rules: OutputRules, data: bytes, answer: bytes, output: bytes
    ) -> str:
        """Return what a problem's judge has against an output, or an empty string.

        Raises:
            PackageError: The judge fails.
        """
        return await self.execute(JudgeJob(output_rules, data, answer, output))

    async def check_inputs(self, check: InputCheck, inputs: Sequence[bytes]) -> list[bool]:
        """Say of each input whether it is one of the problem's; see `InputCheck.check`."""
        return await self.execute(CheckInputsJob(check, tuple(inputs)))

    def _make_observation_key(self, program: ProgramText, suite: Suite) -> str:
        return digest(suite.sha, repr(self.get_limits(program.problem_id)))

    def _make_outcome_key(self, program: ProgramText, data: bytes) -> str:
        return digest(digest(data), repr(self.get_limits(program.problem_id)))


def identify_simulator(simulator: Simulator) -> SimulatorIdentity:
    """Return how jobs name a simulator."""
    return SimulatorIdentity(simulator.name, simulator.sha)


def _take_until_failure(known: Iterable[RunOutcome | None]) -> Iterator[RunOutcome]:
    for found in known:
        if found is None:
            return
        yield found
        if found.verdict is not Verdict.AC:
            return

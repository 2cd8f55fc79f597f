"""The inputs of a problem within a run: from its generators, and from its portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.jobs import ArtifactJob, GeneratorJob, ValidatorJob
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.generation.package_generators import derive_largest_calls
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.validation.validators import ACCEPTED
from pieforge.problems import GeneratorCall, Problem, SubmissionRole
from pieforge.records import ProgramText, Verdict, digest
from pieforge.syntax.tokens import SourceText

HIDDEN_INPUTS = 24
"""Inputs that a fast program is verified on, at most."""
_HIDDEN_BYTES = 4 << 20
_MIN_DRAWN = 8
"""Hidden inputs from the portfolio, however many the generators made."""
_LARGEST_CALLS = 2
_TIME_SHARE = 0.25
"""Part of the time limit that submissions may take on a generated input: programs under test may be
a few times slower, and a run that reaches the limit is unknown."""
_BY_STRATUM = {"overflow": 3, "ladder": 1}
"""Of those, at most this many from the strata with large inputs; the rest from the others."""


async def ask_validator(
    executor: CachedExecutor,
    problem: Problem,
    name: str,
    inputs: Sequence[bytes],
    arguments: tuple[str, ...] | None = None,
) -> list[int | None]:
    """Return the exit status of one of a package's validators on each input.

    Args:
        executor: Where it is run.
        problem: The package.
        name: The validator.
        inputs: The inputs.
        arguments: Its arguments, instead of those for inputs that are no tests.

    Raises:
        PackageError: The validator is in no known language or does not compile.
    """
    try:
        job = ValidatorJob(problem.validators, name, tuple(inputs), arguments)
        return await executor.execute(job)
    except PackageError as error:
        raise PackageError(error.what, where=str(problem.folder), fix=error.fix) from error


def create_output_rules(problem: Problem) -> OutputRules:
    """Return how a package compares outputs."""
    program, usual = problem.output_validator, problem.output_validator_args
    return OutputRules(
        arguments=usual,
        validator=program.files if program else {},
        main=program.main if program and len(program.files) > 1 else "",
        by_input={
            digest(test.input): test.output_validator_args
            for test in problem.tests
            if test.output_validator_args != usual
        },
    )


async def identify_language(
    executor: CachedExecutor, problem_id: str, suffix: str, code: str, preferred: Sequence[str] = ()
) -> ProgramText | None:
    """Return a text as a program in the first language of its suffix in which it compiles.

    If it compiles in none, in the first of them.

    Args:
        executor: Compiles it.
        problem_id: The program's problem.
        suffix: Suffix of its file.
        code: Its text.
        preferred: Keys of the languages to try first.

    Returns:
        The program; None if no language has the suffix.
    """
    ordered = sorted(
        (language for language in executor.languages.values() if language.suffix == suffix),
        key=lambda language: (language.key not in preferred, language.variant),
    )
    programs = [ProgramText.create(problem_id, each.key, code) for each in ordered]
    for program in programs if len(programs) > 1 else []:
        if await _compiles(executor, program):
            return program
    return next(iter(programs), None)


async def _compiles(executor: CachedExecutor, program: ProgramText) -> bool:
    return bool(await executor.execute(ArtifactJob(program)))


async def generate_hidden_inputs(
    executor: CachedExecutor, problem: Problem, *, seed: int
) -> list[NamedInput]:
    """Call a package's generators with fresh seeds; return inputs that its own tests do not hold.

    Raises:
        PackageError: A generator fails, or the package's validator refuses what it made.
    """
    salt = f"{seed}/{problem.problem_id}"
    seen = {test.input for test in problem.tests}
    fresh = []
    for call in problem.generator_calls:
        made = await _run_generator(executor, problem, call, salt)
        if made.data not in seen:
            seen.add(made.data)
            fresh.append(made)
    for name in problem.validators:
        statuses = await ask_validator(executor, problem, name, [item.data for item in fresh])
        for item, status in zip(fresh, statuses, strict=True):
            if status != ACCEPTED:
                raise PackageError(
                    f"validator {name} refuses {item.name}, which the package's own "
                    f"generator made (exit status {status})",
                    where=str(problem.folder),
                    fix="correct the generator or the validator",
                )
    return fresh


async def _run_generator(
    executor: CachedExecutor, problem: Problem, call: GeneratorCall, salt: str
) -> NamedInput:
    files, name = problem.generator_files, f"hidden/{call.name}"
    try:
        return await executor.execute(GeneratorJob(files, call.script, call.arguments, name, salt))
    except PackageError as error:
        where = f"{problem.folder / 'generators'}: {error.where}"
        raise PackageError(error.what, where=where, fix=error.fix) from error


def create_portfolio(
    executor: CachedExecutor, problem: Problem, prepared: PreparedProblem, *, seed: int
) -> Portfolio:
    """Return the source of inputs that distinguish a problem's programs; no hidden one is drawn."""
    check = create_input_check(executor, problem, prepared.output_rules, prepared.accepted)
    return Portfolio(
        prepared.grammar,
        executor.get_inputs(prepared.selection),
        partial(executor.check_inputs, check),
        seed=f"{seed}/{problem.problem_id}",
        excluded=executor.get_inputs(prepared.hidden),
    )


async def collect_accepted(executor: CachedExecutor, problem: Problem) -> list[ProgramText]:
    """Return a package's right programs, as far as they compile here."""
    found = []
    for each in problem.submissions:
        if each.role is not SubmissionRole.WRONG:
            name = problem.problem_id
            program = await identify_language(executor, name, each.suffix, each.code)
            if program is not None and await _compiles(executor, program):
                found.append(program)
    return found


def create_input_check(
    executor: CachedExecutor,
    problem: Problem,
    output_rules: OutputRules,
    accepted: Sequence[ProgramText],
) -> InputCheck:
    """Return the check of which inputs belong to a problem."""
    return InputCheck(
        problem.validators, tuple(accepted), output_rules, executor.get_limits(problem.problem_id)
    )


@dataclass(frozen=True)
class DrawnInputs:
    """Hidden inputs from the portfolio, and how many of those proposed were dropped."""

    inputs: tuple[NamedInput, ...]
    dropped: int


class HiddenInputSource:
    """Chooses hidden inputs in addition to those of the package's generators.

    Args:
        executor: Where programs are run.
        problem: The package as read.
        output_rules: How its outputs are compared.
        right: Known-right programs; an input is dropped where one of them does not end well, or
            where they differ.
        seed: Of the run; the inputs that candidates are chosen by are drawn with another salt.
    """

    def __init__(
        self,
        executor: CachedExecutor,
        problem: Problem,
        output_rules: OutputRules,
        right: Sequence[ProgramText],
        *,
        seed: int,
    ) -> None:
        self.executor = executor
        self.problem = problem
        self.right = right
        self.check = create_input_check(executor, problem, output_rules, right)
        self.salt = f"hidden/{seed}/{problem.problem_id}"

    async def draw(
        self, grammar: InputGrammar, known: Sequence[bytes], already: int
    ) -> DrawnInputs:
        """Return the inputs, the largest that the constraints allow among them.

        Args:
            grammar: Of the problem's inputs.
            known: Inputs that must not come again: the tests and the hidden ones so far.
            already: How many hidden inputs there are.
        """
        valid = partial(self.executor.check_inputs, self.check)
        source = Portfolio(
            grammar,
            [test.input for test in self.problem.tests],
            valid,
            seed=self.salt,
            excluded=known,
        )
        wanted = max(_MIN_DRAWN, HIDDEN_INPUTS - already)
        found = await self._generate_largest(valid, set(known))
        for name, count in _BY_STRATUM.items():
            found += await source.draw(count, only=(name,))
        rest = [name for name in discover_strata() if name not in _BY_STRATUM]
        texts = [SourceText.of(program) for program in self.right]
        found += await source.draw(max(0, wanted - len(found)), programs=texts, only=rest)
        fitting = _limit_bytes(found, _HIDDEN_BYTES)
        # Validators have accepted these. The programs must also end in time, with equal outputs.
        kept = await self._keep_agreed(fitting)
        return DrawnInputs(inputs=tuple(kept[:wanted]), dropped=len(fitting) - len(kept))

    async def _keep_agreed(self, inputs: Sequence[NamedInput]) -> list[NamedInput]:
        """Return the inputs on which the right programs end in time, with equal outputs."""
        left = list(inputs)
        answers: dict[bytes, ComparableOutput] = {}
        rules, judge = self.check.output_rules, self.executor.judge
        for program in self.right:
            data = [item.data for item in left]
            runs = await self.executor.run_all(
                program, data, whole=rules.lenient, time_share=_TIME_SHARE
            )
            agreed = []
            for item, run in zip(left, runs, strict=True):
                if run.verdict is Verdict.AC:
                    output = ComparableOutput.from_run(run)
                    answer = answers.setdefault(item.data, output)
                    if not await explain_difference(rules, judge, item.data, answer, output):
                        agreed.append(item)
            left = agreed
        return left

    async def _generate_largest(self, valid: InputPredicate, known: set[bytes]) -> list[NamedInput]:
        """Call generators with the largest arguments that any of their calls has."""
        calls = [(call.script, call.arguments) for call in self.problem.generator_calls]
        made = []
        for script, arguments in derive_largest_calls(calls, self.salt)[:_LARGEST_CALLS]:
            call = GeneratorCall(f"largest-{'-'.join(arguments[:1])}", script, arguments)
            try:
                made.append(await _run_generator(self.executor, self.problem, call, self.salt))
            except PackageError:
                continue  # a generator may refuse the largest arguments of another call
        fresh = [item for item in made if item.data not in known]
        good = await valid([item.data for item in fresh]) if fresh else []
        return [item for item, fits in zip(fresh, good, strict=True) if fits]


def _limit_bytes(found: Sequence[NamedInput], most: int) -> list[NamedInput]:
    """Return the inputs, each once, as far as their bytes together stay within a limit."""
    kept: dict[bytes, NamedInput] = {}
    for item in found:
        if item.data not in kept and len(item.data) <= most:
            most -= len(item.data)
            kept[item.data] = item
    return list(kept.values())

"""The inputs of a problem within a run: from its generators, and from its portfolio."""

from collections.abc import Sequence
from dataclasses import dataclass

from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import PackageError
from pieforge.executors.cached import SCRIPT_LIMITS, CachedExecutor
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.generation.package_generators import derive_largest_calls, run_generator
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.validation.validators import ACCEPTED, InputValidators
from pieforge.problems import GeneratorCall, Problem, SubmissionRole
from pieforge.records import Verdict
from pieforge.sandbox.languages import map_suffixes

HIDDEN_INPUTS = 24
"""Inputs that a fast program is verified on, at most."""
_HIDDEN_BYTES = 4 << 20
_MIN_DRAWN = 8
"""Hidden inputs from the portfolio, however many the generators made."""
_LARGEST_CALLS = 2
_TIME_SHARE = 0.25
"""Part of the time limit that submissions may take on an input drawn: the programs that are to be
verified on it may be a few times slower, and what they do would be unknown."""
_BY_STRATUM = {"overflow": 3, "ladder": 1}
"""Of those, at most so many from the strata whose inputs are large; the rest from the others."""


async def ask_validator(
    executor: CachedExecutor, problem: Problem, name: str, inputs: Sequence[bytes]
) -> list[int | None]:
    """Return the exit status of one of a package's validators on each input.

    Raises:
        PackageError: The validator is in no known language or does not compile.
    """
    async with executor.gate:
        try:
            return await InputValidators(executor.sandbox, problem.validators).run_validator(
                name, inputs
            )
        except PackageError as error:
            raise PackageError(error.what, where=str(problem.folder), fix=error.fix) from error


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
        told = await ask_validator(executor, problem, name, [item.data for item in fresh])
        for item, status in zip(fresh, told, strict=True):
            if status != ACCEPTED:
                raise PackageError(
                    f"validator {name} refuses {item.name}, which the package's own "
                    f"generator made (exit status {status})",
                    where=str(problem.folder),
                    fix="mend the generator or the validator",
                )
    return fresh


async def _run_generator(
    executor: CachedExecutor, problem: Problem, call: GeneratorCall, salt: str
) -> NamedInput:
    async with executor.gate:
        try:
            return await run_generator(
                executor.sandbox,
                problem.generator_files,
                call.script,
                call.arguments,
                name=f"hidden/{call.name}",
                salt=salt,
                limits=SCRIPT_LIMITS,
            )
        except PackageError as error:
            where = f"{problem.folder / 'generators'}: {error.where}"
            raise PackageError(error.what, where=where, fix=error.fix) from error


def create_portfolio(
    executor: CachedExecutor, problem: Problem, prepared: PreparedProblem, *, seed: int
) -> Portfolio:
    """Return the source of inputs that tell a problem's programs apart; no hidden one is drawn."""
    right = (*prepared.slow.values(), *prepared.fast.values())
    return Portfolio(
        prepared.grammar,
        executor.get_inputs(prepared.selection),
        choose_input_check(executor, problem, prepared.output_rules, right),
        seed=f"{seed}/{problem.problem_id}",
        excluded=executor.get_inputs(prepared.hidden),
    )


def register_accepted(executor: CachedExecutor, problem: Problem) -> list[str]:
    """Make a package's right programs known, as far as their languages are; return their ids."""
    by_suffix = map_suffixes(executor.languages)
    return [
        executor.register(problem.problem_id, by_suffix[program.path.suffix].key, program.code)
        for program in problem.submissions
        if program.role is not SubmissionRole.WRONG and program.path.suffix in by_suffix
    ]


def choose_input_check(
    executor: CachedExecutor, problem: Problem, output_rules: OutputRules, right: Sequence[str]
) -> InputPredicate:
    """Return who says which inputs are a problem's: its validators.

    Where a package has none, its known-right programs say so: they have to end well and agree.
    """

    async def ask_validators(inputs: Sequence[bytes]) -> list[bool]:
        async with executor.gate:
            return await InputValidators(executor.sandbox, problem.validators).validate_inputs(
                inputs
            )

    async def ask_programs(inputs: Sequence[bytes]) -> list[bool]:
        return await check_agreement(executor, output_rules, right, inputs)

    return ask_validators if problem.validators else ask_programs


async def check_agreement(
    executor: CachedExecutor,
    output_rules: OutputRules,
    right: Sequence[str],
    inputs: Sequence[bytes],
    *,
    share: float = 1.0,
) -> list[bool]:
    """Say of each input whether all known-right programs end well on it and agree.

    Args:
        executor: Where they are run.
        output_rules: How outputs are compared.
        right: Ids of the programs.
        inputs: What to try.
        share: Part of the limit on time that each run has.
    """
    answers: dict[int, bytes] = {}
    hashes: dict[int, str] = {}
    left = list(range(len(inputs)))
    for name in right:
        those = [inputs[at] for at in left]
        results = await executor.run_all(name, those, whole=output_rules.lenient, share=share)
        ended = []
        for at, result in zip(left, results, strict=True):
            if result.verdict is not Verdict.AC:
                continue
            if hashes.setdefault(at, result.output.digest) != result.output.digest:
                wrong = "other bytes"
                if output_rules.lenient:
                    wrong = await executor.check_output(
                        output_rules, inputs[at], answers[at], result.stdout
                    )
                if wrong:
                    continue
            answers.setdefault(at, result.stdout)
            ended.append(at)
        left = ended
    good = set(left)
    return [at in good for at in range(len(inputs))]


@dataclass(frozen=True)
class DrawnInputs:
    """Hidden inputs from the portfolio, and how many of those proposed were dropped."""

    inputs: tuple[NamedInput, ...]
    dropped: int


class HiddenInputSource:
    """Chooses what the hidden suite gets in addition to what the generators made.

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
        right: Sequence[str],
        *,
        seed: int,
    ) -> None:
        self.executor = executor
        self.problem = problem
        self.output_rules = output_rules
        self.right = right
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
        valid = choose_input_check(self.executor, self.problem, self.output_rules, self.right)
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
        texts = [self.executor.get_code(name) for name in self.right]
        found += await source.draw(max(0, wanted - len(found)), programs=texts, only=rest)
        fitting = _limit_bytes(found, _HIDDEN_BYTES)
        good = await check_agreement(
            self.executor,
            self.output_rules,
            self.right,
            [item.data for item in fitting],
            share=_TIME_SHARE,
        )
        kept = tuple(item for item, fits in zip(fitting, good, strict=True) if fits)
        return DrawnInputs(inputs=kept[:wanted], dropped=len(fitting) - len(kept))

    async def _generate_largest(self, valid: InputPredicate, known: set[bytes]) -> list[NamedInput]:
        """Call generators with the largest arguments that any of their calls has."""
        calls = [(call.script, call.arguments) for call in self.problem.generator_calls]
        made = []
        for script, arguments in derive_largest_calls(calls, self.salt)[:_LARGEST_CALLS]:
            call = GeneratorCall(f"largest-{'-'.join(arguments[:1])}", script, arguments)
            try:
                made.append(await _run_generator(self.executor, self.problem, call, self.salt))
            except PackageError:
                continue  # not every generator takes the largest arguments of another call
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

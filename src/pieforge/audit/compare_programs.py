"""Compare two programs; measure one program. For people, outside a run."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.errors import UserInputError
from pieforge.executors.cached import CachedExecutor
from pieforge.files import decode_source
from pieforge.graphs.evidence.counterexample import MAX_SHRINKING_RUNS, Difference, show_difference
from pieforge.graphs.evidence.fuzzing import fuzz_pair, load_inputs
from pieforge.graphs.problems.suites import (
    collect_accepted,
    create_input_check,
    create_output_rules,
    generate_hidden_inputs,
    identify_language,
)
from pieforge.inputs import InputPredicate, NamedInput, get_stratum
from pieforge.inputs.fuzzing.fuzzer import MAX_SEARCH_CPU_S
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.simulators import require_support
from pieforge.problems import Problem
from pieforge.problems.package_programs import get_language_suffix
from pieforge.records import FrozenModel, ProgramText
from pieforge.syntax.tokens import SourceText

SEEDS_PER_GENERATOR = 4
"""How often each of a package's generators is called, each time with another seed."""
INPUTS_PER_STRATUM = 32
"""Inputs of each stratum of the portfolio."""
_MAX_INPUT_BYTES = 1 << 20
"""Bytes of the largest input drawn from the portfolio."""
_FUZZING_RUNS = 800
"""Budget of the search that coverage guides, both programs together."""
_CHUNK = 16
_MAX_UNKNOWN = 3
"""After this many inputs without a result, the larger ones of a stratum are not tried."""
_TITLES = {
    "sample": "the package's samples",
    "secret": "the package's tests",
    "hidden": "its generators, fresh seeds",
    "model": "a model, asked for distinguishing inputs",
}


AskForMore = Callable[[ProgramPair], Awaitable[list[NamedInput]]]
"""Finds further valid inputs for two programs; `find_adversarial_inputs` is one."""


class StratumResult(FrozenModel):
    """One stratum of inputs, and what the programs did on it."""

    stratum: str
    title: str
    inputs: int
    equal: int = 0
    different: int = 0
    unknown: int = 0
    """Inputs on which a program reached the limit on time, or both failed."""
    left_out: int = 0
    """Inputs that were not tried, after too many unknown ones."""


class Comparison(FrozenModel):
    """The result of comparing two programs: equal on k inputs, or an input on which they differ."""

    equal: bool
    inputs: int
    """Inputs tried."""
    equal_on: int
    strata: tuple[StratumResult, ...]
    inputs_grammar: Literal["inferred", "plain"]
    """Whether the format of the package's tests is understood; see the column of the same name."""
    coverage: str
    """What guided the search by coverage, or why there was none."""
    difference: Difference | None = None
    """The smallest input on which they differ, made smaller still."""


async def read_program(executor: CachedExecutor, problem: Problem, path: Path) -> ProgramText:
    """Return the program in a file, in the first language of its suffix in which it compiles.

    Raises:
        UserInputError: No language has that suffix, or the file cannot be read.
    """
    suffix, code = get_language_suffix(path.name), _read_source(path)
    found = await identify_language(executor, problem.problem_id, suffix, code)
    if found is not None:
        return found
    known = ", ".join(sorted({language.suffix for language in executor.languages.values()}))
    raise UserInputError(
        f"no language has the suffix {path.suffix!r}", where=str(path), fix=f"known: {known}"
    )


def _read_source(path: Path) -> str:
    try:
        return decode_source(path.read_bytes())
    except (OSError, UnicodeError) as error:
        raise UserInputError(
            f"the program cannot be read: {error}", where=str(path), fix="save it as UTF-8 text"
        ) from error


def _ignore(_: str) -> None:
    """Show no progress."""


async def compare_programs(
    executor: CachedExecutor,
    problem: Problem,
    a: Path,
    b: Path,
    ask: AskForMore | None = None,
    *,
    search_cpu_s: float = MAX_SEARCH_CPU_S,
    report: Callable[[str], None] = _ignore,
) -> Comparison:
    """Look for an input that distinguishes two programs, with every kind of input.

    Args:
        executor: Where programs are run.
        problem: The package that they read their input from.
        a: File of one program.
        b: File of the other.
        ask: Asked for further inputs where no difference was found.
        search_cpu_s: CPU seconds that the coverage-guided search itself may take.
        report: Called with a line about each step that begins or ends.

    Raises:
        UserInputError: A program cannot be read or does not compile.
        PackageError: The package's generators or validators fail.
    """
    one, other = [await read_program(executor, problem, path) for path in (a, b)]
    for path, program in ((a, one), (b, other)):
        await check_compiles(executor, path, program)
    accepted = await collect_accepted(executor, problem)
    comparison = _ProgramComparison(
        executor, problem, (one, other), accepted, ask, search_cpu_s, report
    )
    return await comparison.run()


async def check_compiles(executor: CachedExecutor, path: Path, program: ProgramText) -> None:
    """Check that the program in a file compiles.

    Raises:
        UserInputError: It does not; the message has the compiler's first error.
    """
    try:
        await executor.run_all(program, [])
    except UserInputError as error:
        raise UserInputError(error.what, where=str(path)) from error


class _ProgramComparison:
    """One comparison under way."""

    def __init__(
        self,
        executor: CachedExecutor,
        problem: Problem,
        programs: tuple[ProgramText, ProgramText],
        accepted: Sequence[ProgramText],
        ask: AskForMore | None,
        search_cpu_s: float,
        report: Callable[[str], None],
    ) -> None:
        self.ask = ask
        self.search_cpu_s = search_cpu_s
        self.report = report
        self.executor = executor
        self.problem = problem
        self.output_rules = create_output_rules(problem)
        self.programs = ProgramPair(executor, *programs, self.output_rules)
        self.check = create_input_check(executor, problem, self.output_rules, accepted)
        self.known: set[bytes] = set()
        self.tried: list[StratumResult] = []
        self.differing: list[NamedInput] = []

    async def run(self) -> Comparison:
        valid = partial(self.executor.check_inputs, self.check)
        async for name, title, inputs in self._iter_package_inputs():
            await self._try_inputs(name, title, inputs)
        grammar = await generalize_grammar(
            infer_grammar([test.input for test in self.problem.tests]),
            valid,
            seed=self.problem.problem_id,
        )
        async for name, title, inputs in self._iter_drawn_inputs(grammar, valid):
            await self._try_inputs(name, title, inputs)
        coverage = "not needed"
        # The most expensive searches come last, and only while nothing distinguishes the programs.
        if not self.differing:
            coverage = await self._fuzz(grammar)
        if not self.differing and self.ask is not None:
            await self._try_inputs("model", _TITLES["model"], await self.ask(self.programs))
        first = min(self.differing, key=lambda item: (len(item.data), item.data), default=None)
        return Comparison(
            equal=first is None,
            inputs=sum(row.equal + row.different + row.unknown for row in self.tried),
            equal_on=sum(row.equal for row in self.tried),
            strata=tuple(self.tried),
            inputs_grammar=grammar.kind,
            coverage=coverage,
            difference=None
            if first is None
            else await self._show_difference(first, grammar, valid),
        )

    async def _show_difference(
        self, first: NamedInput, grammar: InputGrammar, valid: InputPredicate
    ) -> Difference:
        return await show_difference(
            self.executor, self.programs, first, grammar, valid, budget=MAX_SHRINKING_RUNS
        )

    async def _iter_package_inputs(self) -> AsyncIterator[tuple[str, str, list[NamedInput]]]:
        tests = [NamedInput(test.name, test.input) for test in self.problem.tests]
        for name in dict.fromkeys(get_stratum(test.name) for test in tests):
            yield name, _TITLES.get(name, ""), [t for t in tests if get_stratum(t.name) == name]
        fresh = []
        for seed in range(SEEDS_PER_GENERATOR):
            fresh += await generate_hidden_inputs(self.executor, self.problem, seed=seed)
        if fresh:
            yield "hidden", _TITLES["hidden"], fresh

    async def _iter_drawn_inputs(
        self, grammar: InputGrammar, valid: InputPredicate
    ) -> AsyncIterator[tuple[str, str, list[NamedInput]]]:
        examples = [test.input for test in self.problem.tests]
        source = Portfolio(grammar, examples, valid, seed=f"compare/{self.problem.problem_id}")
        texts = SourceText.of(self.programs.a), SourceText.of(self.programs.b)
        for name, one in discover_strata().items():
            drawn = await source.draw(
                INPUTS_PER_STRATUM,
                programs=texts,
                excluded=self.known,
                only=(name,),
                max_bytes=_MAX_INPUT_BYTES,
            )
            if drawn:
                yield name, one.title, drawn

    async def _try_inputs(self, name: str, title: str, inputs: Iterable[NamedInput]) -> None:
        """Run both programs on a stratum, the smallest inputs first."""
        unique = {item.data: item for item in inputs if item.data not in self.known}
        ordered = sorted(unique.values(), key=lambda item: (len(item.data), item.data))
        found: list[PairOutcome] = []
        # In chunks, so that a program that always reaches the limit ends the stratum early.
        while len(found) < len(ordered) and found.count(PairOutcome.UNKNOWN) < _MAX_UNKNOWN:
            part = ordered[len(found) : len(found) + _CHUNK]
            found += await self.programs.compare_on([item.data for item in part])
        self.known.update(unique)
        self.differing += [
            item
            for item, outcome in zip(ordered, found, strict=False)
            if outcome is PairOutcome.DIFFERENT
        ]
        row = StratumResult(
            stratum=name,
            title=title,
            inputs=len(ordered),
            equal=found.count(PairOutcome.EQUAL),
            different=found.count(PairOutcome.DIFFERENT),
            unknown=found.count(PairOutcome.UNKNOWN),
            left_out=len(ordered) - len(found),
        )
        self.tried.append(row)
        self.report(f"{name}: {row.equal} equal, {row.different} different of {row.inputs} inputs")

    async def _fuzz(self, grammar: InputGrammar) -> str:
        """Search for a distinguishing input, guided by coverage; return what was instrumented."""
        self.report(
            f"coverage: a search of at most {_FUZZING_RUNS} runs and {self.search_cpu_s:g} CPU "
            "seconds for proposals"
        )
        found = await fuzz_pair(
            self.executor,
            (self.programs.a, self.programs.b),
            sorted(self.known),
            grammar,
            self.check,
            runs=_FUZZING_RUNS,
            cpu_s=self.search_cpu_s,
        )
        if found.cases:
            inputs = load_inputs(self.executor, found)
            await self._try_inputs("coverage", discover_strata()["coverage"].title, inputs)
        return found.guides


async def measure_file(executor: CachedExecutor, problem: Problem, path: Path) -> MeasuredCost:
    """Simulate a program on each of a package's tests.

    Raises:
        UserInputError: The program cannot be read, does not compile, or is in a language that the
            simulator does not take.
    """
    suite = executor.store_suite([NamedInput(test.name, test.input) for test in problem.tests])
    program = await read_program(executor, problem, path)
    simulator = executor.confirmer
    require_support(simulator.name, executor.languages[program.language])
    await check_compiles(executor, path, program)
    return await executor.measure(program, suite, [case.name for case in suite.cases], simulator)

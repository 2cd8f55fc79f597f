"""Two programs side by side, and one program on the simulator, for a person who asks."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from pathlib import Path

from pieforge.audit.counterexample import SMALLER_RUNS, Difference, show_difference
from pieforge.equivalence.output_validator import Judging
from pieforge.equivalence.program_pair import Outcome, Programs
from pieforge.errors import InputError
from pieforge.executors.cached import Workshop
from pieforge.graphs.evidence.fuzzing import inputs_of, search
from pieforge.graphs.problems.suites import hidden_inputs, judge_of_inputs, right_programs
from pieforge.inputs import NamedInput, stratum
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import strata
from pieforge.inputs.grammar.inference import infer
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.inputs.shrinking.minimize import Ask
from pieforge.inputs.validation.limits import explored
from pieforge.measurement.cost import Measured
from pieforge.measurement.simulators import require_support
from pieforge.problems import Problem
from pieforge.records import Frozen
from pieforge.sandbox.languages import by_suffix

SEEDS = 4
"""How often each of a package's generators is called, each time with another seed."""
DRAWN = 32
"""Inputs of each stratum of the portfolio."""
_LARGEST = 1 << 20
"""Bytes of the largest input drawn from the portfolio."""
_SEARCH_RUNS = 800
"""Budget of the search that coverage guides, both programs together."""
_CHUNK = 16
_PATIENCE = 3
"""So many inputs without an answer, and the larger ones of a stratum are not tried."""
_TITLES = {
    "sample": "the package's samples",
    "secret": "the package's tests",
    "hidden": "its generators, fresh seeds",
    "model": "a model, asked to tell them apart",
}


AskForMore = Callable[[Programs], Awaitable[list[NamedInput]]]
"""Finds further valid inputs for two programs; `testing.ask_tester` is one."""


class Tried(Frozen):
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


class Comparison(Frozen):
    """Two programs on the same inputs: equal on so many, or different, and where."""

    equal: bool
    inputs: int
    """Inputs tried."""
    equal_on: int
    strata: tuple[Tried, ...]
    coverage: str
    """What guided the search by coverage, or why there was none."""
    difference: Difference | None = None
    """The smallest input on which they differ, made smaller still."""


def language_of(workshop: Workshop, path: Path) -> str:
    """Return the key of the language that a file's suffix means.

    Raises:
        InputError: No language has that suffix, or the file cannot be read.
    """
    meant = by_suffix(workshop.languages)
    if path.suffix in meant:
        return meant[path.suffix].key
    known = ", ".join(sorted(meant))
    raise InputError(
        f"no language has the suffix {path.suffix!r}", where=str(path), fix=f"known: {known}"
    )


def registered(workshop: Workshop, problem: Problem, path: Path) -> str:
    """Make the program in a file known to the workshop; return its id."""
    language = language_of(workshop, path)
    try:
        code = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the program cannot be read: {error}", where=str(path)) from error
    return workshop.register(problem.problem_id, language, code)


async def compare(
    workshop: Workshop, problem: Problem, a: Path, b: Path, ask: AskForMore | None = None
) -> Comparison:
    """Try to tell two programs apart, with every kind of input that there is.

    Args:
        workshop: Where programs are run.
        problem: The package that they read their input from.
        a: File of one program.
        b: File of the other.
        ask: Where nothing told them apart, asked for further inputs.

    Raises:
        InputError: A program cannot be read or does not compile.
        PackageError: The package's generators or validators fail.
    """
    names = registered(workshop, problem, a), registered(workshop, problem, b)
    for path, name in zip((a, b), names, strict=True):
        await _compiles(workshop, path, name)
    return await _Comparing(workshop, problem, *names, ask).run()


async def _compiles(workshop: Workshop, path: Path, name: str) -> None:
    try:
        await workshop.runs(name, [])
    except InputError as error:
        raise InputError(error.what, where=str(path)) from error


class _Comparing:
    """One comparison under way."""

    def __init__(
        self, workshop: Workshop, problem: Problem, a: str, b: str, ask: AskForMore | None
    ) -> None:
        self.ask = ask
        self.workshop = workshop
        self.problem = problem
        self.names = a, b
        self.judging = Judging(
            arguments=problem.output_validator_args, validator=dict(problem.output_validator)
        )
        self.programs = Programs(workshop, a, b, self.judging)
        self.known: set[bytes] = set()
        self.tried: list[Tried] = []
        self.differing: list[NamedInput] = []

    async def run(self) -> Comparison:
        right = right_programs(self.workshop, self.problem)
        valid = judge_of_inputs(self.workshop, self.problem, self.judging, right)
        async for name, title, inputs in self._given():
            await self._try(name, title, inputs)
        shape = await explored(
            infer([test.input for test in self.problem.tests]),
            valid,
            seed=self.problem.problem_id,
        )
        async for name, title, inputs in self._drawn(shape, valid):
            await self._try(name, title, inputs)
        said = "not needed"
        if not self.differing:
            said = await self._search(shape, valid)
        if not self.differing and self.ask is not None:
            await self._try("model", _TITLES["model"], await self.ask(self.programs))
        first = min(self.differing, key=lambda item: (len(item.data), item.data), default=None)
        return Comparison(
            equal=first is None,
            inputs=sum(row.equal + row.different + row.unknown for row in self.tried),
            equal_on=sum(row.equal for row in self.tried),
            strata=tuple(self.tried),
            coverage=said,
            difference=None if first is None else await self._shown(first, shape, valid),
        )

    async def _shown(self, first: NamedInput, shape: Shape, valid: Ask) -> Difference:
        return await show_difference(
            self.workshop, self.programs, first, shape, valid, budget=SMALLER_RUNS
        )

    async def _given(self) -> AsyncIterator[tuple[str, str, list[NamedInput]]]:
        tests = [NamedInput(test.name, test.input) for test in self.problem.tests]
        for name in dict.fromkeys(stratum(test.name) for test in tests):
            yield name, _TITLES.get(name, ""), [t for t in tests if stratum(t.name) == name]
        fresh = []
        for seed in range(SEEDS):
            fresh += await hidden_inputs(self.workshop, self.problem, seed=seed)
        if fresh:
            yield "hidden", _TITLES["hidden"], fresh

    async def _drawn(
        self, shape: Shape, valid: Ask
    ) -> AsyncIterator[tuple[str, str, list[NamedInput]]]:
        examples = [test.input for test in self.problem.tests]
        source = Portfolio(shape, examples, valid, seed=f"compare/{self.problem.problem_id}")
        texts = tuple(self.workshop.code(name) for name in self.names)
        for name, one in strata().items():
            drawn = await source.draw(
                DRAWN, programs=texts, besides=self.known, only=(name,), most_bytes=_LARGEST
            )
            if drawn:
                yield name, one.title, drawn

    async def _try(self, name: str, title: str, inputs: Iterable[NamedInput]) -> None:
        """Run both programs on a stratum, the smallest inputs first."""
        unique = {item.data: item for item in inputs if item.data not in self.known}
        ordered = sorted(unique.values(), key=lambda item: (len(item.data), item.data))
        found: list[Outcome] = []
        while len(found) < len(ordered) and found.count(Outcome.UNKNOWN) < _PATIENCE:
            part = ordered[len(found) : len(found) + _CHUNK]
            found += await self.programs.outcomes([item.data for item in part])
        self.known.update(unique)
        self.differing += [
            item
            for item, outcome in zip(ordered, found, strict=False)
            if outcome is Outcome.DIFFERENT
        ]
        row = Tried(
            stratum=name,
            title=title,
            inputs=len(ordered),
            equal=found.count(Outcome.EQUAL),
            different=found.count(Outcome.DIFFERENT),
            unknown=found.count(Outcome.UNKNOWN),
            left_out=len(ordered) - len(found),
        )
        self.tried.append(row)

    async def _search(self, shape: Shape, valid: Ask) -> str:
        """Let coverage guide a search for an input that tells them apart; say what it went by."""
        found = await search(
            self.workshop, self.names, sorted(self.known), shape, valid, runs=_SEARCH_RUNS
        )
        if found.cases:
            inputs = inputs_of(self.workshop, found)
            await self._try("coverage", strata()["coverage"].title, inputs)
        return found.guides


async def measure(workshop: Workshop, problem: Problem, path: Path) -> Measured:
    """Simulate a program on each of a package's tests.

    Raises:
        InputError: The program cannot be read, does not compile, or is in a language that the
            simulator does not take.
    """
    suite = workshop.suite([NamedInput(test.name, test.input) for test in problem.tests])
    name = registered(workshop, problem, path)
    simulator = workshop.confirmer
    require_support(simulator.name, workshop.languages[workshop.source(name).language])
    built = await workshop.sandbox.compile(
        workshop.languages[workshop.source(name).language], workshop.code(name)
    )
    if built.executable is None:
        raise InputError(f"the program does not compile: {built.diagnostics}", where=str(path))
    return await workshop.measured(name, suite, [case.name for case in suite.cases], simulator)

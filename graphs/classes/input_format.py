"""Input formats: problems that share one can have their programs compared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from pieforge.equivalence.observation import RunOutcome
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import TestCase
from pieforge.graphs.problems.suites import create_portfolio, identify_language
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import NamedInput
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.mutation.source_diff import (
    count_statements,
    diff_statements,
    has_threshold_change,
)
from pieforge.ledger import Ledger
from pieforge.problems import Problem, Submission, SubmissionRole
from pieforge.records import ProgramText, digest
from pieforge.similarity import compute_similarity
from pieforge.syntax.tokens import SourceText

FIRST_INPUTS = 4
"""Tests of a package on which every new program is run first."""

_SAME_TEXT, _DIFFERENT_TEXT, _NUMERIC_CONDITION = 0.5, 0.75, 2.25
"""Factors of the budget: for programs that differ in names alone; in many statements, where a
difference in behavior shows soon; in few statements, one of them a comparison with a number, where
it may depend on a single value."""
_FEW_SHARE = 0.15
"""Statements are few up to this share of a text."""

_TEXT_INTERVAL = 3
"""Every third input is generated from the constants in the two programs' texts."""


@dataclass(frozen=True)
class InputFormat:
    """An input format of a run.

    Attributes:
        format_id: Digest of the validators that accept an input of this format, or of the grammar
            that inputs have where there is none.
        problems: The problems that share it, by name; the first one gives the tests below.
        first: Inputs that every program is run on first, from the smallest up.
        tests: The package's own tests.
        portfolio: Source of further inputs; none where programs are only placed on known ones.
        apart: Right submissions of problems with this format that the split keeps apart.
    """

    format_id: str
    problems: tuple[str, ...]
    first: tuple[NamedInput, ...]
    tests: tuple[NamedInput, ...]
    portfolio: Portfolio | None = None
    apart: tuple[ProgramText, ...] = ()


def collect_formats(
    executor: CachedExecutor,
    problems: Mapping[str, Problem],
    prepared: Mapping[str, PreparedProblem],
    *,
    seed: int,
) -> list[InputFormat]:
    """Return the formats of a run's problems, each problem in one, sorted by first problem."""
    shared: dict[str, list[str]] = {}
    for problem_id in sorted(problems):
        format_id = _compute_format_id(problems[problem_id], prepared[problem_id])
        shared.setdefault(format_id, []).append(problem_id)
    return [
        _create_format(executor, format_id, names, problems[names[0]], prepared[names[0]], seed)
        for format_id, names in shared.items()
    ]


def _compute_format_id(problem: Problem, prepared: PreparedProblem) -> str:
    # Equal validators accept equal inputs, whatever the statements ask for: such problems share
    # their classes. Tests alone do not say so much; there the inferred grammar has to be equal.
    return _hash_validators(problem) or digest("shape", prepared.grammar.model_dump_json())


def _hash_validators(problem: Problem) -> str:
    programs = (program for _, program in sorted(problem.validators.items()))
    parts = [part for each in programs for part in each.list_content()]
    return digest("validators", *parts) if parts else ""


async def add_programs_apart(
    executor: CachedExecutor,
    formats: Iterable[InputFormat],
    problems: Mapping[str, Problem],
    others: Iterable[Problem],
) -> list[InputFormat]:
    """Return formats with the right submissions of the problems that stay apart.

    Args:
        executor: Compiles them, where only that shows their languages.
        formats: The run's formats.
        problems: The run's problems.
        others: The problems that the split keeps apart from them.
    """
    described = [(_describe_inputs(problem), problem) for problem in others]
    return [
        replace(
            each,
            apart=tuple(
                [
                    text
                    for inputs, problem in described
                    if inputs == _describe_inputs(problems[each.problems[0]])
                    for submission in problem.submissions
                    if submission.role is not SubmissionRole.WRONG
                    if (text := await _store_submission(executor, problem, submission))
                ]
            ),
        )
        for each in formats
    ]


async def _store_submission(
    executor: CachedExecutor, problem: Problem, submission: Submission
) -> ProgramText | None:
    text = await identify_language(executor, problem.problem_id, submission.suffix, submission.code)
    if text is not None:
        store_program(executor.ledger, text)
    return text


def _describe_inputs(problem: Problem) -> str:
    """Return what equals for problems of one format, as far as it follows from their files."""
    # The grammar of a format is widened by running submissions, which those apart are spared.
    return _hash_validators(problem) or (
        infer_grammar([test.input for test in problem.tests]).model_dump_json()
    )


def _create_format(
    executor: CachedExecutor,
    format_id: str,
    names: Sequence[str],
    problem: Problem,
    prepared: PreparedProblem,
    seed: int,
) -> InputFormat:
    tests = tuple(executor.get_named_inputs(prepared.selection))
    seen = [executor.get_observation(p, prepared.selection) for p in prepared.submissions]
    return InputFormat(
        format_id=format_id,
        problems=tuple(names),
        first=choose_first_inputs(tests, [each.outputs for each in seen if each is not None]),
        tests=tests,
        portfolio=create_portfolio(executor, problem, prepared, seed=seed),
    )


def choose_first_inputs(
    tests: Sequence[NamedInput],
    behaviors: Iterable[Sequence[str | None]],
    count: int = FIRST_INPUTS,
) -> tuple[NamedInput, ...]:
    """Choose the tests on which every program runs first: distinguishing ones, of various sizes.

    Tests that distinguish known programs come first, each one distinguishing programs that the
    others did not; then the largest, the smallest, the one in the middle, and so on by halving.

    Args:
        tests: A package's tests.
        behaviors: Outputs of known programs on them.
        count: How many to choose.

    Returns:
        The chosen tests, from the smallest up.
    """
    by_size = sorted(range(len(tests)), key=lambda at: (len(tests[at].data), at))
    together = list(combinations([tuple(outputs) for outputs in behaviors], 2))
    chosen: list[int] = []
    while len(chosen) < count:
        distinguished = {at: _count_distinguished(together, at) for at in by_size}
        best = max(by_size, key=distinguished.__getitem__, default=0)
        if not by_size or not distinguished[best]:
            break
        chosen.append(best)
        together = [(a, b) for a, b in together if a[best] == b[best]]
    rest = (by_size[at] for at in _order_by_halving(len(by_size)))
    chosen += [at for at in rest if at not in chosen][: count - len(chosen)]
    return tuple(tests[at] for at in sorted(chosen, key=by_size.index))


def _count_distinguished(
    together: Sequence[tuple[Sequence[str | None], Sequence[str | None]]], at: int
) -> int:
    return sum(a[at] is not None and b[at] is not None and a[at] != b[at] for a, b in together)


def _order_by_halving(length: int) -> list[int]:
    """Return all indices: the last, the first, those in the middle of what lies between..."""
    found = list(dict.fromkeys((length - 1, 0))) if length else []
    gaps = [(0, length - 1)]
    for low, high in gaps:
        if high - low > 1:
            middle = (low + high) // 2
            found.append(middle)
            gaps += [(low, middle), (middle, high)]
    return found


def estimate_promise(one: SourceText, other: SourceText) -> float:
    """Return the factor by which the budget of runs changes for two programs."""
    different = diff_statements([one, other])
    if not any(different):
        return _SAME_TEXT
    most = _FEW_SHARE * min(count_statements(one), count_statements(other))
    if max(map(len, different)) > most:
        return _DIFFERENT_TEXT
    return _NUMERIC_CONDITION if has_threshold_change([one, other]) else 1.0


class FormatRunner:
    """Runs programs of one format through the executor, and draws inputs for two of them."""

    def __init__(
        self, executor: CachedExecutor, input_format: InputFormat, *, own_tests_only: bool = False
    ) -> None:
        self.executor = executor
        self.format = input_format
        self.own_tests_only = own_tests_only

    async def run(self, program: str, inputs: Sequence[NamedInput]) -> Sequence[RunOutcome]:
        """Run a program on what it was not run on before, up to its first failure."""
        return await self.executor.run_inputs(self._load(program), inputs)

    def find_nearest(self, newcomer: str, members: Sequence[str]) -> tuple[str, float]:
        """Return the member whose text is most similar to a newcomer's, and the budget's factor."""
        mine = self._read(newcomer)
        texts = {name: self._read(name) for name in members}
        near = max(members, key=lambda name: compute_similarity(mine, texts[name]))
        return near, estimate_promise(mine, texts[near])

    async def draw(
        self, newcomer: str, member: str, count: int, excluded: frozenset[bytes]
    ) -> Sequence[NamedInput]:
        """Return valid inputs that may distinguish two programs, most promising first."""
        own = [test for test in self.format.tests if test.data not in excluded]
        if self.own_tests_only or self.format.portfolio is None:
            return own[:count]
        texts = [self._read(name) for name in (newcomer, member)]
        draw = self.format.portfolio.draw
        excluded |= {test.data for test in own}
        reading = {name for name, one in discover_strata().items() if one.reads_programs}
        # Inputs that do not depend on the texts come in one order for all pairs, so that a
        # representative has run on most of them before.
        general = await draw(count, excluded=excluded, only=discover_strata().keys() - reading)
        special = await draw(
            count // _TEXT_INTERVAL + 1,
            programs=texts,
            excluded=excluded | {item.data for item in general},
            only=reading,
        )
        return [*_interleave(general, special), *own]

    def _read(self, name: str) -> SourceText:
        # A submission may be a member of another language's tree: its own language counts.
        return SourceText.of(self._load(name))

    def _load(self, name: str) -> ProgramText:
        return load_program(self.executor.ledger, strip_language(name))

    def store_input(self, sha: str, item: NamedInput) -> None:
        """Keep a distinguishing input in the ledger."""
        del sha
        store_input(self.executor.ledger, item)

    def load_input(self, sha: str) -> NamedInput:
        """Return an input that was kept."""
        return load_input(self.executor.ledger, sha)


def store_program(ledger: Ledger, program: ProgramText) -> None:
    """Keep a program's text by its id: for the class tree, which knows ids alone."""
    text = ProgramText.create(program.problem_id, program.language, program.code)
    ledger.put(text, program.program_id)


def load_program(ledger: Ledger, name: str) -> ProgramText:
    """Return a program that was kept.

    Raises:
        KeyError: It was not.
    """
    found = ledger.get(ProgramText, name)
    if found is None:
        raise KeyError(name)
    return found


def store_input(ledger: Ledger, item: NamedInput) -> None:
    """Keep a distinguishing input, by its digest."""
    blob = ledger.put_blob(item.data)
    ledger.put(TestCase(name=item.name, blob=blob), blob)


def load_input(ledger: Ledger, sha: str) -> NamedInput:
    """Return such an input.

    Raises:
        KeyError: It was never kept.
    """
    case = ledger.get(TestCase, sha)
    if case is None:
        raise KeyError(sha)
    return NamedInput(case.name, ledger.get_blob(case.blob))


def qualify_name(program: str, language: str) -> str:
    """Return the name of a submission in the tree of another language."""
    return f"{language}/{program}"


def strip_language(name: str) -> str:
    """Return the program id in a name of a tree."""
    return name.rsplit("/", 1)[-1]


def _interleave(general: Sequence[NamedInput], special: Sequence[NamedInput]) -> list[NamedInput]:
    """Return both, one of `special` before each two of `general` while there are any."""
    woven: list[NamedInput] = []
    left = list(special)
    for at, item in enumerate(general):
        if left and at % (_TEXT_INTERVAL - 1) == 0:
            woven.append(left.pop(0))
        woven.append(item)
    return woven + left

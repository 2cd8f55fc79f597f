"""Input formats: what problems share whose programs can be compared, and how they are tried."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from pieforge.equivalence.observation import RunOutcome
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import TestCase
from pieforge.graphs.problems.suites import create_portfolio
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import NamedInput
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.mutation.source_diff import (
    count_statements,
    diff_statements,
    has_threshold_change,
)
from pieforge.ledger import Ledger
from pieforge.problems import Problem
from pieforge.records import digest
from pieforge.similarity import compute_similarity
from pieforge.syntax.tokens import SourceText

FIRST_INPUTS = 4
"""Tests of a package that every new program is run on before anything is known of it."""

_SAME_TEXT, _DIFFERENT_TEXT, _NUMERIC_CONDITION = 0.5, 0.75, 2.25
"""Factors of the budget for programs that differ in names alone, that differ in much, for what they
do otherwise shows soon, and in few statements with a comparison with a number among them."""
_FEW_SHARE = 0.15
"""So much of a text, at most, is a few statements."""

_TEXT_INTERVAL = 3
"""Among inputs that might tell two programs apart, each third is made for their texts."""


@dataclass(frozen=True)
class InputFormat:
    """An input format of a run.

    Attributes:
        format_id: Digest of the validators that accept an input of this format, or of the grammar
            that inputs have where there is none.
        problems: The problems that share it, by name; the first one gives the tests below.
        first: Inputs that every program is run on first, from the smallest up.
        tests: The package's own tests.
        portfolio: Source of further inputs.
    """

    format_id: str
    problems: tuple[str, ...]
    first: tuple[NamedInput, ...]
    tests: tuple[NamedInput, ...]
    portfolio: Portfolio


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
    if problem.validators:
        parts = (part for item in sorted(problem.validators.items()) for part in item)
        return digest("validators", *parts)
    return digest("shape", prepared.grammar.model_dump_json())


def _create_format(
    executor: CachedExecutor,
    format_id: str,
    names: Sequence[str],
    problem: Problem,
    prepared: PreparedProblem,
    seed: int,
) -> InputFormat:
    cases = prepared.selection.cases
    tests = tuple(NamedInput(case.name, executor.ledger.get_blob(case.blob)) for case in cases)
    seen = [
        executor.get_observation(p.program_id, prepared.selection) for p in prepared.submissions
    ]
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
    """Choose the tests to run every program on first: telling ones, and of various sizes.

    Tests that part known programs come first, each parting what the others did not; then the
    largest, the smallest, the one in the middle, and so on by halving.

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
    """Return the factor of the budget of runs that comparing two programs is worth."""
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
        return await self.executor.run_inputs(strip_language(program), inputs)

    def find_nearest(self, newcomer: str, members: Sequence[str]) -> tuple[str, float]:
        """Return the member whose text is most like a newcomer's, and how promising the two are.

        Where two texts differ in names and layout alone, less is tried; more, where they differ
        in a few lines: a number or a comparison on those is what rare inputs are made for.
        """
        mine = self._get_source_text(newcomer)
        texts = {name: self._get_source_text(name) for name in members}
        near = max(members, key=lambda name: compute_similarity(mine, texts[name]))
        return near, estimate_promise(mine, texts[near])

    def _get_source_text(self, name: str) -> SourceText:
        # A submission may be a member of another language's tree: its own language counts.
        return self.executor.get_source_text(strip_language(name))

    async def draw(
        self, newcomer: str, member: str, count: int, excluded: frozenset[bytes]
    ) -> Sequence[NamedInput]:
        """Return valid inputs that might tell two programs apart, most promising first."""
        own = [test for test in self.format.tests if test.data not in excluded]
        if self.own_tests_only:
            return own[:count]
        texts = [self._get_source_text(name) for name in (newcomer, member)]
        draw = self.format.portfolio.draw
        excluded |= {test.data for test in own}
        reading = {name for name, one in discover_strata().items() if one.reads_programs}
        # What does not depend on the texts comes in one order for all, so that a representative
        # was run on most of it before.
        general = await draw(count, excluded=excluded, only=discover_strata().keys() - reading)
        special = await draw(
            count // _TEXT_INTERVAL + 1,
            programs=texts,
            excluded=excluded | {item.data for item in general},
            only=reading,
        )
        return [*_interleave(general, special), *own]

    def store_input(self, sha: str, item: NamedInput) -> None:
        """Keep an input that separates programs in the ledger."""
        del sha
        store_input(self.executor.ledger, item)

    def load_input(self, sha: str) -> NamedInput:
        """Return an input that was kept."""
        return load_input(self.executor.ledger, sha)


def store_input(ledger: Ledger, item: NamedInput) -> None:
    """Keep an input that separates programs, by its digest."""
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
    """Return the name of a submission in the tree of a language that is not its own."""
    return f"{language}/{program}"


def strip_language(name: str) -> str:
    """Return the program that a name in a tree is of."""
    return name.rsplit("/", 1)[-1]


def _interleave(general: Sequence[NamedInput], special: Sequence[NamedInput]) -> list[NamedInput]:
    """Return both, one of `special` before each pair of `general` as long as there are any."""
    woven: list[NamedInput] = []
    left = list(special)
    for at, item in enumerate(general):
        if left and at % (_TEXT_INTERVAL - 1) == 0:
            woven.append(left.pop(0))
        woven.append(item)
    return woven + left

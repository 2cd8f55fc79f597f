"""The frozen sets of mutants: made by published operators, and what they claim."""

from random import Random

import pytest

from benchmarks.pairs.operators import (
    ALL_SAMPLERS,
    FROZEN,
    UNREAD,
    choose_mutants,
    find_package,
    list_mutants,
    load_set,
)
from benchmarks.pairs.truth import compiled
from pieforge.problems import load_problem
from pieforge.records import digest
from pieforge.sandbox.sandbox import Sandbox

OPERATORS = {
    "arithmetic",
    "constant",
    "logical",
    "off by one",
    "relational",
    "statement deletion",
}
CPP = "int f(int a, int b) { if (a < b && a != 7) { b = a * 2; } return b; }\n"
PYTHON = "def f(a, b):\n    if a < b and a != 7:\n        b = a * 2\n    return b\n"


@pytest.mark.parametrize(("text", "suffix"), [(CPP, ".cpp"), (PYTHON, ".py")])
def test_every_operator_makes_the_mutants_of_its_definition(text: str, suffix: str) -> None:
    mutants = list(list_mutants(text, suffix))
    assert {mutant.operator for mutant in mutants} == OPERATORS
    changed = [mutant.apply(text) for mutant in mutants]
    assert text not in changed
    for new in ("a <= b", "a < b + 1", "a < b - 1", "a == 7", "a != 8", "a + 2", "a * 1"):
        assert sum(new in one and one.count(new) > text.count(new) for one in changed) >= 1, new
    assert any(("||" if suffix == ".cpp" else " or ") in one for one in changed)
    assert any("a * 2" not in one and "b = " not in one for one in changed)
    chosen = [mutant.operator for mutant in choose_mutants(text, suffix, Random(1))]
    assert set(chosen[: len(OPERATORS)]) == OPERATORS
    assert len(chosen) == len(mutants)


@pytest.mark.parametrize("number", sorted(FROZEN))
def test_a_frozen_set_has_both_languages_all_operators_and_problems_that_nobody_used(
    number: int,
) -> None:
    pairs, unresolved = load_set(number)
    assert len(pairs) + unresolved >= 90
    assert {pair.language for pair in pairs} == {"cpp17", "python"}
    assert {pair.kind for pair in pairs} == OPERATORS
    assert {path.name for path in UNREAD.iterdir()} <= {pair.problem for pair in pairs}
    assert len({pair.problem for pair in pairs}) == len(ALL_SAMPLERS) == 21
    assert all(pair.left != pair.right for pair in pairs)


@pytest.mark.slow
@pytest.mark.parametrize("number", sorted(FROZEN))
async def test_a_witness_distinguishes_its_pair_and_no_test_an_equal_one(
    number: int, sandbox: Sandbox
) -> None:
    pairs = [pair for pair in load_set(number)[0] if pair.language == "python"]
    programs = await compiled(sandbox, pairs)
    for pair in pairs:
        tests = [test.input for test in load_problem(find_package(pair.problem)).tests]
        inputs = tests if pair.witness is None else [pair.witness]
        left, right = [
            [run.output.digest for run in await sandbox.run(programs[name], inputs)]
            for name in map(digest, (pair.left, pair.right))
        ]
        assert (left == right) == (pair.witness is None), pair.name

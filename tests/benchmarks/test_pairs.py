"""The set of pairs: its claims are verified by running them, here for a part of it."""

import random
import re
from collections import Counter

import pytest

from benchmarks.pairs import DIFFER_KINDS, EQUAL_KINDS
from benchmarks.pairs.growth import exponents, measure
from benchmarks.pairs.making import PARTS, Pair, all_pairs
from benchmarks.pairs.mutants import Schema
from benchmarks.pairs.rewriting import flip_comparisons, inline_constants, loop_by_while, rename
from benchmarks.pairs.truth import faults
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Sandbox

pytestmark = pytest.mark.slow

NO_CHANCE = random.Random(0)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return all_pairs()


def some(pairs: list[Pair], *names: str) -> list[Pair]:
    return [pair for pair in pairs if pair.name in names]


def test_the_set_is_large_and_its_halves_are_balanced(pairs: list[Pair]) -> None:
    differing = [pair for pair in pairs if pair.witness is not None]
    assert len(pairs) >= 300
    assert len(differing) >= 150
    assert len(pairs) - len(differing) >= 150
    assert len({pair.problem for pair in pairs}) >= 8


def test_pairs_have_names_of_their_own_and_known_kinds(pairs: list[Pair]) -> None:
    assert len({pair.name for pair in pairs}) == len(pairs)
    assert {pair.kind for pair in pairs if pair.witness is None} == set(EQUAL_KINDS)
    assert {pair.kind for pair in pairs if pair.witness is not None} == set(DIFFER_KINDS)


def test_the_programs_of_a_pair_are_two_texts(pairs: list[Pair]) -> None:
    assert [pair.name for pair in pairs if pair.left == pair.right] == []


def test_the_set_is_the_same_every_time(pairs: list[Pair]) -> None:
    assert all_pairs() == pairs


def test_a_third_of_the_older_pairs_is_held_out(pairs: list[Pair]) -> None:
    parts = Counter(pair.part for pair in pairs)
    assert set(parts) == set(PARTS)
    assert 0.25 < parts["held out"] / (parts["held out"] + parts["seen"]) < 0.42


def test_the_fresh_part_has_all_problems_and_both_languages(pairs: list[Pair]) -> None:
    fresh = [pair for pair in pairs if pair.fresh]
    assert sum(pair.witness is not None for pair in fresh) >= 60
    assert sum(pair.witness is None for pair in fresh) >= 30
    assert len({pair.problem for pair in fresh}) == 18
    assert {pair.language for pair in fresh} == {"cpp17", "python"}


async def test_a_schema_behaves_as_the_mutants_that_it_holds() -> None:
    text = """\
#include <cstdio>
int main() {
    int n = 0;
    if (std::scanf("%d", &n) != 1) {
        return 1;
    }
    int twice = 2 * n;
    std::printf("%d\\n", twice > 12);
}
"""
    schema = Schema(text, ".cpp")
    inputs = [str(n).encode() for n in range(5, 9)]
    async with Sandbox.open() as sandbox:
        built = await sandbox.compile(get_language("cpp17"), schema.text)
        assert built.executable is not None
        for mutant in schema.mutants[::3]:
            named = {"MUTANT": str(mutant.number), "VALUE": "12"}
            old, new = mutant.edit(text, 12)
            plain = await sandbox.compile(get_language("cpp17"), text.replace(old, new))
            assert plain.executable is not None
            expected = await sandbox.run(plain.executable, inputs)
            got = await sandbox.run(built.executable, inputs, environment=named)
            assert [run.stdout for run in got] == [run.stdout for run in expected], mutant.what
    kinds = {mutant.kind for mutant in schema.mutants}
    assert kinds == {"boundary", "constant", "structure", "size", "overflow"}


async def test_witnesses_are_valid_and_outputs_of_equivalent_pairs_match(pairs: list[Pair]) -> None:
    chosen = some(pairs, "lanternoil/names", "lanternoil/alike-3", "lanternoil/differ-4")
    async with Sandbox.open() as sandbox:
        assert await faults(sandbox, chosen, 60) == []


async def test_a_pair_wrongly_labelled_equivalent_is_detected(pairs: list[Pair]) -> None:
    [differs] = some(pairs, "lanternoil/differ-7")
    equivalent = Pair(**{**vars(differs), "witness": None})
    async with Sandbox.open() as sandbox:
        [fault] = await faults(sandbox, [equivalent], 60)
    assert fault.startswith("lanternoil/differ-7: differ or fail on")


async def test_a_witness_that_does_not_distinguish_is_detected(pairs: list[Pair]) -> None:
    [differs] = some(pairs, "lanternoil/differ-7")
    async with Sandbox.open() as sandbox:
        same = Pair(**{**vars(differs), "witness": b"7 9\n"})
        invalid = Pair(**{**vars(differs), "witness": b"9 7\n"})
        assert await faults(sandbox, [same], 0) == [
            "lanternoil/differ-7: the witness does not distinguish the programs"
        ]
        assert "lanternoil/differ-7: the validator refuses the witness" in await faults(
            sandbox, [invalid], 0
        )


def test_renaming_changes_every_use_of_a_name_and_none_of_the_library() -> None:
    text = (
        "#include <vector>\nint twice(int x) { std::vector<int> v(1, x); return v.size() * x; }\n"
    )
    renamed = rename(text, random.Random(1))
    assert not re.search(r"\b(twice|x|v)\b", renamed)
    assert "std::vector<int>" in renamed
    assert ".size()" in renamed


def test_a_constant_is_written_where_it_is_used_with_its_type_and_sign() -> None:
    text = "const long long LOW = -5;\nconst int TWO = 2;\nlong long f() { return LOW + TWO; }\n"
    assert inline_constants(text, NO_CHANCE) == "long long f() { return (-5LL) + 2; }\n"


def test_a_comparison_is_flipped_unless_it_calls_or_changes_something() -> None:
    text = "bool f(int a, int b) { return a < b || g() < b || a++ >= b; }\n"
    assert flip_comparisons(text, NO_CHANCE) == text.replace("a < b", "b > a")


def test_a_loop_becomes_a_while_unless_it_is_continued() -> None:
    text = "int f() { int s = 0; for (int i = 0; i < 3; i++) { s += i; } return s; }\n"
    assert "while (i < 3)" in loop_by_while(text, NO_CHANCE)
    continued = text.replace("s += i;", "if (i == 1) continue; s += i;")
    assert loop_by_while(continued, NO_CHANCE) == continued


async def test_costs_of_classing_grow_with_the_number_of_programs() -> None:
    points = await measure((20, 40, 80))
    assert [point.programs for point in points] == [20, 40, 80]
    assert points[0].runs < points[1].runs < points[2].runs
    assert 0 < points[2].classes <= 80
    assert exponents(points)["runs"] < 1.6

"""Drawn inputs are deterministic and distinct, and contain the programs' own constants."""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby, pairwise

import pytest

from pieforge.inputs.generation.constants import extract_constants
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.strata import discover_strata
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.syntax.tokens import SourceText

EXAMPLES = [b"1\n5\n", b"3\n1 2 300\n", b"8\n7 7 0 1 9 3 4 4\n", b"40\n" + b"9 " * 39 + b"0\n"]
LEFT = SourceText("cpp17", "int main() { return n < 173; }")
RIGHT = SourceText("cpp17", "int main() { return n <= 211; }")


async def any_row(inputs: Sequence[bytes]) -> list[bool]:
    return [True] * len(inputs)


async def even_rows(inputs: Sequence[bytes]) -> list[bool]:
    return [int(data.split()[0]) % 2 == 0 for data in inputs]


def portfolio(seed: str = "1") -> Portfolio:
    return Portfolio(infer_grammar(EXAMPLES), EXAMPLES, any_row, seed=seed)


async def test_the_same_arguments_give_the_same_inputs_regardless_of_earlier_draws() -> None:
    fresh, used = portfolio(), portfolio()
    await used.draw(5)
    await used.draw(9, programs=(RIGHT,))
    drawn = await fresh.draw(30, programs=(LEFT, RIGHT))
    assert drawn == await used.draw(30, programs=(LEFT, RIGHT))
    assert drawn[:10] == await fresh.draw(10, programs=(LEFT, RIGHT))
    assert drawn != await portfolio("2").draw(30, programs=(LEFT, RIGHT))


async def test_no_input_comes_twice_and_none_that_is_known() -> None:
    source = portfolio()
    first = [item.data for item in await source.draw(20)]
    more = [item.data for item in await source.draw(20, excluded=first)]
    assert len({*first, *more, *EXAMPLES}) == 40 + len(EXAMPLES)
    again = Portfolio(infer_grammar(EXAMPLES), EXAMPLES, any_row, seed="1", excluded=first)
    assert not {item.data for item in await again.draw(20)} & set(first)


async def test_only_valid_inputs_are_drawn_as_many_as_were_asked_for() -> None:
    source = Portfolio(infer_grammar(EXAMPLES), EXAMPLES, even_rows, seed="1")
    drawn = await source.draw(20)
    assert len(drawn) == 20
    assert all(await even_rows([item.data for item in drawn]))


async def test_constants_that_one_program_alone_has_are_among_the_values() -> None:
    drawn = await portfolio().draw(4, programs=(LEFT, RIGHT), only=("constants",))
    words = set(drawn[0].data.split())
    assert {b"172", b"173", b"174", b"210", b"211", b"212"} <= words
    assert await portfolio().draw(4, only=("constants",)) == []


async def test_proposed_inputs_stay_below_the_requested_size() -> None:
    drawn = await portfolio().draw(20, max_bytes=40)
    assert drawn
    assert max(len(item.data) for item in drawn) <= 40


async def test_an_input_is_named_by_its_stratum() -> None:
    drawn = await portfolio().draw(30, programs=(LEFT, RIGHT))
    assert {item.name.partition("/")[0] for item in drawn} <= set(discover_strata())
    assert len({item.name for item in drawn}) == 30


def test_an_unknown_stratum_accepts_no_inputs() -> None:
    with pytest.raises(KeyError):
        portfolio().offer("guesses", [b"1\n1\n"])


def test_constants_are_numbers_shifts_characters_and_strings_but_no_comments() -> None:
    text = """\
#include <array>  // 99
const long M = 1'000'000'007, B = 1LL << 20; /* 55 */
double e = 1e9;
if (c == 'x' || s == "abc" || n > 0xFF) x3 = a[4] + 12u;
"""
    found = extract_constants([SourceText("cpp17", text)])
    assert set(found.numbers) == {1_000_000_007, 1, 20, 1 << 20, 10**9, 255, 4, 12}
    assert set(found.words) == {"x", "abc"}


def test_constants_of_one_program_alone_come_first() -> None:
    texts = [SourceText("cpp17", text) for text in ("a = 5; b = 7;", "a = 5; b = 8;")]
    assert extract_constants(texts).numbers == (7, 8, 5)


def test_a_divisor_in_python_is_a_constant_and_a_number_in_a_comment_is_not() -> None:
    found = extract_constants([SourceText("python", "n // 4225  # 77\ns = '# 88'\n")])
    assert found.numbers == (4225,)
    assert found.words == ("# 88",)


def runs(data: bytes) -> set[int]:
    """Return the lengths of the runs of equal values on an input's second line."""
    return {len(list(group)) for _, group in groupby(data.split()[1:])}


async def test_a_constant_becomes_the_length_of_a_run() -> None:
    texts = ("if (same > 6) sum++;", "if (same >= 6) sum++;")
    programs = [SourceText("cpp17", text) for text in texts]
    drawn = await portfolio().draw(12, programs=programs, only=("derived",))
    assert any({5, 6, 7} <= runs(item.data) for item in drawn)
    assert await portfolio().draw(4, only=("derived",)) == []


async def test_counts_of_equal_values_grow_by_one() -> None:
    drawn = await portfolio().draw(20, only=("sweep",))
    counts = [sorted(Counter(item.data.split()[1:]).values()) for item in drawn]
    assert any({1, 2, 3, 4, 5} <= set(each) for each in counts)


async def test_near_values_are_adjacent() -> None:
    drawn = await portfolio().draw(20, only=("sweep",))
    values = [list(map(int, item.data.split()[1:])) for item in drawn]
    steps = [set(pairwise(each)) for each in values]
    assert any({(2, 4), (4, 3), (3, 5), (7, 9)} <= each for each in steps)


async def test_the_largest_input_can_have_a_single_form_of_a_line() -> None:
    events = [b"3\npush 5\npop\nmin\n", b"5\npush 1\npush 2\nmin\npop\npop\n", b"2\nmin\npush 4\n"]
    source = Portfolio(infer_grammar(events), events, any_row, seed="1")
    words = [set(item.data.split()[1:]) for item in await source.draw(12, only=("sweep",))]
    assert {b"pop"} in words
    assert {b"min"} in words

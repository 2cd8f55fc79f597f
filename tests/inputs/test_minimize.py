"""Minimization of an input that keeps a property."""

from collections.abc import Callable, Sequence

import pytest

from pieforge.inputs import InputPredicate
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.shrinking.candidates import create_shrinker
from pieforge.inputs.shrinking.minimize import minimize_input

LIST = b"12\n5 18 3 44 7 90 21 6 13 2 77 8\n"
GRAPH = b"9 4\n7 3 10\n3 9 4\n9 1 30\n2 8 5\n"
WORDS = b"3\nhello\nworlds\nsong\n"


def ask(answer: Callable[[bytes], bool]) -> InputPredicate:
    async def answers(inputs: Sequence[bytes]) -> list[bool]:
        return [answer(data) for data in inputs]

    return answers


def a_list(data: bytes) -> bool:
    lines = data.split(b"\n")
    return len(lines) == 3 and len(lines[1].split()) == int(lines[0]) > 0


def a_graph(data: bytes) -> bool:
    (n, m), *edges = ([int(word) for word in line.split()] for line in data.splitlines())
    return len(edges) == m and all(1 <= a <= n and 1 <= b <= n and w > 0 for a, b, w in edges)


def values(data: bytes) -> list[int]:
    return [int(word) for word in data.split()[1:]]


@pytest.fixture
def lists() -> InputGrammar:
    return infer_grammar([LIST, b"2\n4 9\n", b"5\n1 2 3 4 5\n", b"1\n100\n", b"3\n0 9 1\n"])


async def test_irrelevant_values_are_removed_and_the_count_is_adjusted(lists: InputGrammar) -> None:
    still = ask(lambda data: 44 in values(data) and 77 in values(data))
    assert await minimize_input(LIST, create_shrinker(lists), ask(a_list), still) == b"2\n44 77\n"


async def test_values_become_as_small_as_allowed(lists: InputGrammar) -> None:
    still = ask(lambda data: max(values(data)) >= 17)
    assert await minimize_input(LIST, create_shrinker(lists), ask(a_list), still) == b"1\n17\n"


async def test_many_values_become_simple_at_once(lists: InputGrammar) -> None:
    still = ask(lambda data: len(values(data)) >= 11)
    found = await minimize_input(LIST, create_shrinker(lists), ask(a_list), still, budget=150)
    assert found == b"11\n" + b" ".join([b"0"] * 11) + b"\n"


async def test_values_without_a_reference_are_no_longer_counted() -> None:
    grammar = infer_grammar(
        [GRAPH, b"3 2\n1 2 5\n2 3 7\n", b"2 1\n1 2 9\n", b"6 3\n6 1 2\n4 5 20\n2 3 1\n"]
    )
    two_edges = ask(lambda data: len(data.split()) > 6 and data.split()[3] != data.split()[5])
    found = await minimize_input(GRAPH, create_shrinker(grammar), ask(a_graph), two_edges)
    assert a_graph(found)
    assert found.startswith(b"2 2\n")


async def test_words_are_shortened_and_simplified() -> None:
    grammar = infer_grammar([WORDS, b"1\nabc\n", b"2\nzebra\nqueue\n", b"4\na\nb\nc\nd\n"])
    good = ask(lambda data: len(data.split()) == int(data.split()[0]) + 1 > 1)
    found = await minimize_input(
        WORDS, create_shrinker(grammar), good, ask(lambda data: b"o" in data)
    )
    assert found == b"1\no\n"


async def test_an_input_without_a_grammar_loses_lines_and_words_and_its_count_is_adjusted() -> None:
    data = b"4  x\n1  2   3 44\n"
    good = ask(lambda data: data.split()[:1] == [b"%d" % (len(data.split()) - 2)])
    assert infer_grammar([data]).unstructured
    found = await minimize_input(
        data,
        create_shrinker(infer_grammar([data])),
        good,
        ask(lambda data: {b"x", b"44"} <= set(data.split())),
    )
    assert found.split() == [b"1", b"x", b"44"]


async def test_the_predicate_is_called_within_the_budget_and_only_on_valid_inputs(
    lists: InputGrammar,
) -> None:
    asked: list[bytes] = []

    async def still(inputs: Sequence[bytes]) -> list[bool]:
        asked.extend(inputs)
        return [77 in values(data) for data in inputs]

    await minimize_input(LIST, create_shrinker(lists), ask(a_list), still, budget=20)
    assert 0 < len(asked) <= 20
    assert all(a_list(data) for data in asked)
    assert len(set(asked)) == len(asked)


async def test_an_input_that_cannot_be_made_smaller_is_returned_unchanged(
    lists: InputGrammar,
) -> None:
    assert (
        await minimize_input(LIST, create_shrinker(lists), ask(a_list), ask(lambda _: False))
        == LIST
    )

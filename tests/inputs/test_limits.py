"""What is learned from a validator: the limits of ranges, and which relations hold."""

import random
from collections.abc import Callable, Sequence

from pieforge.inputs import InputPredicate
from pieforge.inputs.grammar.fields import InputField
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.items import Line, Repeat
from pieforge.inputs.mutation.mutate import Mutator
from pieforge.inputs.validation.limits import generalize_grammar

ROWS = [b"1\n5\n", b"3\n1 2 300\n", b"8\n7 7 0 1 9 3 4 4\n"]
PAIRS = [b"%d\n" % n + b"".join(b"%d %d\n" % (i, i + n) for i in range(n)) for n in (1, 2, 4, 6, 9)]


def judge(good: Callable[[list[list[int]]], bool]) -> InputPredicate:
    async def valid(inputs: Sequence[bytes]) -> list[bool]:
        return [
            good([[int(w) for w in row.split()] for row in data.splitlines()]) for data in inputs
        ]

    return valid


async def explored_field(examples: list[bytes], name: str, valid: InputPredicate) -> InputField:
    grammar = await generalize_grammar(infer_grammar(examples), valid, seed="test")
    return next(field for field in grammar.iter_fields() if field.name == name)


async def test_ranges_grow_as_far_as_the_validator_accepts() -> None:
    def good(rows: list[list[int]]) -> bool:
        return rows[0][0] == len(rows[1]) <= 77 and all(-(10**9) <= v <= 12345 for v in rows[1])

    value = await explored_field(ROWS, "1.t", judge(good))
    assert (value.low, value.high) == (-(10**9), 12345)
    count = await explored_field(ROWS, "0.0", judge(good))
    assert count.high == 77


async def test_ranges_stay_where_the_validator_accepts_no_more() -> None:
    value = await explored_field(
        ROWS, "1.t", judge(lambda rows: len(rows[1]) < 9 and all(0 <= v <= 300 for v in rows[1]))
    )
    assert (value.low, value.high) == (0, 300)


async def test_an_order_that_only_the_examples_had_is_dropped_and_a_needed_one_kept() -> None:
    for needed in (True, False):
        grammar = await generalize_grammar(
            infer_grammar(PAIRS),
            judge(
                lambda rows, n=needed: len(rows) < 20 and all(a <= b or not n for a, b in rows[1:])
            ),  # type: ignore[misc]
            seed="test",
        )
        (_, repeat) = grammar.items
        assert isinstance(repeat, Repeat)
        (line,) = repeat.body
        assert isinstance(line, Line)
        assert bool(line.ordered) is needed


async def test_letters_that_no_example_has_are_found() -> None:
    async def lower(inputs: Sequence[bytes]) -> list[bool]:
        return [data.strip().isalpha() and data.islower() for data in inputs]

    word = await explored_field([b"abca\n", b"b\n", b"caab\n"], "0.0", lower)
    assert word.alphabet == "abcdefghijklmnopqrstuvwxyz"


def test_a_changed_input_keeps_its_counts_and_relations() -> None:
    grammar = infer_grammar(PAIRS)
    mutator = Mutator(grammar, random.Random(3))
    children = {mutator.mutate(data, 2) for data in PAIRS * 20}
    assert len(children) > 40
    for child in children:
        assert child is not None
        assert grammar.parse(child) is not None
        count, *rows = child.decode().splitlines()
        assert len(rows) == int(count)
        assert all(int(a) <= int(b) for a, b in (row.split() for row in rows))

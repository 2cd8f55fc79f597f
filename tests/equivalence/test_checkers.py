"""Checkers, and how far they read."""

import random
import tracemalloc
from collections.abc import Iterator
from itertools import chain, pairwise, product, repeat

import pytest

from pieforge.equivalence.checkers import (
    compare_exactly,
    compare_tokens,
    create_float_checker,
    iter_words,
)
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import PackageError
from pieforge.sandbox.sandbox import Limits, Sandbox


def cut(content: bytes, chance: random.Random) -> list[bytes]:
    """Cut into pieces at random, empty ones among them."""
    places = sorted(chance.choices(range(len(content) + 1), k=chance.randrange(6)))
    return [content[a:b] for a, b in zip([0, *places], [*places, len(content)], strict=True)]


def test_words_do_not_depend_on_how_the_stream_is_cut() -> None:
    chance = random.Random(5)
    for _ in range(500):
        content = bytes(chance.choices(b"ab \n\t", k=chance.randrange(20)))
        assert list(iter_words(cut(content, chance))) == content.split()


def test_exact_does_not_depend_on_how_the_streams_are_cut() -> None:
    chance = random.Random(6)
    for _ in range(500):
        a, b = (bytes(chance.choices(b"ab", k=chance.randrange(4))) for _ in "ab")
        assert (compare_exactly(cut(a, chance), cut(b, chance)) == "") == (a == b)


def tokens_of_long_words(*sizes: int) -> list[bytes]:
    return list(iter_words([b" ".join(b"x" * size for size in sizes)]))


def test_a_long_word_in_parts_differs_from_several_words() -> None:
    part = 64 << 10
    sizes = (part - 1, part, part + 1, 2 * part, 2 * part + 1)
    found = [tuple(tokens_of_long_words(*pair)) for pair in product(sizes, sizes)]
    found += [tuple(tokens_of_long_words(size)) for size in (*sizes, 3 * part, 4 * part)]
    assert len(set(found)) == len(found)
    whole = b"y" * (2 * part + 7) + b" z"
    for cuts in ([1], [part], [part - 1, part + 1], [2 * part + 7], [2 * part + 8]):
        places = [0, *cuts, len(whole)]
        assert list(iter_words(whole[a:b] for a, b in pairwise(places))) == list(
            iter_words([whole])
        )


@pytest.mark.parametrize(
    "check", [compare_exactly, compare_tokens, create_float_checker(absolute=1)]
)
def test_a_word_of_100_mb_is_compared_without_being_held(check: object) -> None:
    assert callable(check)
    piece = b"7" * (1 << 16)
    tracemalloc.start()
    try:
        same = check(repeat(piece, 1600), repeat(piece, 1600))
        longer = check(repeat(piece, 1600), repeat(piece, 1599))
        otherwise = check(repeat(piece, 1600), chain(repeat(piece, 1599), [piece[:-1] + b"8"]))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert same == ""
    assert longer
    assert otherwise
    assert peak < 1 << 20


def endless(first: bytes) -> Iterator[bytes]:
    yield first
    while True:
        yield b"x " * 1000


def test_a_difference_ends_the_comparison() -> None:
    assert compare_exactly(endless(b"1 2"), endless(b"1 3")) == "byte 2 differs"
    assert compare_tokens(endless(b"1 2 "), endless(b"1 3 ")) == "word 2 is '2', not '3'"
    assert "after the answer's end" in compare_tokens(endless(b"1 2 "), [b"1"])


@pytest.mark.parametrize(
    "check", [compare_exactly, compare_tokens, create_float_checker(absolute=1)]
)
def test_more_or_less_than_the_answer_is_a_difference(check: object) -> None:
    assert callable(check)
    assert check([b"1 2 3"], [b"1 2"])
    assert check([b"1"], [b"1 2"])
    assert check([], [b"1"])
    assert not check([b"1 2"], [b"1 ", b"2"])


def test_layout_matters_only_to_the_exact_checker() -> None:
    assert compare_exactly([b"1  2\n"], [b"1 2\n"])
    assert not compare_tokens([b"1  2"], [b"1\n2\n"])


CLOSE = [
    (b"1.0000001", b"1", True),
    (b"1.1", b"1", False),
    (b"1000000.5", b"1000000", True),
    (b"-0.0", b"0", True),
    (b"1e-7", b"0", True),
    (b".5", b"0.5", True),
    (b"5.", b"5", True),
    (b"yes", b"yes", True),
    (b"yes", b"Yes", False),
    (b"1", b"yes", False),
    (b"0x1", b"1", False),
    (b"1_0", b"10", False),
    (b"nan", b"NaN", True),
    (b"-nan", b"nan", True),
    (b"nan", b"1", False),
    (b"1", b"nan", False),
    (b"inf", b"Infinity", True),
    (b"inf", b"-inf", False),
    (b"1e999", b"inf", False),
    (b"inf", b"1e308", False),
    (b"1e999", b"2e999", False),
    (b"1e999", b"1e999", True),
]


@pytest.mark.parametrize(("ours", "theirs", "same"), CLOSE)
def test_numbers_match_within_a_tolerance(ours: bytes, theirs: bytes, *, same: bool) -> None:
    check = create_float_checker(absolute=1e-6, relative=1e-6)
    assert (check([ours], [theirs]) == "") is same


VALIDATOR = b"""\
import sys
n = int(open(sys.argv[1]).read())
a, b = map(int, sys.stdin.read().split())
if len(sys.argv) > 4 and sys.argv[4] == "crash": sys.exit(1)
if a + b != n: sys.stderr.write("no sum")
sys.exit(42 if a + b == n else 43)
"""


async def test_a_packages_own_validator_decides(sandbox: Sandbox) -> None:
    rules = OutputRules(validator={"validate.py": VALIDATOR})
    for output, said in ((b"1 6", ""), (b"3 4\n", ""), (b"3 5", "no sum")):
        assert await rules.check_output(sandbox, b"7\n", b"3 4\n", output, Limits()) == said


async def test_a_validator_that_crashes_is_the_packages_failure(sandbox: Sandbox) -> None:
    rules = OutputRules(arguments=("crash",), validator={"validate.py": VALIDATOR})
    with pytest.raises(PackageError, match="exit status 1"):
        await rules.check_output(sandbox, b"7\n", b"", b"3 4", Limits())

"""What stands in a program's text as a constant: numbers, characters, words."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from pieforge.inputs.mutation.source_diff import diff_statements, strip_comments

_STRINGS = re.compile(r'"((?:[^"\\\n]|\\.){0,80})"|(?<!\d)\'((?:[^\'\\\n]|\\.){1,80})\'')
_NUMBERS = re.compile(
    r"(?<![\w.])(?:0[xX][\da-fA-F]+|\d+(?:['_]\d+)*(?:\.\d+)?(?:[eE]\d+)?)(?=[uUlLfF]*(?![\w.]))"
)
_SHIFT = re.compile(r"(?<![\w.])1[uUlL]*\s*<<\s*(\d{1,2})(?![\w.])")
_LARGEST = 2**64


Constant = TypeVar("Constant", int, str)


@dataclass(frozen=True)
class Constants:
    """Numbers and words, the most telling first."""

    numbers: tuple[int, ...]
    words: tuple[str, ...]


def extract_constants(programs: Sequence[str]) -> Constants:
    """Return the constants of the programs, the most telling first.

    Those come first that stand, or whose name stands, on a line which not all programs have;
    among them those that not all have there equally often; then those that not all have, that
    not all have equally often, and the others as they stand.
    """
    texts = [strip_comments(text) for text in programs]
    lines = ["\n".join(those) for those in diff_statements(programs)]
    return Constants(
        numbers=_rank_constants(
            [_extract_numbers(t) for t in texts], [_extract_numbers(each) for each in lines]
        ),
        words=_rank_constants(
            [_extract_words(t) for t in texts], [_extract_words(each) for each in lines]
        ),
    )


def _rank_constants(
    found: Sequence[Sequence[Constant]], changed: Sequence[Sequence[Constant]]
) -> tuple[Constant, ...]:
    counts = [Counter(those) for those in found]
    there = [Counter(those) for those in changed]
    known = list(dict.fromkeys(one for those in chain(changed, found) for one in those))

    def get_sort_key(one: Constant) -> tuple[bool, bool, int, bool]:
        times = [count[one] for count in counts]
        on_lines = [count[one] for count in there]
        alike = len(set(on_lines)) == 1
        return not any(on_lines), alike, sum(map(bool, times)), len(set(times)) == 1

    return tuple(sorted(known, key=get_sort_key))


def _extract_numbers(text: str) -> list[int]:
    bare = _STRINGS.sub(" ", text)
    found = [_parse_number(token) for token in _NUMBERS.findall(bare)]
    found += [1 << int(bits) for bits in _SHIFT.findall(bare)]
    return [value for value in found if value < _LARGEST]


def _parse_number(token: str) -> int:
    plain = token.replace("'", "").replace("_", "")
    if plain[:2] in ("0x", "0X"):
        return int(plain, 16)
    return int(plain) if plain.isdigit() else int(float(plain))


def _extract_words(text: str) -> list[str]:
    return [word for pair in _STRINGS.findall(text) for word in pair if word.isprintable() and word]

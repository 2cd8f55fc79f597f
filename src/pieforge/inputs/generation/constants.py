"""What stands in a program's text as a constant: numbers, characters, words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

from pieforge.inputs.mutation.source_diff import Statement, diff_statements, list_statements
from pieforge.syntax.tokens import SourceText, parse_number, unquote

_MAX_BITS = 64
_LARGEST = 2**_MAX_BITS
_LONGEST_WORD = 80
"""Characters of a string that may be a word of an input."""

Constant = TypeVar("Constant", int, str)


@dataclass(frozen=True)
class Constants:
    """Numbers and words, the most telling first."""

    numbers: tuple[int, ...]
    words: tuple[str, ...]


def extract_constants(programs: Sequence[SourceText]) -> Constants:
    """Return the constants of the programs, the most telling first.

    Those come first that stand, or whose name stands, in a statement which not all programs have;
    among them those that not all have there equally often; then those that not all have, that
    not all have equally often, and the others as they stand.
    """
    texts = [list_statements(program) for program in programs]
    changed = diff_statements(programs)
    return Constants(
        numbers=_rank_constants(
            [_extract_numbers(t) for t in texts], [_extract_numbers(t) for t in changed]
        ),
        words=_rank_constants(
            [_extract_words(t) for t in texts], [_extract_words(t) for t in changed]
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


def _extract_numbers(statements: Iterable[Statement]) -> list[int]:
    numbers, shifts = [], []
    for tokens in statements:
        for at, token in enumerate(tokens):
            value = parse_number(token.text) if token.kind == "number" else None
            # Not `int(value)` at once: a float may be infinite.
            if value is None or value >= _LARGEST:
                continue
            numbers.append(int(value))
            shifted = at > 1 and tokens[at - 1].text == "<<" and parse_number(tokens[at - 2].text)
            if shifted == 1 and value < _MAX_BITS:
                shifts.append(1 << int(value))
    return numbers + shifts


def _extract_words(statements: Iterable[Statement]) -> list[str]:
    quoted = (t.text for tokens in statements for t in tokens if t.kind in ("string", "char"))
    words = map(unquote, quoted)
    return [word for word in words if word.isprintable() and 0 < len(word) <= _LONGEST_WORD]

"""Change a large input at many values at once: whole columns, whole parts of it."""

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import cast

from pieforge.inputs.generation.building import compute_bounds
from pieforge.inputs.grammar.fields import FieldKind, FieldValue, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import GrammarItems, Line, ParsedInput, Repeat, Row, find_form
from pieforge.inputs.mutation.mutate import Mutator
from pieforge.inputs.stress.patterns import create_word, draw_order, draw_source

_MAX_CHANGES = 3
"""Changes of one mutation."""


@dataclass(frozen=True)
class _Column:
    """Values of one field that follow one another: `rows[i][at]`, or `rows[0][at + i]` of a tail.

    Attributes:
        known: The integers that stand before them, by name.
    """

    field: InputField
    rows: list[Row]
    at: int
    known: dict[str, int]
    is_tail: bool = False

    @property
    def values(self) -> list[FieldValue]:
        return self.rows[0][self.at :] if self.is_tail else [row[self.at] for row in self.rows]

    def write(self, values: list[FieldValue]) -> None:
        if self.is_tail:
            self.rows[0][self.at :] = values
            return
        for row, value in zip(self.rows, values, strict=True):
            row[self.at] = value


def rearrange(grammar: InputGrammar, data: bytes, rng: Random) -> bytes | None:
    """Return an input with some of its columns in other patterns, consistent with its grammar.

    None if it has another grammar.
    """
    document = grammar.parse(data)
    if document is None:
        return None
    mutator = Mutator(grammar, rng)
    for _ in range(rng.randint(1, _MAX_CHANGES)):
        columns = list(_iter_columns(grammar.items, document, {}))
        if columns and rng.randrange(3):
            _change_column(rng.choice(columns), rng)
        else:
            _change_rounds(grammar.items, document, rng)
    return mutator.repair(document)


def _iter_columns(
    items: GrammarItems, document: ParsedInput, known: dict[str, int]
) -> Iterator[_Column]:
    for item, part in zip(items, document, strict=True):
        if not isinstance(item, Repeat):
            line = find_form(item, part)
            line.bind_values(part, known)
            yield from (_Column(one, [part], at, known) for at, one in enumerate(line.fields))
            if line.tail is not None and len(part) > len(line.fields):
                yield _Column(line.tail, [part], len(line.fields), known, is_tail=True)
        elif item.is_table:
            for line, rows in item.split_table(part):
                if rows:
                    yield from (_Column(one, rows, at, known) for at, one in enumerate(line.fields))
        else:
            for inner in part:
                yield from _iter_columns(item.body, inner, dict(known))


def _choose_part(count: int, rng: Random) -> slice:
    """Return all of `count` values, or some that follow one another."""
    if rng.randrange(2):
        return slice(0, count)
    size = max(1, int(count * rng.random()))
    start = rng.randrange(count - size + 1)
    return slice(start, start + size)


def _change_column(column: _Column, rng: Random) -> None:
    values, one = column.values, column.field
    part = _choose_part(len(values), rng)
    old = values[part]
    if one.kind is FieldKind.WORD:
        values[part] = _change_words([str(value) for value in old], one, rng)
    else:
        numbers = cast("list[int]", old)
        if not all(isinstance(value, int) for value in numbers):
            return
        if rng.randrange(2):
            low, high = compute_bounds(one, column.known)
            numbers = draw_source(rng)(rng, low, high, len(numbers))
        values[part] = draw_order(rng)(rng, numbers)
    column.write(values)


def _change_words(words: list[str], one: InputField, rng: Random) -> list[str]:
    if one.choices:
        return rng.choices((words[0], rng.choice(one.choices)), k=len(words))
    if len(words) > 1 and rng.randrange(2):
        return draw_order(rng)(rng, words)
    found = []
    for word in words:
        part = _choose_part(len(word), rng) if word else slice(0, 0)
        found.append(
            word[: part.start]
            + create_word(rng, one.alphabet, part.stop - part.start)
            + word[part.stop :]
        )
    return found


def _change_rounds(items: GrammarItems, document: ParsedInput, rng: Random) -> None:
    """Sort, reverse, shuffle or repeat the rounds of a repeat, or a part of them."""
    repeats = [
        (item, part)
        for item, part in zip(items, document, strict=True)
        if isinstance(item, Repeat) and len(part) > 1
    ]
    if not repeats:
        return
    item, rounds = rng.choice(repeats)
    part = _choose_part(len(rounds), rng)
    old = rounds[part]
    kind = rng.randrange(4)
    if kind == 0 and item.is_table and isinstance(item.body[0], Line):
        at = rng.randrange(len(item.body[0].fields))
        old.sort(key=lambda one: one[0][at], reverse=bool(rng.randrange(2)))
    elif kind == 1:
        old.reverse()
    elif kind == 2:
        rng.shuffle(old)
    else:
        period = rng.choice((1, 2, max(1, math.isqrt(len(old)))))
        old = [copy.deepcopy(old[i % period]) for i in range(len(old))]
    rounds[part] = old

"""Build inputs: a `Fill` chooses sizes and values, the builder keeps them consistent."""

import random
from collections.abc import Sequence
from typing import cast

from pieforge.inputs.grammar.columns import is_table
from pieforge.inputs.grammar.input_grammar import (
    CountExpression,
    FieldKind,
    FieldValue,
    GrammarItem,
    InputField,
    InputGrammar,
    Line,
    ParsedInput,
    Repeat,
    TaggedLine,
)

MAX_VALUES = 400_000
"""An input with more values than this is not built."""

_MAX_INDEXABLE_RANGE = 2**53
"""Ranges up to this size can be drawn from at once."""


class Fill:
    """Chooses uniformly at random; strata choose otherwise by overriding a method or two."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Choose a value that counts something."""
        return self.choose_number(field, low, high)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Choose a number that stands alone."""
        return self.choose_numbers(field, low, high, 1)[0]

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Choose the numbers of a column or tail; what is out of range is moved into it."""
        del field
        return draw_uniform(self.rng, low, high, count)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Choose words of `low` to `high` characters."""
        if field.choices:
            return self.rng.choices(field.choices, k=count)
        return [
            self.choose_word(field, size)
            for size in self.rng.choices(range(low, high + 1), k=count)
        ]

    def choose_word(self, field: InputField, size: int) -> str:
        """Choose a word of `size` characters."""
        return "".join(self.rng.choices(field.alphabet, k=size)) if field.alphabet else ""

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Choose the forms of `count` lines."""
        return self.rng.choices(tags, k=count)

    def choose_edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Choose the edges of a tree on the nodes `low` to `high`."""
        nodes = list(range(low, high + 1))
        self.rng.shuffle(nodes)
        return [(nodes[self.rng.randrange(i)], nodes[i]) for i in range(1, len(nodes))]


def draw_uniform(rng: random.Random, low: int, high: int, count: int) -> list[int]:
    """Return `count` integers of a range, each as probable as the other."""
    if high - low < _MAX_INDEXABLE_RANGE:
        return rng.choices(range(low, high + 1), k=count)
    return [rng.randint(low, high) for _ in range(count)]


class TooLargeError(ValueError):
    """The sizes that were chosen make an input that is too large to build."""


def build_input(grammar: InputGrammar, fill: Fill, *, max_values: int = MAX_VALUES) -> bytes | None:
    """Return the input that `fill` chooses; None where it would hold more than `most` values."""
    try:
        return grammar.render(
            _InputBuilder(grammar, fill, max_values).build_items(grammar.items, {})
        )
    except TooLargeError:
        return None


class _InputBuilder:
    def __init__(self, grammar: InputGrammar, fill: Fill, most: int) -> None:
        self.counters = grammar.counters
        self.fill = fill
        self.values_left = most

    def build_items(self, items: tuple[GrammarItem, ...], known: dict[str, int]) -> ParsedInput:
        found: ParsedInput = []
        for item in items:
            if isinstance(item, Repeat):
                found.append(self._build_repeat(item, known))
            elif isinstance(item, Line):
                found.append(self._build_line(item, known))
            else:
                tag = self.fill.choose_tags([form.fields[0].choices[0] for form in item.forms], 1)[
                    0
                ]
                found.append(self._build_line(cast("Line", item.find_form(tag)), known))
        return found

    def _build_line(self, line: Line, known: dict[str, int]) -> list[FieldValue]:
        values: list[FieldValue] = []
        for field in line.fields:
            value = self._build_value(field, known)
            if isinstance(value, int):
                known[field.name] = value
            values.append(value)
        repair_rows(line, [values], self.fill.rng)
        for field, value in zip(line.fields, values, strict=True):
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is not None:
            count = self._choose_count(line.count, line.free, known)
            values += self._build_column(line.tail, known, count)
        return values

    def _build_value(self, field: InputField, known: dict[str, int]) -> FieldValue:
        if field.kind is FieldKind.WORD:
            return self._build_column(field, known, 1)[0]
        low, high = compute_bounds(field, known)
        if field.name not in self.counters:
            return repair_column(field, [self.fill.choose_number(field, low, high)], low, high)[0]
        return _clamp(self.fill.choose_size(field, low, high), low, high)

    def _choose_count(
        self, count: CountExpression | None, free: InputField | None, known: dict[str, int]
    ) -> int:
        found = 0
        if count is not None:
            found = max(0, count.evaluate(known))
        elif free is not None:
            found = _clamp(self.fill.choose_size(free, free.low, free.high), free.low, free.high)
        if found > self.values_left:
            raise TooLargeError
        return found

    def _build_repeat(self, repeat: Repeat, known: dict[str, int]) -> ParsedInput:
        count = self._choose_count(repeat.count, repeat.free, known)
        if not is_table(repeat):
            return [self.build_items(repeat.body, dict(known)) for _ in range(count)]
        (item,) = repeat.body
        if isinstance(item, TaggedLine):
            rows = self._build_tagged_rows(item, known, count)
        else:
            rows = self._build_table(cast("Line", item), known, count)
        if repeat.tree is not None:
            low = cast("Line", item).fields[0].low
            edges = self.fill.choose_edges(low, low + repeat.tree.evaluate(known) - 1)
            rows = [[a, b, *row[2:]] for (a, b), row in zip(edges, rows, strict=False)]
        return [[row] for row in rows]

    def _build_table(self, line: Line, known: dict[str, int], count: int) -> list[list[FieldValue]]:
        columns = [self._build_column(field, known, count) for field in line.fields]
        rows = [list(row) for row in zip(*columns, strict=True)]
        repair_rows(line, rows, self.fill.rng)
        return rows

    def _build_tagged_rows(
        self, forms: TaggedLine, known: dict[str, int], count: int
    ) -> list[list[FieldValue]]:
        tags = self.fill.choose_tags([form.fields[0].choices[0] for form in forms.forms], count)
        made = {
            form.fields[0].choices[0]: iter(
                self._build_table(form, known, tags.count(form.fields[0].choices[0]))
            )
            for form in forms.forms
        }
        return [next(made[tag]) for tag in tags]

    def _build_column(
        self, field: InputField, known: dict[str, int], count: int
    ) -> list[FieldValue]:
        self.values_left -= count
        if self.values_left < 0:
            raise TooLargeError
        if not count:
            return []
        if field.kind is FieldKind.WORD:
            low, high = field.low, field.high
            if field.length is not None:
                low = high = max(0, field.length.evaluate(known))
            self.values_left -= low * count
            if self.values_left < 0:
                raise TooLargeError
            return list(self.fill.choose_words(field, low, high, count))
        low, high = compute_bounds(field, known)
        return list(
            repair_column(field, self.fill.choose_numbers(field, low, high, count), low, high)
        )


def compute_bounds(field: InputField, known: dict[str, int]) -> tuple[int, int]:
    """Return the range of a number where the earlier values are known."""
    high = field.high
    if field.cap is not None and all(name in known for name in field.cap.names):
        high = max(field.low, min(high, field.cap.evaluate(known)))
    return field.low, high


def repair_column(field: InputField, values: list[int], low: int, high: int) -> list[int]:
    """Return the numbers of a column changed as little as the field's relations demand."""
    found = [low if value < low else high if value > high else value for value in values]
    if field.distinct and len(found) <= high - low + 1:
        found = _make_distinct(found, low)
    if field.order:
        found.sort()
    if field.behind is not None:
        found = [max(low, min(value, i + field.behind)) for i, value in enumerate(found)]
    if field.head is not None:
        found = [field.head, *(max(value, field.head + 1) for value in found[1:])]
    return found


def _make_distinct(values: list[int], low: int) -> list[int]:
    seen: set[int] = set()
    twice = []
    for index, value in enumerate(values):
        if value in seen:
            twice.append(index)
        seen.add(value)
    free = low
    for index in twice:
        while free in seen:
            free += 1
        seen.add(free)
        values[index] = free
    return values


def repair_rows(line: Line, rows: list[list[FieldValue]], rng: random.Random) -> None:
    """Change rows as little as the relations between a line's fields demand, in place."""
    for i, j in line.different:
        for row in rows:
            if row[i] == row[j]:
                low, high = line.fields[j].low, line.fields[j].high
                row[j] = _draw_other(cast("int", row[i]), low, high, rng)
    for i, j, strict in line.ordered:
        for row in rows:
            a, b = cast("int", row[i]), cast("int", row[j])
            if a > b:
                row[i], row[j] = b, a
            elif strict and a == b:
                if b < line.fields[j].high:
                    row[j] = b + 1
                else:
                    row[i] = a - 1


def _draw_other(value: int, low: int, high: int, rng: random.Random) -> int:
    if high <= low:
        return value
    other = rng.randrange(low, high)
    return other + (other >= value)


def _clamp(value: int, low: int, high: int) -> int:
    return low if value < low else min(value, high)

"""Build inputs of a shape: a `Fill` chooses sizes and values, the builder keeps them consistent."""

import random
from collections.abc import Sequence
from typing import cast

from pieforge.inputs.grammar.columns import is_table
from pieforge.inputs.grammar.input_grammar import (
    Count,
    Document,
    Field,
    Forms,
    Item,
    Kind,
    Line,
    Repeat,
    Shape,
    Value,
)

MOST_VALUES = 400_000
"""An input with more values than this is not built."""

_INDEXABLE = 2**53
"""Ranges up to this size can be drawn from at once."""


class Fill:
    """Chooses uniformly at random; strata choose otherwise by overriding a method or two."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def size(self, field: Field, low: int, high: int) -> int:
        """Choose a value that counts something."""
        return self.number(field, low, high)

    def number(self, field: Field, low: int, high: int) -> int:
        """Choose a number that stands alone."""
        return self.numbers(field, low, high, 1)[0]

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Choose the numbers of a column or tail; what is out of range is moved into it."""
        del field
        return uniform(self.rng, low, high, count)

    def words(self, field: Field, low: int, high: int, count: int) -> list[str]:
        """Choose words of `low` to `high` characters."""
        if field.choices:
            return self.rng.choices(field.choices, k=count)
        return [self.word(field, size) for size in self.rng.choices(range(low, high + 1), k=count)]

    def word(self, field: Field, size: int) -> str:
        """Choose a word of `size` characters."""
        return "".join(self.rng.choices(field.alphabet, k=size)) if field.alphabet else ""

    def tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Choose the forms of `count` lines."""
        return self.rng.choices(tags, k=count)

    def edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Choose the edges of a tree on the nodes `low` to `high`."""
        nodes = list(range(low, high + 1))
        self.rng.shuffle(nodes)
        return [(nodes[self.rng.randrange(i)], nodes[i]) for i in range(1, len(nodes))]


def uniform(rng: random.Random, low: int, high: int, count: int) -> list[int]:
    """Return `count` integers of a range, each as probable as the other."""
    if high - low < _INDEXABLE:
        return rng.choices(range(low, high + 1), k=count)
    return [rng.randint(low, high) for _ in range(count)]


class TooLargeError(ValueError):
    """The sizes that were chosen make an input that is too large to build."""


def build(shape: Shape, fill: Fill, *, most: int = MOST_VALUES) -> bytes | None:
    """Return the input that `fill` chooses; None where it would hold more than `most` values."""
    try:
        return shape.render(_Builder(shape, fill, most).items(shape.items, {}))
    except TooLargeError:
        return None


class _Builder:
    def __init__(self, shape: Shape, fill: Fill, most: int) -> None:
        self.counters = shape.counters
        self.fill = fill
        self.left = most

    def items(self, items: tuple[Item, ...], known: dict[str, int]) -> Document:
        found: Document = []
        for item in items:
            if isinstance(item, Repeat):
                found.append(self._repeat(item, known))
            elif isinstance(item, Line):
                found.append(self._line(item, known))
            else:
                tag = self.fill.tags([form.fields[0].choices[0] for form in item.forms], 1)[0]
                found.append(self._line(cast("Line", item.form(tag)), known))
        return found

    def _line(self, line: Line, known: dict[str, int]) -> list[Value]:
        values: list[Value] = []
        for field in line.fields:
            value = self._single(field, known)
            if isinstance(value, int):
                known[field.name] = value
            values.append(value)
        mend_rows(line, [values], self.fill.rng)
        for field, value in zip(line.fields, values, strict=True):
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is not None:
            count = self._count(line.count, line.free, known)
            values += self._column(line.tail, known, count)
        return values

    def _single(self, field: Field, known: dict[str, int]) -> Value:
        if field.kind is Kind.WORD:
            return self._column(field, known, 1)[0]
        low, high = bounds(field, known)
        if field.name not in self.counters:
            return mend(field, [self.fill.number(field, low, high)], low, high)[0]
        return _into(self.fill.size(field, low, high), low, high)

    def _count(self, count: Count | None, free: Field | None, known: dict[str, int]) -> int:
        found = 0
        if count is not None:
            found = max(0, count.value(known))
        elif free is not None:
            found = _into(self.fill.size(free, free.low, free.high), free.low, free.high)
        if found > self.left:
            raise TooLargeError
        return found

    def _repeat(self, repeat: Repeat, known: dict[str, int]) -> Document:
        count = self._count(repeat.count, repeat.free, known)
        if not is_table(repeat):
            return [self.items(repeat.body, dict(known)) for _ in range(count)]
        (item,) = repeat.body
        if isinstance(item, Forms):
            rows = self._forms(item, known, count)
        else:
            rows = self._table(cast("Line", item), known, count)
        if repeat.tree is not None:
            low = cast("Line", item).fields[0].low
            edges = self.fill.edges(low, low + repeat.tree.value(known) - 1)
            rows = [[a, b, *row[2:]] for (a, b), row in zip(edges, rows, strict=False)]
        return [[row] for row in rows]

    def _table(self, line: Line, known: dict[str, int], count: int) -> list[list[Value]]:
        columns = [self._column(field, known, count) for field in line.fields]
        rows = [list(row) for row in zip(*columns, strict=True)]
        mend_rows(line, rows, self.fill.rng)
        return rows

    def _forms(self, forms: Forms, known: dict[str, int], count: int) -> list[list[Value]]:
        tags = self.fill.tags([form.fields[0].choices[0] for form in forms.forms], count)
        made = {
            form.fields[0].choices[0]: iter(
                self._table(form, known, tags.count(form.fields[0].choices[0]))
            )
            for form in forms.forms
        }
        return [next(made[tag]) for tag in tags]

    def _column(self, field: Field, known: dict[str, int], count: int) -> list[Value]:
        self.left -= count
        if self.left < 0:
            raise TooLargeError
        if not count:
            return []
        if field.kind is Kind.WORD:
            low, high = field.low, field.high
            if field.length is not None:
                low = high = max(0, field.length.value(known))
            self.left -= low * count
            if self.left < 0:
                raise TooLargeError
            return list(self.fill.words(field, low, high, count))
        low, high = bounds(field, known)
        return list(mend(field, self.fill.numbers(field, low, high, count), low, high))


def bounds(field: Field, known: dict[str, int]) -> tuple[int, int]:
    """Return the range of a number where the earlier values are known."""
    high = field.high
    if field.cap is not None and all(name in known for name in field.cap.names):
        high = max(field.low, min(high, field.cap.value(known)))
    return field.low, high


def mend(field: Field, values: list[int], low: int, high: int) -> list[int]:
    """Return the numbers of a column changed as little as the field's relations demand."""
    found = [low if value < low else high if value > high else value for value in values]
    if field.distinct and len(found) <= high - low + 1:
        found = _made_distinct(found, low)
    if field.order:
        found.sort()
    if field.behind is not None:
        found = [max(low, min(value, i + field.behind)) for i, value in enumerate(found)]
    if field.head is not None:
        found = [field.head, *(max(value, field.head + 1) for value in found[1:])]
    return found


def _made_distinct(values: list[int], low: int) -> list[int]:
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


def mend_rows(line: Line, rows: list[list[Value]], rng: random.Random) -> None:
    """Change rows as little as the relations between a line's fields demand, in place."""
    for i, j in line.different:
        for row in rows:
            if row[i] == row[j]:
                low, high = line.fields[j].low, line.fields[j].high
                row[j] = _other(cast("int", row[i]), low, high, rng)
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


def _other(value: int, low: int, high: int, rng: random.Random) -> int:
    if high <= low:
        return value
    other = rng.randrange(low, high)
    return other + (other >= value)


def _into(value: int, low: int, high: int) -> int:
    return low if value < low else min(value, high)

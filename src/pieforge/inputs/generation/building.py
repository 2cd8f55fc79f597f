"""Build inputs: a `Fill` chooses sizes and values, the builder keeps them consistent."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.grammar.fields import FieldKind, FieldValue, InputField, clamp
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import (
    GrammarItems,
    Line,
    ParsedInput,
    Repeat,
    Row,
    TaggedLine,
    find_form,
)

MAX_VALUES = 400_000
"""Values, and letters of words, that an input may hold at most."""

_MAX_INDEXABLE_RANGE = 2**53
"""`random.choices` multiplies the size of a range by a float: from here on it is not uniform."""


@dataclass
class Fill:
    """Chooses uniformly at random; subclasses override what they choose otherwise.

    Attributes:
        rng: The only source of randomness.
    """

    rng: random.Random

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Choose a value that counts something."""
        return self.choose_number(field, low, high)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Choose a number outside of tables and tails."""
        return self.choose_numbers(field, low, high, 1)[0]

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Choose the numbers of a column or tail; the builder clamps them to the range."""
        return draw_uniform(self.rng, low, high, count)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Choose words of `low` to `high` characters, for a field that is no closed choice."""
        sizes = self.rng.choices(range(low, high + 1), k=count)
        return [self.choose_word(field, size) for size in sizes]

    def choose_word(self, field: InputField, size: int) -> str:
        """Choose a word of `size` characters."""
        return "".join(self.rng.choices(field.alphabet, k=size)) if field.alphabet else ""

    def choose_choices(self, field: InputField, count: int) -> list[str]:
        """Choose words of a field that allows only a few."""
        return self.rng.choices(field.choices, k=count)

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Choose the forms of `count` lines."""
        return self.rng.choices(tags, k=count)

    def choose_edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Choose the edges of a tree on the nodes `low` to `high`."""
        nodes = list(range(low, high + 1))
        self.rng.shuffle(nodes)
        return [(nodes[self.rng.randrange(i)], nodes[i]) for i in range(1, len(nodes))]


def draw_uniform(rng: random.Random, low: int, high: int, count: int) -> list[int]:
    """Return `count` uniformly distributed integers of a range."""
    if high - low < _MAX_INDEXABLE_RANGE:
        return rng.choices(range(low, high + 1), k=count)
    return [rng.randint(low, high) for _ in range(count)]


class TooLargeError(ValueError):
    """The chosen sizes make an input that is too large to build."""


def build_input(grammar: InputGrammar, fill: Fill, *, max_values: int = MAX_VALUES) -> bytes | None:
    """Return the input that `fill` chooses; None if it would hold more than `max_values` values."""
    builder = _InputBuilder(grammar.counters, fill, max_values)
    try:
        return grammar.render(builder.build_items(grammar.items, {}))
    except TooLargeError:
        return None


def build_inputs(grammar: InputGrammar, fills: Iterable[Fill]) -> Iterator[bytes]:
    """Yield the inputs that fills choose, without those that would be too large."""
    built = (build_input(grammar, fill) for fill in fills)
    return (data for data in built if data is not None)


@dataclass
class _InputBuilder:
    counters: frozenset[str]
    fill: Fill
    values_left: int

    def build_items(self, items: GrammarItems, known: dict[str, int]) -> ParsedInput:
        """Build items; `known` gains the integers outside of tables and tails."""
        found: ParsedInput = []
        for item in items:
            if isinstance(item, Repeat):
                found.append(self._build_repeat(item, known))
            else:
                tag = self.fill.choose_tags(item.tags, 1) if isinstance(item, TaggedLine) else []
                found.append(self._build_line(find_form(item, tag), known))
        return found

    def _build_line(self, line: Line, known: dict[str, int]) -> Row:
        values: Row = []
        for field in line.fields:
            values.append(self._build_value(field, known))
            line.bind_values(values, known)
        repair_rows(line, [values], self.fill.rng)
        line.bind_values(values, known)
        if line.tail is not None:
            count = self._choose_count(line, known)
            values += self._build_column(line.tail, known, count)
        return values

    def _build_value(self, field: InputField, known: dict[str, int]) -> FieldValue:
        if field.kind is FieldKind.WORD:
            return self._build_column(field, known, 1)[0]
        low, high = compute_bounds(field, known)
        if field.name in self.counters:
            return clamp(self.fill.choose_size(field, low, high), low, high)
        return repair_column(field, [self.fill.choose_number(field, low, high)], low, high)[0]

    def _choose_count(self, item: Line | Repeat, known: dict[str, int]) -> int:
        """Return the length of a line's tail, or the number of a repeat's rounds."""
        found, free = 0, item.free
        if item.count is not None:
            found = max(0, item.count.evaluate(known))
        elif free is not None:
            found = clamp(self.fill.choose_size(free, free.low, free.high), free.low, free.high)
        if found > self.values_left:
            raise TooLargeError
        return found

    def _build_repeat(self, repeat: Repeat, known: dict[str, int]) -> ParsedInput:
        count = self._choose_count(repeat, known)
        if not repeat.is_table:
            return [self.build_items(repeat.body, dict(known)) for _ in range(count)]
        (item,) = repeat.body
        if isinstance(item, TaggedLine):
            tags = self.fill.choose_tags(item.tags, count)
            made = {
                tag: iter(self._build_table(form, known, tags.count(tag)))
                for tag, form in zip(item.tags, item.forms, strict=True)
            }
            return [[next(made[tag])] for tag in tags]
        line = cast("Line", item)
        rows = self._build_table(line, known, count)
        if repeat.tree is not None:
            low = line.fields[0].low
            edges = self.fill.choose_edges(low, low + repeat.tree.evaluate(known) - 1)
            for row, edge in zip(rows, edges, strict=False):
                row[:2] = edge
        return [[row] for row in rows]

    def _build_table(self, line: Line, known: dict[str, int], count: int) -> list[Row]:
        columns = [self._build_column(field, known, count) for field in line.fields]
        rows = [list(row) for row in zip(*columns, strict=True)]
        repair_rows(line, rows, self.fill.rng)
        return rows

    def _build_column(self, field: InputField, known: dict[str, int], count: int) -> Row:
        self._take_values(count)
        if not count:
            return []
        if field.kind is FieldKind.WORD:
            low, high = field.low, field.high
            if field.length is not None:
                low = high = max(0, field.length.evaluate(known))
            self._take_values(low * count)
            if field.choices:
                return list(self.fill.choose_choices(field, count))
            return list(self.fill.choose_words(field, low, high, count))
        low, high = compute_bounds(field, known)
        numbers = self.fill.choose_numbers(field, low, high, count)
        return list(repair_column(field, numbers, low, high))

    def _take_values(self, count: int) -> None:
        self.values_left -= count
        if self.values_left < 0:
            raise TooLargeError


def compute_bounds(field: InputField, known: dict[str, int]) -> tuple[int, int]:
    """Return the range of a number, given the earlier values that are known."""
    high = field.high
    if field.cap is not None and all(name in known for name in field.cap.names):
        high = max(field.low, min(high, field.cap.evaluate(known)))
    return field.low, high


def repair_column(field: InputField, values: list[int], low: int, high: int) -> list[int]:
    """Return the numbers of a column, changed as little as the field's relations require."""
    # Inlined `clamp`: this loop runs once for nearly every value of every input.
    found = [low if value < low else high if value > high else value for value in values]
    if field.distinct and len(found) <= high - low + 1:
        _make_distinct(found, low)
    if field.order:
        found.sort()
    if field.behind is not None:
        found = [clamp(value, low, i + field.behind) for i, value in enumerate(found)]
    if field.head is not None:
        found = [field.head, *(max(value, field.head + 1) for value in found[1:])]
    return found


def _make_distinct(values: list[int], low: int) -> None:
    """Replace every repeated value, in place, by the least one from `low` on that is missing."""
    firsts = dict(zip(reversed(values), reversed(range(len(values))), strict=True))
    seen = set(values)
    free = low
    for index, value in enumerate(values):
        if firsts[value] != index:
            while free in seen:
                free += 1
            seen.add(free)
            values[index] = free


def repair_rows(line: Line, rows: list[Row], rng: random.Random) -> None:
    """Change rows in place, as little as the relations between a line's fields require."""
    for i, j in line.different:
        low, high = line.fields[j].low, line.fields[j].high
        for row in rows:
            if row[i] == row[j] and low < high:
                other = rng.randrange(low, high)
                # Uniform over all other values: those from the equal one on move up by one.
                row[j] = other + (other >= cast("int", row[i]))
    for i, j, strict in line.ordered:
        for row in rows:
            a, b = cast("tuple[int, int]", (row[i], row[j]))
            if a > b:
                row[i], row[j] = b, a
            elif strict and a == b:
                if b < line.fields[j].high:
                    row[j] = b + 1
                else:
                    row[i] = a - 1

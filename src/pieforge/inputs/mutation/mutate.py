"""Change a document and keep it consistent: what is counted follows what counts it."""

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.generation.building import Fill, compute_bounds, repair_column, repair_rows
from pieforge.inputs.generation.values import list_interesting_values
from pieforge.inputs.grammar.columns import has_tag, is_table
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


@dataclass(frozen=True)
class ValueLocation:
    """One value of a document: where it lies, and what may lie there."""

    field: InputField
    values: list[FieldValue]
    index: int
    known: dict[str, int]


def iter_locations(
    items: tuple[GrammarItem, ...], document: ParsedInput, known: dict[str, int]
) -> Iterator[ValueLocation]:
    """Yield the places of all values in a document, in order."""
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            table = is_table(item)
            for inner in cast("list[ParsedInput]", part):
                yield from iter_locations(item.body, inner, known if table else dict(known))
            continue
        values = cast("list[FieldValue]", part)
        line = item if isinstance(item, Line) else find_row_form(item, values)
        for index, value in enumerate(values):
            field = (
                line.fields[index] if index < len(line.fields) else cast("InputField", line.tail)
            )
            yield ValueLocation(field, values, index, known)
            if isinstance(value, int) and index < len(line.fields):
                known[field.name] = value


def find_row_form(forms: TaggedLine, values: list[FieldValue]) -> Line:
    """Return the form that a line has."""
    return next(form for form in forms.forms if has_tag(form, values))


class Mutator:
    """Makes one valid-looking input out of another."""

    def __init__(self, grammar: InputGrammar, rng: random.Random) -> None:
        self.grammar = grammar
        self.rng = rng
        self.fill = Fill(rng)

    def mutate(self, data: bytes, changes: int) -> bytes | None:
        """Return an input changed in a few places; None where its grammar is another."""
        document = self.grammar.parse(data)
        if document is None:
            return None
        for _ in range(changes):
            self._change(document)
        return self.repair(document)

    def repair(self, document: ParsedInput) -> bytes:
        """Return the input that a document becomes when every count, cap and relation is kept."""
        return self.grammar.render(self._repair_items(self.grammar.items, document, {}))

    def _change(self, document: ParsedInput) -> None:
        found = list(iter_locations(self.grammar.items, document, {}))
        if not found:
            return
        lists = [p for p in found if p.index == 0 and len(p.values) > 1]
        kind = self.rng.randrange(6)
        if kind <= 3 or not lists:
            self._change_value(self.rng.choice(found), found)
        else:
            self._rearrange(document)

    def _change_value(self, location: ValueLocation, found: list[ValueLocation]) -> None:
        field, rng = location.field, self.rng
        value = location.values[location.index]
        if isinstance(value, str):
            location.values[location.index] = self._mutate_word(field, value)
            return
        low, high = compute_bounds(field, location.known)
        if field.name in self.grammar.counters:
            location.values[location.index] = max(
                low, min(high, value + rng.choice((-1, 1, 1, -2, 2)))
            )
            return
        others = [p.values[p.index] for p in rng.sample(found, k=min(6, len(found)))]
        same = [v for v in others if isinstance(v, int) and low <= v <= high]
        near = [value + 1, value - 1, value * 2, -value]
        chosen = rng.choice(
            (same or near, near, list_interesting_values(low, high), [rng.randint(low, high)])
        )
        location.values[location.index] = max(low, min(high, rng.choice(chosen)))

    def _mutate_word(self, field: InputField, word: str) -> str:
        if field.choices:
            return self.rng.choice(field.choices)
        if not field.alphabet:
            return word
        letters = list(word)
        at = self.rng.randrange(len(letters) + 1)
        kind = self.rng.randrange(4)
        if kind == 0 and len(letters) > field.low and field.length is None:
            del letters[min(at, len(letters) - 1)]
        elif kind == 1 and len(letters) < field.high and field.length is None:
            letters.insert(at, self.rng.choice(field.alphabet))
        elif kind == 2 and len(letters) > 1:
            other = self.rng.randrange(len(letters))
            at = min(at, len(letters) - 1)
            letters[at], letters[other] = letters[other], letters[at]
        elif letters:
            letters[min(at, len(letters) - 1)] = self.rng.choice(field.alphabet)
        return "".join(letters)

    def _rearrange(self, document: ParsedInput) -> None:
        """Exchange, repeat or reverse values of a tail, or rounds of a repeat."""
        rows = [
            rows
            for rows in _iter_sequences(self.grammar.items, document)
            if len(rows[0]) - rows[1] > 1
        ]
        if not rows:
            return
        values, start = self.rng.choice(rows)
        i, j = (self.rng.randrange(start, len(values)) for _ in range(2))
        kind = self.rng.randrange(3)
        if kind == 0:
            values[i], values[j] = values[j], values[i]
        elif kind == 1:
            values[i] = copy.deepcopy(values[j])
        else:
            i, j = sorted((i, j))
            values[i : j + 1] = reversed(values[i : j + 1])

    def _repair_items(
        self, items: tuple[GrammarItem, ...], document: ParsedInput, known: dict[str, int]
    ) -> ParsedInput:
        """Return the document with every count, cap and relation kept."""
        found: ParsedInput = []
        for item, part in zip(items, document, strict=True):
            if isinstance(item, Repeat):
                found.append(self._repair_repeat(item, cast("list[ParsedInput]", part), known))
            else:
                values = cast("list[FieldValue]", part)
                line = item if isinstance(item, Line) else find_row_form(item, values)
                found.append(self._repair_line(line, values, known))
        return found

    def _repair_line(
        self, line: Line, values: list[FieldValue], known: dict[str, int]
    ) -> list[FieldValue]:
        fixed = values[: len(line.fields)]
        for index, field in enumerate(line.fields):
            value = fixed[index]
            if isinstance(value, int):
                low, high = compute_bounds(field, known)
                fixed[index] = known[field.name] = max(low, min(high, value))
        repair_rows(line, [fixed], self.rng)
        for field, value in zip(line.fields, fixed, strict=True):
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is None:
            return fixed
        tail = self._resize_list(values[len(fixed) :], line.count, known)
        return [*fixed, *self._repair_column_values(line.tail, tail, known)]

    def _repair_column_values(
        self, field: InputField, values: list[FieldValue], known: dict[str, int]
    ) -> list[FieldValue]:
        if field.kind is FieldKind.WORD:
            if field.length is None:
                return values
            size = max(0, field.length.evaluate(known))
            return [self._resize_word(field, str(value), size) for value in values]
        low, high = compute_bounds(field, known)
        filled = [v if isinstance(v, int) else low for v in values]
        return list(repair_column(field, filled, low, high))

    def _resize_word(self, field: InputField, word: str, size: int) -> str:
        return word[:size] + self.fill.choose_word(field, max(0, size - len(word)))

    def _repair_repeat(
        self, repeat: Repeat, rounds: list[ParsedInput], known: dict[str, int]
    ) -> ParsedInput:
        kept = cast(
            "list[ParsedInput]",
            self._resize_list(cast("list[FieldValue]", rounds), repeat.count, known),
        )
        if not is_table(repeat):
            return [self._repair_items(repeat.body, part, dict(known)) for part in kept]
        (item,) = repeat.body
        rows = [cast("list[FieldValue]", part[0]) for part in kept]
        for line in (item,) if isinstance(item, Line) else cast("TaggedLine", item).forms:
            mine = rows if isinstance(item, Line) else [r for r in rows if has_tag(line, r)]
            for index, field in enumerate(line.fields):
                column = self._repair_column_values(field, [row[index] for row in mine], known)
                for row, value in zip(mine, column, strict=True):
                    row[index] = value
            repair_rows(line, mine, self.rng)
        return [[row] for row in rows]

    def _resize_list(
        self, values: list[FieldValue], count: CountExpression | None, known: dict[str, int]
    ) -> list[FieldValue]:
        """Return as many as are counted: some taken out, or some repeated."""
        wanted = len(values) if count is None else max(0, count.evaluate(known))
        found = list(values)
        while len(found) > wanted:
            del found[self.rng.randrange(len(found))]
        while found and len(found) < wanted:
            place = self.rng.randrange(len(found) + 1)
            found.insert(place, copy.deepcopy(self.rng.choice(found)))
        return found


def _iter_sequences(
    items: tuple[GrammarItem, ...], document: ParsedInput
) -> Iterator[tuple[list[object], int]]:
    """Yield the lists whose members may change places, and where in each they begin."""
    for item, part in zip(items, document, strict=True):
        values = cast("list[object]", part)
        if isinstance(item, Repeat):
            yield values, 0
            for inner in values:
                yield from _iter_sequences(item.body, cast("ParsedInput", inner))
        elif isinstance(item, Line) and item.tail is not None:
            yield values, len(item.fields)

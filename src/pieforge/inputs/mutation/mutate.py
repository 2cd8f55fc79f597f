"""Change a document and keep it consistent: what is counted follows what counts it."""

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.generation.building import Fill, bounds, mend, mend_rows
from pieforge.inputs.generation.values import interesting
from pieforge.inputs.grammar.columns import form_takes, is_table
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


@dataclass(frozen=True)
class Place:
    """One value of a document: where it lies, and what may lie there."""

    field: Field
    values: list[Value]
    index: int
    known: dict[str, int]


def places(items: tuple[Item, ...], document: Document, known: dict[str, int]) -> Iterator[Place]:
    """Yield the places of all values in a document, in order."""
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            table = is_table(item)
            for inner in cast("list[Document]", part):
                yield from places(item.body, inner, known if table else dict(known))
            continue
        values = cast("list[Value]", part)
        line = item if isinstance(item, Line) else form_of(item, values)
        for index, value in enumerate(values):
            field = line.fields[index] if index < len(line.fields) else cast("Field", line.tail)
            yield Place(field, values, index, known)
            if isinstance(value, int) and index < len(line.fields):
                known[field.name] = value


def form_of(forms: Forms, values: list[Value]) -> Line:
    """Return the form that a line has."""
    return next(form for form in forms.forms if form_takes(form, values))


class Mutator:
    """Makes one valid-looking input out of another."""

    def __init__(self, shape: Shape, rng: random.Random) -> None:
        self.shape = shape
        self.rng = rng
        self.fill = Fill(rng)

    def mutated(self, data: bytes, changes: int) -> bytes | None:
        """Return an input changed in a few places; None where its shape is another."""
        document = self.shape.read(data)
        if document is None:
            return None
        for _ in range(changes):
            self._change(document)
        return self.settled(document)

    def settled(self, document: Document) -> bytes:
        """Return the input that a document becomes when every count, cap and relation is kept."""
        return self.shape.render(self._settled(self.shape.items, document, {}))

    def _change(self, document: Document) -> None:
        found = list(places(self.shape.items, document, {}))
        if not found:
            return
        lists = [p for p in found if p.index == 0 and len(p.values) > 1]
        kind = self.rng.randrange(6)
        if kind <= 3 or not lists:
            self._change_value(self.rng.choice(found), found)
        else:
            self._exchange(document)

    def _change_value(self, place: Place, found: list[Place]) -> None:
        field, rng = place.field, self.rng
        value = place.values[place.index]
        if isinstance(value, str):
            place.values[place.index] = self._word(field, value)
            return
        low, high = bounds(field, place.known)
        if field.name in self.shape.counters:
            place.values[place.index] = max(low, min(high, value + rng.choice((-1, 1, 1, -2, 2))))
            return
        others = [p.values[p.index] for p in rng.sample(found, k=min(6, len(found)))]
        same = [v for v in others if isinstance(v, int) and low <= v <= high]
        near = [value + 1, value - 1, value * 2, -value]
        chosen = rng.choice((same or near, near, interesting(low, high), [rng.randint(low, high)]))
        place.values[place.index] = max(low, min(high, rng.choice(chosen)))

    def _word(self, field: Field, word: str) -> str:
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

    def _exchange(self, document: Document) -> None:
        """Exchange, repeat or reverse values of a tail, or rounds of a repeat."""
        rows = [
            rows for rows in _sequences(self.shape.items, document) if len(rows[0]) - rows[1] > 1
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

    def _settled(
        self, items: tuple[Item, ...], document: Document, known: dict[str, int]
    ) -> Document:
        """Return the document with every count, cap and relation kept."""
        found: Document = []
        for item, part in zip(items, document, strict=True):
            if isinstance(item, Repeat):
                found.append(self._settled_repeat(item, cast("list[Document]", part), known))
            else:
                values = cast("list[Value]", part)
                line = item if isinstance(item, Line) else form_of(item, values)
                found.append(self._settled_line(line, values, known))
        return found

    def _settled_line(self, line: Line, values: list[Value], known: dict[str, int]) -> list[Value]:
        fixed = values[: len(line.fields)]
        for index, field in enumerate(line.fields):
            value = fixed[index]
            if isinstance(value, int):
                low, high = bounds(field, known)
                fixed[index] = known[field.name] = max(low, min(high, value))
        mend_rows(line, [fixed], self.rng)
        for field, value in zip(line.fields, fixed, strict=True):
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is None:
            return fixed
        tail = self._fitted(values[len(fixed) :], line.count, known)
        return [*fixed, *self._settled_column(line.tail, tail, known)]

    def _settled_column(
        self, field: Field, values: list[Value], known: dict[str, int]
    ) -> list[Value]:
        if field.kind is Kind.WORD:
            if field.length is None:
                return values
            size = max(0, field.length.value(known))
            return [self._stretched(field, str(value), size) for value in values]
        low, high = bounds(field, known)
        filled = [v if isinstance(v, int) else low for v in values]
        return list(mend(field, filled, low, high))

    def _stretched(self, field: Field, word: str, size: int) -> str:
        return word[:size] + self.fill.word(field, max(0, size - len(word)))

    def _settled_repeat(
        self, repeat: Repeat, rounds: list[Document], known: dict[str, int]
    ) -> Document:
        kept = cast(
            "list[Document]", self._fitted(cast("list[Value]", rounds), repeat.count, known)
        )
        if not is_table(repeat):
            return [self._settled(repeat.body, part, dict(known)) for part in kept]
        (item,) = repeat.body
        rows = [cast("list[Value]", part[0]) for part in kept]
        for line in (item,) if isinstance(item, Line) else cast("Forms", item).forms:
            mine = rows if isinstance(item, Line) else [r for r in rows if form_takes(line, r)]
            for index, field in enumerate(line.fields):
                column = self._settled_column(field, [row[index] for row in mine], known)
                for row, value in zip(mine, column, strict=True):
                    row[index] = value
            mend_rows(line, mine, self.rng)
        return [[row] for row in rows]

    def _fitted(
        self, values: list[Value], count: Count | None, known: dict[str, int]
    ) -> list[Value]:
        """Return as many as are counted: some taken out, or some repeated."""
        wanted = len(values) if count is None else max(0, count.value(known))
        found = list(values)
        while len(found) > wanted:
            del found[self.rng.randrange(len(found))]
        while found and len(found) < wanted:
            place = self.rng.randrange(len(found) + 1)
            found.insert(place, copy.deepcopy(self.rng.choice(found)))
        return found


def _sequences(items: tuple[Item, ...], document: Document) -> Iterator[tuple[list[object], int]]:
    """Yield the lists whose members may change places, and where in each they begin."""
    for item, part in zip(items, document, strict=True):
        values = cast("list[object]", part)
        if isinstance(item, Repeat):
            yield values, 0
            for inner in values:
                yield from _sequences(item.body, cast("Document", inner))
        elif isinstance(item, Line) and item.tail is not None:
            yield values, len(item.fields)

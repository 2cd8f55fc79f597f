"""Change a parsed input and keep it consistent: what a number counts follows the number."""

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass

from pieforge.inputs.generation.building import Fill, compute_bounds, repair_column, repair_rows
from pieforge.inputs.generation.values import list_interesting_values
from pieforge.inputs.grammar.fields import CountExpression, FieldKind, FieldValue, InputField, clamp
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import GrammarItems, Line, ParsedInput, Repeat, Row, find_form

_COUNTER_STEPS = (-1, 1, 1, -2, 2)
"""Changes of a number that counts: small ones, because what it counts is added or removed."""
_SAMPLED_VALUES = 6
"""Other values of the input that a value may be replaced by."""


@dataclass(frozen=True)
class ValueLocation:
    """One value of a parsed input.

    Attributes:
        field: What is allowed there.
        values: The list that holds the value.
        index: Position of the value in that list.
        known: The integers read before, by name, as long as the iteration stays here.
    """

    field: InputField
    values: Row
    index: int
    known: dict[str, int]

    @property
    def value(self) -> FieldValue:
        """The value."""
        return self.values[self.index]

    def replace(self, value: FieldValue) -> None:
        """Write another value there."""
        self.values[self.index] = value


def iter_locations(
    items: GrammarItems, document: ParsedInput, known: dict[str, int]
) -> Iterator[ValueLocation]:
    """Yield the locations of all values in a parsed input, in order."""
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            for inner in part:
                # What a round of several lines binds is not known after the round.
                scope = known if item.is_table else dict(known)
                yield from iter_locations(item.body, inner, scope)
            continue
        line = find_form(item, part)
        for index, value in enumerate(part):
            field = line.find_field(index)
            yield ValueLocation(field, part, index, known)
            if isinstance(value, int) and index < len(line.fields):
                known[field.name] = value


@dataclass
class Mutator:
    """Makes one consistent input out of another.

    Attributes:
        grammar: Grammar of both.
        rng: The only source of randomness.
    """

    grammar: InputGrammar
    rng: random.Random

    def mutate(self, data: bytes, changes: int) -> bytes | None:
        """Return an input with up to `changes` changes; None where its grammar is another."""
        document = self.grammar.parse(data)
        if document is None:
            return None
        for _ in range(changes):
            self._change(document)
        return self.repair(document)

    def repair(self, document: ParsedInput) -> bytes:
        """Return the input of a parsed input with every count, cap and relation restored."""
        return self.grammar.render(self._repair_items(self.grammar.items, document, {}))

    def _change(self, document: ParsedInput) -> None:
        found = list(iter_locations(self.grammar.items, document, {}))
        if not found:
            return
        has_lists = any(one.index == 0 and len(one.values) > 1 for one in found)
        if self.rng.randrange(6) <= 3 or not has_lists:  # two of three changes are to one value
            self._change_value(self.rng.choice(found), found)
        else:
            self._rearrange(document)

    def _change_value(self, location: ValueLocation, found: list[ValueLocation]) -> None:
        field, rng, value = location.field, self.rng, location.value
        if isinstance(value, str):
            location.replace(self._mutate_word(field, value))
            return
        low, high = compute_bounds(field, location.known)
        if field.name in self.grammar.counters:
            location.replace(clamp(value + rng.choice(_COUNTER_STEPS), low, high))
            return
        others = [one.value for one in rng.sample(found, k=min(_SAMPLED_VALUES, len(found)))]
        # Equal values reach branches that random ones do not.
        same = [v for v in others if isinstance(v, int) and low <= v <= high]
        near = [value + 1, value - 1, value * 2, -value]
        chosen = rng.choice(
            (same or near, near, list_interesting_values(low, high), [rng.randint(low, high)])
        )
        location.replace(clamp(rng.choice(chosen), low, high))

    def _mutate_word(self, field: InputField, word: str) -> str:
        if field.choices:
            return self.rng.choice(field.choices)
        if not field.alphabet:
            return word
        letters = list(word)
        at = self.rng.randrange(len(letters) + 1)
        last = min(at, len(letters) - 1)
        kind = self.rng.randrange(4)
        if kind == 0 and len(letters) > field.low and field.length is None:
            del letters[last]
        elif kind == 1 and len(letters) < field.high and field.length is None:
            letters.insert(at, self.rng.choice(field.alphabet))
        elif kind == 2 and len(letters) > 1:
            other = self.rng.randrange(len(letters))
            letters[last], letters[other] = letters[other], letters[last]
        elif letters:
            letters[last] = self.rng.choice(field.alphabet)
        return "".join(letters)

    def _rearrange(self, document: ParsedInput) -> None:
        """Exchange, copy or reverse values of a tail, or rounds of a repeat."""
        found = list(_iter_sequences(self.grammar.items, document))
        found = [(values, start) for values, start in found if len(values) - start > 1]
        if not found:
            return
        values, start = self.rng.choice(found)
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
        self, items: GrammarItems, document: ParsedInput, known: dict[str, int]
    ) -> ParsedInput:
        return [
            self._repair_repeat(item, part, known)
            if isinstance(item, Repeat)
            else self._repair_line(find_form(item, part), part, known)
            for item, part in zip(items, document, strict=True)
        ]

    def _repair_line(self, line: Line, values: Row, known: dict[str, int]) -> Row:
        fixed = values[: len(line.fields)]
        for index, (field, value) in enumerate(zip(line.fields, fixed, strict=True)):
            if isinstance(value, int):
                fixed[index] = known[field.name] = clamp(value, *compute_bounds(field, known))
        repair_rows(line, [fixed], self.rng)
        line.bind_values(fixed, known)
        if line.tail is None:
            return fixed
        tail = self._resize(values[len(fixed) :], line.count, known)
        return [*fixed, *self._repair_values(line.tail, tail, known)]

    def _repair_values(self, field: InputField, values: Row, known: dict[str, int]) -> Row:
        """Return the values of a column or tail within their bounds and relations."""
        if field.kind is FieldKind.WORD:
            if field.length is None:
                return values
            size = max(0, field.length.evaluate(known))
            return [self._resize_word(field, str(value), size) for value in values]
        low, high = compute_bounds(field, known)
        numbers = [value if isinstance(value, int) else low for value in values]
        return list(repair_column(field, numbers, low, high))

    def _resize_word(self, field: InputField, word: str, size: int) -> str:
        return word[:size] + Fill(self.rng).choose_word(field, max(0, size - len(word)))

    def _repair_repeat(
        self, repeat: Repeat, rounds: ParsedInput, known: dict[str, int]
    ) -> ParsedInput:
        kept = self._resize(rounds, repeat.count, known)
        if not repeat.is_table:
            return [self._repair_items(repeat.body, part, dict(known)) for part in kept]
        for line, rows in repeat.split_table(kept):
            for index, field in enumerate(line.fields):
                column = self._repair_values(field, [row[index] for row in rows], known)
                for row, value in zip(rows, column, strict=True):
                    row[index] = value
            repair_rows(line, rows, self.rng)
        return kept

    def _resize(
        self, values: ParsedInput, count: CountExpression | None, known: dict[str, int]
    ) -> ParsedInput:
        """Return as many values or rounds as are counted: some removed, or some repeated."""
        wanted = len(values) if count is None else max(0, count.evaluate(known))
        found = list(values)
        while len(found) > wanted:
            del found[self.rng.randrange(len(found))]
        while found and len(found) < wanted:
            place = self.rng.randrange(len(found) + 1)
            found.insert(place, copy.deepcopy(self.rng.choice(found)))
        return found


def _iter_sequences(
    items: GrammarItems, document: ParsedInput
) -> Iterator[tuple[ParsedInput, int]]:
    """Yield the lists whose members may be rearranged, with the index of the first such member."""
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            yield part, 0
            for inner in part:
                yield from _iter_sequences(item.body, inner)
        elif isinstance(item, Line) and item.tail is not None:
            yield part, len(item.fields)

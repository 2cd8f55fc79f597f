"""Smaller inputs near a given one: fewer elements with their count, then simpler values.

Yielded unjudged: whoever asks for them lets the package's validators decide.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

from pieforge.inputs.generation.plain import split_pieces
from pieforge.inputs.grammar.fields import CountExpression, FieldValue, InputField
from pieforge.inputs.grammar.input_grammar import (
    GrammarItem,
    InputGrammar,
    ParsedInput,
    Repeat,
    find_form,
)
from pieforge.inputs.mutation.mutate import Mutator, ValueLocation, iter_locations

_MAX_CUTS = 256
"""Most places at which parts of one size are cut out of one sequence."""


def create_shrinker(grammar: InputGrammar) -> Callable[[bytes], Iterator[bytes]]:
    """Return what yields smaller inputs of a grammar, the much smaller first."""

    def propose_smaller(data: bytes) -> Iterator[bytes]:
        document = grammar.parse(data)
        if document is None:
            yield from _shrink_unstructured(data)
            return
        yield from _propose_shorter(grammar, document)
        yield from _propose_simpler(grammar, document)

    return propose_smaller


@dataclass
class _CountedSequence:
    """A list, or a word in a list, as long as a counter says."""

    values: list[object]
    start: int
    times: int = 1
    is_word: bool = False

    @property
    def length(self) -> int:
        """How many elements or letters there are."""
        if self.is_word:
            return len(str(self.values[self.start]))
        return max(0, len(self.values) - self.start) // self.times

    def cut(self, begin: int, end: int) -> None:
        """Take the elements from `begin` to `end` out."""
        if self.is_word:
            word = str(self.values[self.start])
            self.values[self.start] = word[:begin] + word[end:]
        else:
            del self.values[self.start + begin * self.times : self.start + end * self.times]


@dataclass
class _CountedGroup:
    """All that is as long as one counter says, or one list that nothing counts."""

    counter: ValueLocation | None
    parts: list[_CountedSequence] = field(default_factory=list)
    references: list[ValueLocation] = field(default_factory=list)
    """Values that this counter caps: indices, as they are most often."""

    def __len__(self) -> int:
        if self.counter is not None:
            return max(0, cast("int", self.counter.values[self.counter.index]))
        return self.parts[0].length

    def cut(self, begin: int, end: int) -> None:
        """Take the elements from `begin` to `end` out, and count fewer."""
        for part in self.parts:
            part.cut(begin, end)
        if self.counter is not None:
            self.counter.values[self.counter.index] = len(self) - (end - begin)

    def compact(self) -> None:
        """Keep the elements alone that something refers to, and number them anew."""
        low = self.references[0].field.low
        met = {cast("int", place.values[place.index]) - low for place in self.references}
        kept = sorted(index for index in met if index >= 0)
        rank = {index: low + number for number, index in enumerate(kept)}
        for place in self.references:
            index = cast("int", place.values[place.index]) - low
            place.values[place.index] = rank.get(index, place.values[place.index])
        for begin, end in reversed(list(_iter_gaps(kept, len(self)))):
            self.cut(begin, end)

    def renumber(self, begin: int, end: int) -> None:
        """Let what pointed behind the elements from `begin` to `end` follow them."""
        for place in self.references:
            value = place.values[place.index]
            behind = cast("int", value) - place.field.low
            if behind >= end:
                place.values[place.index] = cast("int", value) - (end - begin)
            elif behind >= begin:
                place.values[place.index] = place.field.low + max(0, begin - 1)


def _iter_gaps(kept: list[int], size: int) -> Iterator[tuple[int, int]]:
    for before, after in pairwise((-1, *kept, size)):
        if after - before > 1:
            yield before + 1, after


def _collect_groups(
    items: tuple[GrammarItem, ...], document: ParsedInput, owners: dict[str, _CountedGroup]
) -> list[_CountedGroup]:
    """Return what can be made shorter, in the document's order."""
    found: list[_CountedGroup] = []
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            rounds = cast("list[ParsedInput]", part)
            found += _add_sequence(item.count, owners, cast("list[object]", rounds), 0)
            inside = owners if item.is_table else dict(owners)
            for inner in rounds:
                found += _collect_groups(item.body, inner, inside)
            continue
        values = cast("list[FieldValue]", part)
        line = find_form(item, values)
        for index, value in enumerate(values):
            it = line.fields[index] if index < len(line.fields) else cast("InputField", line.tail)
            place = ValueLocation(it, values, index, {})
            found += _add_value(place, value, owners, is_standalone=index < len(line.fields))
        if line.tail is not None:
            found += _add_sequence(
                line.count, owners, cast("list[object]", values), len(line.fields)
            )
    return found


def _add_value(
    location: ValueLocation,
    value: FieldValue,
    owners: dict[str, _CountedGroup],
    *,
    is_standalone: bool,
) -> list[_CountedGroup]:
    it = location.field
    capped = it.cap is not None and len(it.cap.names) == 1 and isinstance(value, int)
    if capped and it.cap is not None and it.cap.names[0] in owners:
        owners[it.cap.names[0]].references.append(location)
    if isinstance(value, str):
        if it.length is not None and len(it.length.names) == 1 and it.length.names[0] in owners:
            word = _CountedSequence(
                cast("list[object]", location.values), location.index, is_word=True
            )
            owners[it.length.names[0]].parts.append(word)
        elif it.length is None and not it.choices and len(value) > 1:
            return [
                _CountedGroup(
                    None,
                    [
                        _CountedSequence(
                            cast("list[object]", location.values), location.index, is_word=True
                        )
                    ],
                )
            ]
        return []
    if not is_standalone:
        return []
    owners[it.name] = _CountedGroup(location)
    return [owners[it.name]]


def _add_sequence(
    count: CountExpression | None,
    owners: dict[str, _CountedGroup],
    values: list[object],
    start: int,
) -> list[_CountedGroup]:
    """Add a list to the counter that it belongs to; one that nothing counts is its own group."""
    if count is None:
        return [_CountedGroup(None, [_CountedSequence(values, start)])]
    if len(count.names) == 1 and count.names[0] in owners:
        owners[count.names[0]].parts.append(_CountedSequence(values, start, count.times))
    return []


def _iter_chunks(size: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sequence: all, halves, quarters, down to single elements."""
    part = size
    while part:
        for begin in range(0, min(size, part * _MAX_CUTS), part):
            yield begin, min(size, begin + part)
        part //= 2


def _propose_shorter(grammar: InputGrammar, document: ParsedInput) -> Iterator[bytes]:
    groups = _collect_groups(grammar.items, document, {})
    for index, group in enumerate(groups):
        if group.references:
            changed = _copy(document)
            _collect_groups(grammar.items, changed, {})[index].compact()
            yield grammar.render(changed)
    cuts = [
        (begin - end, index, begin, end)
        for index, group in enumerate(groups)
        if group.parts
        for begin, end in _iter_chunks(len(group))
    ]
    for _, index, begin, end in sorted(cuts):  # the largest parts of any sequence first
        changed = _copy(document)
        _collect_groups(grammar.items, changed, {})[index].cut(begin, end)
        yield grammar.render(changed)
        if groups[index].references:
            _collect_groups(grammar.items, changed, {})[index].renumber(begin, end)
            yield grammar.render(changed)
        yield _repair(grammar, changed)


def _propose_simpler(grammar: InputGrammar, document: ParsedInput) -> Iterator[bytes]:
    """Yield the document with columns, parts of columns, then single values made simpler."""
    columns: dict[str, list[int]] = {}
    for number, place in enumerate(iter_locations(grammar.items, document, {})):
        if place.field.name not in grammar.counters:
            columns.setdefault(place.field.name, []).append(number)
    for numbers in columns.values():
        for begin, end in _iter_chunks(len(numbers)):
            if end - begin > 1:
                yield from _simplify_columns(grammar, document, numbers[begin:end])
    for numbers in columns.values():
        for number in numbers[:_MAX_CUTS]:
            yield from _simplify_columns(grammar, document, [number])


def _simplify_columns(
    grammar: InputGrammar, document: ParsedInput, numbers: list[int]
) -> Iterator[bytes]:
    """Yield the document with the values of those places simpler, the simplest first."""
    for step in range(66):
        changed = _copy(document)
        found = list(iter_locations(grammar.items, changed, {}))
        moved = False
        for number in numbers:
            place = found[number]
            options = _list_simpler_values(place.field, place.values[place.index])
            if step < len(options):
                place.values[place.index] = options[step]
                moved = True
        if not moved:
            return
        yield grammar.render(changed)
        yield _repair(grammar, changed)


def _list_simpler_values(it: InputField, value: FieldValue) -> list[FieldValue]:
    """Return simpler values than a value, the simplest first."""
    if isinstance(value, int):
        target = 0 if it.low <= 0 <= it.high else it.low if it.low > 0 else it.high
        gap = value - target
        ladder = [target + gap - (abs(gap) >> k) * (1 if gap > 0 else -1) for k in range(1, 7)]
        found = [target, 0, 1, *ladder, value - 1 if gap > 0 else value + 1]
        return [v for v in dict.fromkeys(found) if abs(v) < abs(value) or v == target != value]
    if it.choices:
        return list(it.choices[: it.choices.index(value)]) if value in it.choices else []
    first = it.alphabet[:1]
    shorter = (
        [] if it.length is not None else [first * it.low, value[: len(value) // 2], value[:-1]]
    )
    shorter += [] if it.length is not None else [value[1:]]
    plain = [first * len(value)]
    plain += [value[:i] + first + value[i + 1 :] for i in range(min(len(value), 16))]
    return [v for v in dict.fromkeys((*shorter, *plain)) if v != value]


def _repair(grammar: InputGrammar, document: ParsedInput) -> bytes:
    return Mutator(grammar, random.Random(0)).repair(document)  # noqa: S311


def _copy(document: ParsedInput) -> ParsedInput:
    return [_copy(part) if isinstance(part, list) else part for part in document]


def _shrink_unstructured(data: bytes) -> Iterator[bytes]:
    """Yield an input of unknown grammar without some lines or words, or with smaller numbers.

    A number among the first words that may count what was taken out is made to follow.
    """
    for parts in (data.splitlines(keepends=True), split_pieces(data)):
        for begin, end in _iter_chunks(len(parts)):
            rest = b"".join((*parts[:begin], *parts[end:]))
            yield rest
            yield from _decrease_counts(rest, end - begin)
    words = split_pieces(data)
    for index, word in enumerate(words[: 2 * _MAX_CUTS]):
        try:
            value = int(word)
        except ValueError:
            continue
        for simple in (0, 1, value // 2, value - 1):
            yield b"".join((*words[:index], b"%d" % simple, *words[index + 1 :]))


def _decrease_counts(data: bytes, fewer: int) -> Iterator[bytes]:
    words = split_pieces(data)
    for index in [i for i, word in enumerate(words) if word.isdigit()][:3]:
        if int(words[index]) >= fewer:
            count = b"%d" % (int(words[index]) - fewer)
            yield b"".join((*words[:index], count, *words[index + 1 :]))

"""Smaller inputs near a given one: fewer elements with their count, then simpler values.

They need not be valid: the caller asks the package's validators.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

from pieforge.inputs.generation.plain import NUMBER, split_pieces
from pieforge.inputs.grammar.fields import CountExpression, FieldValue, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import GrammarItems, ParsedInput, Repeat, find_form
from pieforge.inputs.mutation.mutate import Mutator, ValueLocation, iter_locations
from pieforge.inputs.shrinking.minimize import Shrinker

_MAX_CUTS = 256
"""Most positions at which parts of one size are cut out of one sequence."""
_MAX_LETTERS = 16
"""Letters of a word, from its start, that are simplified one by one."""
_MAX_COUNTS = 3
"""Numbers, from the start of an input without a grammar, that may count what was cut out."""


def create_shrinker(grammar: InputGrammar) -> Shrinker:
    """Return a function that yields smaller inputs of a grammar, the smallest first."""

    def propose_smaller(data: bytes) -> Iterator[bytes]:
        document = grammar.parse(data)
        if document is None:
            yield from _shrink_unstructured(data)
            return
        yield from _propose_shorter(grammar, document)
        yield from _propose_simpler(grammar, document)

    return propose_smaller


@dataclass
class _Sequence:
    """A list from `start` on, or one word in a list, whose length a counter gives.

    Attributes:
        times: Elements of the list for each one that is counted.
        is_word: Whether this is the word at `start`.
    """

    values: ParsedInput
    start: int
    times: int = 1
    is_word: bool = False

    def __len__(self) -> int:
        if self.is_word:
            return len(self.values[self.start])
        return (len(self.values) - self.start) // self.times

    def cut(self, begin: int, end: int) -> None:
        """Remove the elements from `begin` to `end`."""
        if self.is_word:
            word = self.values[self.start]
            self.values[self.start] = word[:begin] + word[end:]
        else:
            del self.values[self.start + begin * self.times : self.start + end * self.times]


@dataclass
class _Group:
    """Everything whose length one counter gives, or one sequence that nothing counts.

    Attributes:
        counter: Location of the counter.
        parts: The sequences.
        references: Values that this counter caps: most often indices of its elements.
    """

    counter: ValueLocation | None
    parts: list[_Sequence] = field(default_factory=list)
    references: list[ValueLocation] = field(default_factory=list)

    def __len__(self) -> int:
        if self.counter is not None:
            return max(0, cast("int", self.counter.value))
        return len(self.parts[0])

    def cut(self, begin: int, end: int) -> None:
        """Remove the elements from `begin` to `end`, and decrease the counter."""
        for part in self.parts:
            part.cut(begin, end)
        if self.counter is not None:
            self.counter.replace(len(self) - (end - begin))

    def compact(self) -> None:
        """Keep only the elements that references point to, and renumber these."""
        low = self.references[0].field.low
        indices = {cast("int", location.value) - low for location in self.references}
        kept = sorted(index for index in indices if index >= 0)
        ranks = {low + index: low + rank for rank, index in enumerate(kept)}
        for location in self.references:
            location.replace(ranks.get(cast("int", location.value), location.value))
        gaps = [(before + 1, after) for before, after in pairwise((-1, *kept, len(self)))]
        # From the end, so that the positions of the gaps before stay right.
        for begin, end in reversed(gaps):
            if begin < end:
                self.cut(begin, end)

    def renumber(self, begin: int, end: int) -> None:
        """Let references to the elements after those from `begin` to `end` follow their cut."""
        for location in self.references:
            value = cast("int", location.value)
            index = value - location.field.low
            if index >= end:
                location.replace(value - (end - begin))
            elif index >= begin:
                location.replace(location.field.low + max(0, begin - 1))


def _collect_groups(
    items: GrammarItems, document: ParsedInput, owners: dict[str, _Group]
) -> Iterator[_Group]:
    """Yield what can be made shorter, in the document's order; `owners` holds the counters."""
    for item, part in zip(items, document, strict=True):
        if isinstance(item, Repeat):
            yield from _add_list(item.count, part, 0, owners)
            for inner in part:
                scope = owners if item.is_table else dict(owners)
                yield from _collect_groups(item.body, inner, scope)
            continue
        line = find_form(item, part)
        for index in range(len(part)):
            location = ValueLocation(line.find_field(index), part, index, {})
            yield from _add_value(location, owners, counts=index < len(line.fields))
        if line.tail is not None:
            yield from _add_list(line.count, part, len(line.fields), owners)


def _add_value(
    location: ValueLocation, owners: dict[str, _Group], *, counts: bool
) -> Iterator[_Group]:
    """Add a value to the groups it belongs to; yield its own group if it starts one."""
    one, value = location.field, location.value
    if isinstance(value, int):
        owner = _find_owner(one.cap, owners)
        if owner is not None:
            owner.references.append(location)
        if counts:
            owners[one.name] = _Group(location)
            yield owners[one.name]
        return
    word = _Sequence(location.values, location.index, is_word=True)
    owner = _find_owner(one.length, owners)
    if owner is not None:
        owner.parts.append(word)
    elif one.length is None and not one.choices and len(value) > 1:
        yield _Group(None, [word])


def _add_list(
    count: CountExpression | None, values: ParsedInput, start: int, owners: dict[str, _Group]
) -> Iterator[_Group]:
    """Add a list to its counter's group; yield a group of its own if nothing counts it."""
    owner = _find_owner(count, owners)
    if count is None:
        yield _Group(None, [_Sequence(values, start)])
    elif owner is not None:
        owner.parts.append(_Sequence(values, start, count.times))


def _find_owner(count: CountExpression | None, owners: dict[str, _Group]) -> _Group | None:
    """Return the group of the only counter of a count."""
    return owners.get(count.names[0]) if count is not None and len(count.names) == 1 else None


def _iter_chunks(size: int) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sequence: all, halves, quarters, down to single elements."""
    part = size
    while part:
        for begin in range(0, min(size, part * _MAX_CUTS), part):
            yield begin, min(size, begin + part)
        part //= 2


def _propose_shorter(grammar: InputGrammar, document: ParsedInput) -> Iterator[bytes]:
    """Yield the document with unused or any elements removed, the largest parts first."""

    def copy_groups() -> tuple[ParsedInput, list[_Group]]:
        changed = _copy(document)
        return changed, list(_collect_groups(grammar.items, changed, {}))

    _, groups = copy_groups()
    for index, group in enumerate(groups):
        if group.references:
            changed, copied = copy_groups()
            copied[index].compact()
            yield grammar.render(changed)
    cuts = [
        (begin - end, index, begin, end)
        for index, group in enumerate(groups)
        if group.parts
        for begin, end in _iter_chunks(len(group))
    ]
    for _, index, begin, end in sorted(cuts):
        changed, copied = copy_groups()
        copied[index].cut(begin, end)
        yield grammar.render(changed)
        if groups[index].references:
            # Collected again, because some of the references were cut out.
            list(_collect_groups(grammar.items, changed, {}))[index].renumber(begin, end)
            yield grammar.render(changed)
        yield _repair(grammar, changed)


def _propose_simpler(grammar: InputGrammar, document: ParsedInput) -> Iterator[bytes]:
    """Yield the document with columns, parts of columns, then single values made simpler."""
    columns: dict[str, list[int]] = defaultdict(list)
    counters = grammar.counters
    for number, location in enumerate(iter_locations(grammar.items, document, {})):
        if location.field.name not in counters:
            columns[location.field.name].append(number)
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
    """Yield the document with the values at some locations simpler, the simplest first."""
    found = list(iter_locations(grammar.items, document, {}))
    options = [_list_simpler_values(found[number].field, found[number].value) for number in numbers]
    for step in range(max(map(len, options))):
        changed = _copy(document)
        locations = list(iter_locations(grammar.items, changed, {}))
        for number, simpler in zip(numbers, options, strict=True):
            if step < len(simpler):
                locations[number].replace(simpler[step])
        yield grammar.render(changed)
        yield _repair(grammar, changed)


def _list_simpler_values(one: InputField, value: FieldValue) -> list[FieldValue]:
    """Return simpler values than a value, the simplest first."""
    if isinstance(value, int):
        # Zero, or what is nearest to it in the range; then ever smaller steps towards it.
        target = min(max(0, one.low), one.high)
        gap = value - target
        toward = 1 if gap > 0 else -1
        ladder = [value - (abs(gap) >> k) * toward for k in range(1, 7)]
        found = [target, 0, 1, *ladder, value - toward]
        return [v for v in dict.fromkeys(found) if abs(v) < abs(value) or v == target != value]
    if one.choices:
        return list(one.choices[: one.choices.index(value)]) if value in one.choices else []
    first = one.alphabet[:1]
    shorter = [first * one.low, value[: len(value) // 2], value[:-1], value[1:]]
    plain = [first * len(value)]
    plain += [value[:i] + first + value[i + 1 :] for i in range(min(len(value), _MAX_LETTERS))]
    words = dict.fromkeys(plain if one.length is not None else (*shorter, *plain))
    return [word for word in words if word != value]


def _repair(grammar: InputGrammar, document: ParsedInput) -> bytes:
    return Mutator(grammar, random.Random(0)).repair(document)  # noqa: S311


def _copy(document: ParsedInput) -> ParsedInput:
    return [_copy(part) if isinstance(part, list) else part for part in document]


def _shrink_unstructured(data: bytes) -> Iterator[bytes]:
    """Yield an input of unknown grammar without some lines or words, or with smaller numbers.

    One of the first numbers may count what was cut out, and is decreased by as much.
    """
    for parts in (data.splitlines(keepends=True), split_pieces(data)):
        for begin, end in _iter_chunks(len(parts)):
            rest = b"".join((*parts[:begin], *parts[end:]))
            yield rest
            pieces = split_pieces(rest)
            for index in [i for i, piece in enumerate(pieces) if piece.isdigit()][:_MAX_COUNTS]:
                count = int(pieces[index]) - (end - begin)
                if count >= 0:
                    yield _replace_piece(pieces, index, count)
    pieces = split_pieces(data)
    for index, piece in enumerate(pieces[: 2 * _MAX_CUTS]):
        if NUMBER.fullmatch(piece):
            for simple in (0, 1, int(piece) // 2, int(piece) - 1):
                yield _replace_piece(pieces, index, simple)


def _replace_piece(pieces: list[bytes], index: int, value: int) -> bytes:
    return b"".join((*pieces[:index], b"%d" % value, *pieces[index + 1 :]))

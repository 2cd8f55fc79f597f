"""Infer the grammar of a problem's inputs from examples.

A depth-first search over the items that the next lines of all examples fit, the most specific
first. A count that an earlier value gives is accepted only if every example can then be read to
its end, which an accidental count almost never allows. `fitting` then fits the fields.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, combinations

from pieforge.inputs import sort_by_size
from pieforge.inputs.grammar.fields import CountExpression, FieldKind, InputField, split_lines
from pieforge.inputs.grammar.fitting import fit_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar, InputReader
from pieforge.inputs.grammar.items import (
    GrammarItem,
    GrammarItems,
    Line,
    MisfitError,
    Repeat,
    TaggedLine,
)

_MAX_SEARCHED = 8
"""Examples that the search reads; the others are only checked against its result."""
_MAX_BYTES = 1 << 20
"""Size of all examples that are read."""
_MIN_EXAMPLES = 3
"""Examples that are read even if they are larger than that."""
_MAX_STEPS = 4000
_MAX_TAGS = 8
_MAX_PREFIX = 3
"""Most fields before a tail."""
_MIN_WIDE_LINE = 3
"""Fields from which on a line is more probably a tail of the same length in all examples."""
_MAX_BODY_ITEMS = 4
"""Most items in the body of a repeat that is longer than a line."""
_MAX_NESTING = 2
"""Deepest level of repeats whose bodies are longer than a line."""

UNSTRUCTURED = InputGrammar(unstructured=True)

_Words = list[list[str]]
"""Lines, each a list of words."""
_Blocks = list[_Words]
"""For each example, some lines that should have the same form."""


def infer_grammar(examples: Sequence[bytes]) -> InputGrammar:
    """Return the grammar that fits every example, or `UNSTRUCTURED` where none is found.

    Of many or large examples only the smallest are read, up to 1 MiB in total.
    """
    texts = [split_lines(data) for data in _select_examples(examples)]
    lines = [text for text in texts if text]
    if len(lines) != len(texts) or not lines:
        return UNSTRUCTURED
    # An empty line at an end may hold no values, or mean nothing.
    bare = [_strip_empty_lines(text) for text in lines]
    for free in (False, True):
        # First a few small examples and larger ones, which is fast, then all of them.
        for some in (_sample_examples(lines), lines, _sample_examples(bare), bare):
            for items in _GrammarSearch(free=free).search(some):
                try:
                    documents = [InputReader(text).read_to_end(items) for text in lines]
                except MisfitError:
                    continue
                return fit_grammar(items, documents)
    return UNSTRUCTURED


def _strip_empty_lines(text: _Words) -> _Words:
    end = next((i for i in range(len(text), 0, -1) if text[i - 1]), 0)
    return text[:end]


def _select_examples(examples: Sequence[bytes]) -> list[bytes]:
    ordered = sort_by_size(set(examples))
    within = sum(total <= _MAX_BYTES for total in accumulate(map(len, ordered)))
    return ordered[: max(within, _MIN_EXAMPLES)]


def _sample_examples(lines: list[_Words]) -> list[_Words]:
    if len(lines) <= _MAX_SEARCHED:
        return lines
    # The examples are sorted by size: the smallest, the median, and one at the third quartile.
    return [*lines[: _MAX_SEARCHED - 2], lines[len(lines) // 2], lines[-len(lines) // 4]]


_Streams = list[InputReader]
"""One reader for each example; they are never moved, only copied (see `_advance`)."""
_Proposals = Iterator[tuple[GrammarItem, _Streams]]
"""Items that may come next in all streams, and the streams after each."""


@dataclass
class _GrammarSearch:
    """A search for the items that read all examples to their ends.

    Attributes:
        free: Whether there may be tails and repeats that no earlier value counts.
        steps: Positions visited so far.
    """

    free: bool
    steps: int = 0

    def search(self, texts: list[_Words]) -> Iterator[GrammarItems]:
        """Yield the items that read every text to its end."""
        return self._search_to_end([InputReader(text) for text in texts], ())

    def _search_to_end(self, streams: _Streams, items: GrammarItems) -> Iterator[GrammarItems]:
        if not any(stream.left for stream in streams):
            yield items
            return
        for item, after in self._propose_next(streams, f"{len(items)}", nested=False):
            yield from self._search_to_end(after, (*items, item))

    def _search_bodies(
        self, streams: _Streams, items: GrammarItems, path: str
    ) -> Iterator[GrammarItems]:
        """Yield sequences that some first lines of all streams fit, the shortest first."""
        for item, after in self._propose_next(streams, f"{path}{len(items)}", nested=True):
            yield (*items, item)
            if len(items) + 1 < _MAX_BODY_ITEMS:
                yield from self._search_bodies(after, (*items, item), path)

    def _propose_next(self, streams: _Streams, path: str, *, nested: bool) -> _Proposals:
        """Yield items that may come next in all streams, and the streams after each."""
        self.steps += 1
        if self.steps > _MAX_STEPS:
            return
        counts = _propose_counts(streams)
        # A count that differs between the examples is rarely accidental, so it is tried first.
        for count, values in counts:
            if len(set(values)) > 1:
                yield from self._propose_repeats(streams, path, count, values)
        if all(stream.left for stream in streams):
            heads = [[stream.lines[stream.at]] for stream in streams]
            for line in _propose_lines(heads, streams, path, free=self.free):
                after = _advance(streams, (line,), [1] * len(streams))
                if after is not None:
                    yield line, after
        for count, values in counts:
            if len(set(values)) == 1 and values[0] > 1:
                yield from self._propose_repeats(streams, path, count, values)
        if self.free and not nested:
            yield from self._propose_repeats(streams, path, None, [s.left for s in streams])

    def _propose_repeats(
        self, streams: _Streams, path: str, count: CountExpression | None, values: list[int]
    ) -> _Proposals:
        pairs = list(zip(streams, values, strict=True))
        if not any(values) or any(not 0 <= value <= stream.left for stream, value in pairs):
            return
        blocks = [stream.lines[stream.at : stream.at + value] for stream, value in pairs]
        for line in _propose_lines(blocks, streams, f"{path}.0", free=self.free):
            after = _advance(streams, (line,), values)
            if after is not None:
                yield Repeat(count=count, body=(line,)), after
        if count is None or sum(values) < 2 or path.count(".") >= _MAX_NESTING:
            return
        firsts = [stream for stream, value in pairs if value]
        for body in self._search_bodies(firsts, (), f"{path}."):
            if len(body) == 1 and not isinstance(body[0], Repeat):
                continue
            after = _advance(streams, body, values)
            if after is not None:
                yield Repeat(count=count, body=body), after


def _advance(streams: _Streams, body: GrammarItems, times: list[int]) -> _Streams | None:
    """Return the streams after so many rounds of a body; None where one does not fit."""
    found = []
    for stream, count in zip(streams, times, strict=True):
        reader = replace(stream, known=dict(stream.known))
        try:
            for _ in range(count):
                reader.read_items(body)
        except MisfitError:
            return None
        # What a round binds is not known after the rounds; a single line's fields are.
        known = reader.known if times == [1] * len(times) else stream.known
        found.append(replace(reader, known=known))
    return found


def _propose_counts(streams: _Streams) -> list[tuple[CountExpression, list[int]]]:
    """Return possible counts with their values, the latest field and the simplest term first."""
    first = reversed(list(streams[0].known))
    names = [name for name in first if all(name in stream.known for stream in streams)]
    terms = [CountExpression(names=(name,), plus=plus) for plus in (0, -1, 1) for name in names]
    terms += [CountExpression(names=(name,), times=2) for name in names]
    terms += [CountExpression(names=pair) for pair in combinations(names, 2)]
    found = [(count, [count.evaluate(stream.known) for stream in streams]) for count in terms]
    return [pair for pair in found if min(pair[1]) >= 0]


def _propose_lines(
    blocks: _Blocks, streams: _Streams, path: str, *, free: bool
) -> Iterator[Line | TaggedLine]:
    """Yield the lines that all lines of all blocks may be."""
    every = [words for block in blocks for words in block]
    sizes = {len(words) for words in every}
    forms = _find_forms(every, path)
    if len(sizes) == 1:
        if forms is not None:
            yield forms
        (size,) = sizes
        found = [_create_line(every, size, path)]
        counted = _find_outer_count(blocks, streams, 0) if size else None
        if counted is not None:
            # A wide line whose size is a count is more probably a tail than many fields.
            tailed = _create_tailed_line(every, 0, path, counted)
            found.insert(int(size < _MIN_WIDE_LINE), tailed)
        yield from found
        return
    for prefix in range(min(_MAX_PREFIX, *sizes) + 1):
        count = _find_outer_count(blocks, streams, prefix) or _find_inner_count(every, prefix, path)
        if count is not None:
            yield _create_tailed_line(every, prefix, path, count)
    if forms is not None:
        yield forms
    if free:
        yield _create_tailed_line(every, 0, path, None)


def _create_line(every: _Words, size: int, path: str) -> Line:
    """Return a line of `size` fields."""
    fields = (_create_field([w[i : i + 1] for w in every], f"{path}.{i}") for i in range(size))
    return Line(fields=tuple(fields))


def _create_tailed_line(every: _Words, size: int, path: str, count: CountExpression | None) -> Line:
    """Return a line of `size` fields with the words after them as its tail."""
    tail = _create_field([words[size:] for words in every], f"{path}.t")
    return Line(fields=_create_line(every, size, path).fields, tail=tail, count=count)


def _find_outer_count(blocks: _Blocks, streams: _Streams, prefix: int) -> CountExpression | None:
    """Return the count, known before the lines, of the words after a prefix."""
    for count, values in _propose_counts(streams):
        if all(
            len(words) - prefix == value
            for block, value in zip(blocks, values, strict=True)
            for words in block
        ):
            return count
    return None


def _find_inner_count(every: _Words, prefix: int, path: str) -> CountExpression | None:
    """Return the count of the words after a prefix that the last word of the prefix gives."""
    for plus in (0, -1, 1) if prefix else ():
        if all(words[prefix - 1] == str(len(words) - prefix - plus) for words in every):
            return CountExpression(names=(f"{path}.{prefix - 1}",), plus=plus)
    return None


def _find_forms(every: _Words, path: str) -> TaggedLine | None:
    """Return the forms that the first words distinguish, if so few words can be tags."""
    if not all(every):
        return None
    tags = sorted({words[0] for words in every})
    if not 2 <= len(tags) <= _MAX_TAGS or len(every) < 2 * len(tags):
        return None
    groups = [[words for words in every if words[0] == tag] for tag in tags]
    sizes = [{len(words) for words in group} for group in groups]
    all_sizes = set[int]().union(*sizes)
    # A few different numbers may be tags only if the lines differ in size too.
    numeric = any(tag.lstrip("-").isdigit() for tag in tags)
    if max(map(len, sizes)) > 1 or all_sizes == {1} or (numeric and len(all_sizes) == 1):
        return None
    forms = []
    for number, (tag, group) in enumerate(zip(tags, groups, strict=True)):
        line = _create_line(group, len(group[0]), f"{path}.{number}")
        first = InputField(name=line.fields[0].name, low=len(tag), high=len(tag), choices=(tag,))
        forms.append(line.model_copy(update={"fields": (first, *line.fields[1:])}))
    return TaggedLine(forms=tuple(forms))


def _create_field(every: _Words, name: str) -> InputField:
    """Return a field of words or of integers, whichever all tokens are."""
    integer = InputField(name=name, kind=FieldKind.INT)
    integers = all(isinstance(integer.parse(word), int) for words in every for word in words)
    return integer if integers else InputField(name=name)

"""Find the grammar of a problem's inputs from examples.

A search over the items that the lines of all examples allow, the most telling first: a count that
an earlier value gives, and that differs from example to example, is told apart from chance by
every example being read to its end. What the fields hold is then fitted to all values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

from pieforge.inputs.grammar.fitting import fit_grammar
from pieforge.inputs.grammar.input_grammar import (
    CountExpression,
    FieldKind,
    GrammarItem,
    InputField,
    InputGrammar,
    InputReader,
    Line,
    ParsedInput,
    Repeat,
    TaggedLine,
    split_lines,
)

_MAX_SEARCHED = 8
"""Examples that the search looks at; the others only have to agree."""
_MAX_BYTES = 1 << 20
_MIN_EXAMPLES = 3
_MAX_STEPS = 4000
_MAX_TAGS = 8
_MAX_PREFIX = 3
"""Most fields before a tail that a count inside the line gives."""
_MIN_WIDE_LINE = 3
_MAX_BODY_ITEMS = 4
"""Most items in the body of a repeat that is longer than a line."""

UNSTRUCTURED = InputGrammar(unstructured=True)


def infer_grammar(examples: Sequence[bytes]) -> InputGrammar:
    """Return the grammar that fits every example, or the plain one where none is found.

    Of many or large examples those are read that are smallest, up to a mebibyte together.
    """
    texts = [split_lines(data) for data in _select_smallest(examples)]
    lines = [text for text in texts if text]
    if len(lines) != len(texts) or not lines:
        return UNSTRUCTURED
    # Some small ones, and the largest that the search can afford to look at.
    for some in (_sample_examples(lines), lines):
        for free in (False, True):
            for items in _GrammarSearch(free=free).search(some):
                documents = _read_all(items, lines)
                if documents is not None:
                    return fit_grammar(items, documents)
    return UNSTRUCTURED


def _select_smallest(examples: Sequence[bytes]) -> list[bytes]:
    ordered = sorted(set(examples), key=lambda data: (len(data), data))
    total = list(accumulate(map(len, ordered)))
    return [
        data
        for index, data in enumerate(ordered)
        if total[index] <= _MAX_BYTES or index < _MIN_EXAMPLES
    ]


def _sample_examples(lines: list[list[list[str]]]) -> list[list[list[str]]]:
    if len(lines) <= _MAX_SEARCHED:
        return lines
    return [*lines[: _MAX_SEARCHED - 2], lines[len(lines) // 2], lines[-len(lines) // 4]]


def _read_all(
    items: tuple[GrammarItem, ...], lines: list[list[list[str]]]
) -> list[ParsedInput] | None:
    found = []
    for text in lines:
        reader = InputReader(text)
        document = reader.read_items(items)
        if document is None or reader.at != len(text):
            return None
        found.append(document)
    return found


@dataclass(frozen=True)
class _Stream:
    """One example, read so far."""

    lines: list[list[str]]
    at: int
    known: dict[str, int]

    @property
    def left(self) -> int:
        return len(self.lines) - self.at


_Streams = list[_Stream]


class _GrammarSearch:
    """Attributes: free: whether tails and repeats may stand that nothing counts."""

    def __init__(self, *, free: bool) -> None:
        self.free = free
        self.steps = 0

    def search(self, texts: list[list[list[str]]]) -> Iterator[tuple[GrammarItem, ...]]:
        """Yield the items that read every text to its end."""
        streams = [_Stream(text, 0, {}) for text in texts]
        yield from self._search_to_end(streams, (), "")

    def _search_to_end(
        self, streams: _Streams, items: tuple[GrammarItem, ...], path: str
    ) -> Iterator[tuple[GrammarItem, ...]]:
        if not any(stream.left for stream in streams):
            yield items
            return
        for item, after in self._propose_next(streams, f"{path}{len(items)}", nested=False):
            yield from self._search_to_end(after, (*items, item), path)

    def _search_bodies(
        self, streams: _Streams, items: tuple[GrammarItem, ...], path: str
    ) -> Iterator[tuple[GrammarItem, ...]]:
        """Yield sequences that some first lines of all streams fit, the shortest first."""
        for item, after in self._propose_next(streams, f"{path}{len(items)}", nested=True):
            yield (*items, item)
            if len(items) + 1 < _MAX_BODY_ITEMS:
                yield from self._search_bodies(after, (*items, item), path)

    def _propose_next(
        self, streams: _Streams, path: str, *, nested: bool
    ) -> Iterator[tuple[GrammarItem, _Streams]]:
        """Yield what may stand next in all streams, and the streams after it."""
        self.steps += 1
        if self.steps > _MAX_STEPS:
            return
        counts = _propose_counts(streams)
        varied = [pair for pair in counts if len(set(pair[1])) > 1]
        constant = [pair for pair in counts if len(set(pair[1])) == 1]
        for count, values in varied:
            yield from self._propose_repeats(streams, path, count, values)
        if all(stream.left for stream in streams):
            heads = [[stream.lines[stream.at]] for stream in streams]
            for line in _propose_lines(heads, streams, path, free=self.free):
                after = _advance(streams, (line,), [1] * len(streams))
                if after is not None:
                    yield line, after
        for count, values in constant:
            if values[0] > 1:
                yield from self._propose_repeats(streams, path, count, values)
        if self.free and not nested:
            yield from self._propose_repeats(
                streams, path, None, [stream.left for stream in streams]
            )

    def _propose_repeats(
        self, streams: _Streams, path: str, count: CountExpression | None, values: list[int]
    ) -> Iterator[tuple[GrammarItem, _Streams]]:
        if not any(values) or any(
            value < 0 or value > stream.left for value, stream in zip(values, streams, strict=True)
        ):
            return
        blocks = [
            stream.lines[stream.at : stream.at + value]
            for stream, value in zip(streams, values, strict=True)
        ]
        for line in _propose_lines(blocks, streams, f"{path}.0", free=self.free):
            after = _advance(streams, (line,), values)
            if after is not None:
                yield Repeat(count=count, body=(line,)), after
        if count is None or sum(values) < 2 or path.count(".") > 1:
            return
        firsts = [stream for stream, value in zip(streams, values, strict=True) if value]
        for body in self._search_bodies(firsts, (), f"{path}."):
            if len(body) == 1 and not isinstance(body[0], Repeat):
                continue
            after = _advance(streams, body, values)
            if after is not None:
                yield Repeat(count=count, body=body), after


def _advance(streams: _Streams, body: tuple[GrammarItem, ...], times: list[int]) -> _Streams | None:
    found = []
    for stream, count in zip(streams, times, strict=True):
        reader = InputReader(stream.lines, stream.at)
        reader.known = dict(stream.known)
        for _ in range(count):
            if reader.read_items(body) is None:
                return None
        # What a round binds is not known after the rounds; a single line's fields are.
        known = reader.known if times == [1] * len(times) else stream.known
        found.append(_Stream(stream.lines, reader.at, known))
    return found


def _propose_counts(streams: _Streams) -> list[tuple[CountExpression, list[int]]]:
    """Return what may be a count, the latest field and the simplest term first."""
    names = [
        name
        for name in reversed(streams[0].known)
        if all(name in stream.known for stream in streams)
    ]
    simple = [CountExpression(names=(name,)) for name in names]
    terms = [CountExpression(names=(name,), plus=plus) for plus in (-1, 1) for name in names]
    terms += [CountExpression(names=(name,), times=2) for name in names]
    terms += [CountExpression(names=pair) for pair in combinations(names, 2)]
    found = [(count, [count.evaluate(s.known) for s in streams]) for count in (*simple, *terms)]
    return [pair for pair in found if min(pair[1]) >= 0]


_Blocks = list[list[list[str]]]
"""For each stream, some lines that should look alike."""


def _propose_lines(
    blocks: _Blocks, streams: _Streams, path: str, *, free: bool
) -> Iterator[Line | TaggedLine]:
    """Yield the lines that all lines of all blocks may be."""
    every = [words for block in blocks for words in block]
    sizes = {len(words) for words in every}
    if len(sizes) == 1:
        (size,) = sizes
        forms = _find_forms(every, path)
        if forms is not None:
            yield forms
        counted = _find_outer_count(blocks, streams, 0) if size else None
        found = [_create_fixed_line(every, size, path)]
        if counted is not None:
            # A line of many fields is a tail whose count was the same in all examples.
            found.insert(
                int(size < _MIN_WIDE_LINE),
                Line(tail=_create_field(every, 0, f"{path}.t"), count=counted),
            )
        yield from found
        return
    least = min(sizes)
    for prefix in range(min(_MAX_PREFIX, least) + 1):
        count = _find_outer_count(blocks, streams, prefix) or _find_inner_count(every, prefix, path)
        if count is not None:
            yield _create_tailed_line(every, prefix, path, count)
    forms = _find_forms(every, path)
    if forms is not None:
        yield forms
    if free:
        yield _create_tailed_line(every, 0, path, None)


def _create_fixed_line(every: list[list[str]], size: int, path: str) -> Line:
    return Line(
        fields=tuple(
            _create_field([w[i : i + 1] for w in every], 0, f"{path}.{i}") for i in range(size)
        )
    )


def _create_tailed_line(
    every: list[list[str]], prefix: int, path: str, count: CountExpression | None
) -> Line:
    return Line(
        fields=_create_fixed_line([words[:prefix] for words in every], prefix, path).fields,
        tail=_create_field(every, prefix, f"{path}.t"),
        count=count,
    )


def _find_outer_count(blocks: _Blocks, streams: _Streams, prefix: int) -> CountExpression | None:
    for count, values in _propose_counts(streams):
        if all(
            len(words) - prefix == value
            for block, value in zip(blocks, values, strict=True)
            for words in block
        ):
            return count
    return None


def _find_inner_count(every: list[list[str]], prefix: int, path: str) -> CountExpression | None:
    if not prefix:
        return None
    for plus in (0, -1, 1):
        if all(words[prefix - 1] == str(len(words) - prefix - plus) for words in every):
            return CountExpression(names=(f"{path}.{prefix - 1}",), plus=plus)
    return None


def _find_forms(every: list[list[str]], path: str) -> TaggedLine | None:
    """Return the forms that the first words tell apart, if so few words can be tags."""
    if not all(every):
        return None
    tags = sorted({words[0] for words in every})
    numeric = any(tag.lstrip("-").isdigit() for tag in tags)
    if not 2 <= len(tags) <= _MAX_TAGS or len(every) < 2 * len(tags):
        return None
    groups = {tag: [words for words in every if words[0] == tag] for tag in tags}
    sizes = {tag: {len(words) for words in group} for tag, group in groups.items()}
    if any(len(size) > 1 for size in sizes.values()):
        return None
    telling = len(set.union(*sizes.values())) > 1
    if (numeric and not telling) or set.union(*sizes.values()) == {1}:
        return None
    forms = []
    for number, (tag, group) in enumerate(groups.items()):
        line = _create_fixed_line(group, len(group[0]), f"{path}.{number}")
        first = InputField(name=line.fields[0].name, low=len(tag), high=len(tag), choices=(tag,))
        forms.append(line.model_copy(update={"fields": (first, *line.fields[1:])}))
    return TaggedLine(forms=tuple(forms))


def _create_field(every: list[list[str]], start: int, name: str) -> InputField:
    """Return a field by the look of its tokens; `fitting` says the rest."""
    tokens = (token for words in every for token in words[start:])
    integers = all(isinstance(_INT.parse(token), int) for token in tokens)
    return InputField(name=name, kind=FieldKind.INT if integers else FieldKind.WORD)


_INT = InputField(name="", kind=FieldKind.INT)

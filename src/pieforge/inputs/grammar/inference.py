"""Find the shape of a problem's inputs from examples.

A search over the items that the lines of all examples allow, the most telling first: a count that
an earlier value gives, and that differs from example to example, is told apart from chance by
every example being read to its end. What the fields hold is then fitted to all values.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations

from pieforge.inputs.grammar.fitting import fitted
from pieforge.inputs.grammar.input_grammar import (
    Count,
    Document,
    Field,
    Forms,
    Item,
    Kind,
    Line,
    Reader,
    Repeat,
    Shape,
    split_lines,
)

_SEARCHED = 8
"""Examples that the search looks at; the others only have to agree."""
_MOST_BYTES = 1 << 20
_LEAST_EXAMPLES = 3
_STEPS = 4000
_TAGS = 8
_PREFIX = 3
"""Most fields before a tail that a count inside the line gives."""
_WIDE = 3
_BODY = 4
"""Most items in the body of a repeat that is longer than a line."""

PLAIN = Shape(plain=True)


def infer(examples: Sequence[bytes]) -> Shape:
    """Return the shape that fits every example, or the plain one where none is found.

    Of many or large examples those are read that are smallest, up to a mebibyte together.
    """
    texts = [split_lines(data) for data in _smallest(examples)]
    lines = [text for text in texts if text]
    if len(lines) != len(texts) or not lines:
        return PLAIN
    # Some small ones, and the largest that the search can afford to look at.
    for some in (_spread(lines), lines):
        for free in (False, True):
            for items in _Search(free=free).whole(some):
                documents = _read_all(items, lines)
                if documents is not None:
                    return fitted(items, documents)
    return PLAIN


def _smallest(examples: Sequence[bytes]) -> list[bytes]:
    ordered = sorted(set(examples), key=lambda data: (len(data), data))
    total = list(accumulate(map(len, ordered)))
    return [
        data
        for index, data in enumerate(ordered)
        if total[index] <= _MOST_BYTES or index < _LEAST_EXAMPLES
    ]


def _spread(lines: list[list[list[str]]]) -> list[list[list[str]]]:
    if len(lines) <= _SEARCHED:
        return lines
    return [*lines[: _SEARCHED - 2], lines[len(lines) // 2], lines[-len(lines) // 4]]


def _read_all(items: tuple[Item, ...], lines: list[list[list[str]]]) -> list[Document] | None:
    found = []
    for text in lines:
        reader = Reader(text)
        document = reader.items(items)
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


class _Search:
    """Attributes: free: whether tails and repeats may stand that nothing counts."""

    def __init__(self, *, free: bool) -> None:
        self.free = free
        self.steps = 0

    def whole(self, texts: list[list[list[str]]]) -> Iterator[tuple[Item, ...]]:
        """Yield the items that read every text to its end."""
        streams = [_Stream(text, 0, {}) for text in texts]
        yield from self._to_the_end(streams, (), "")

    def _to_the_end(
        self, streams: _Streams, items: tuple[Item, ...], path: str
    ) -> Iterator[tuple[Item, ...]]:
        if not any(stream.left for stream in streams):
            yield items
            return
        for item, after in self._next(streams, f"{path}{len(items)}", nested=False):
            yield from self._to_the_end(after, (*items, item), path)

    def _bodies(
        self, streams: _Streams, items: tuple[Item, ...], path: str
    ) -> Iterator[tuple[Item, ...]]:
        """Yield sequences that some first lines of all streams fit, the shortest first."""
        for item, after in self._next(streams, f"{path}{len(items)}", nested=True):
            yield (*items, item)
            if len(items) + 1 < _BODY:
                yield from self._bodies(after, (*items, item), path)

    def _next(
        self, streams: _Streams, path: str, *, nested: bool
    ) -> Iterator[tuple[Item, _Streams]]:
        """Yield what may stand next in all streams, and the streams after it."""
        self.steps += 1
        if self.steps > _STEPS:
            return
        counts = _counts(streams)
        varied = [pair for pair in counts if len(set(pair[1])) > 1]
        constant = [pair for pair in counts if len(set(pair[1])) == 1]
        for count, values in varied:
            yield from self._repeats(streams, path, count, values)
        if all(stream.left for stream in streams):
            heads = [[stream.lines[stream.at]] for stream in streams]
            for line in _lines(heads, streams, path, free=self.free):
                after = _advance(streams, (line,), [1] * len(streams))
                if after is not None:
                    yield line, after
        for count, values in constant:
            if values[0] > 1:
                yield from self._repeats(streams, path, count, values)
        if self.free and not nested:
            yield from self._repeats(streams, path, None, [stream.left for stream in streams])

    def _repeats(
        self, streams: _Streams, path: str, count: Count | None, values: list[int]
    ) -> Iterator[tuple[Item, _Streams]]:
        if not any(values) or any(
            value < 0 or value > stream.left for value, stream in zip(values, streams, strict=True)
        ):
            return
        blocks = [
            stream.lines[stream.at : stream.at + value]
            for stream, value in zip(streams, values, strict=True)
        ]
        for line in _lines(blocks, streams, f"{path}.0", free=self.free):
            after = _advance(streams, (line,), values)
            if after is not None:
                yield Repeat(count=count, body=(line,)), after
        if count is None or sum(values) < 2 or path.count(".") > 1:
            return
        firsts = [stream for stream, value in zip(streams, values, strict=True) if value]
        for body in self._bodies(firsts, (), f"{path}."):
            if len(body) == 1 and not isinstance(body[0], Repeat):
                continue
            after = _advance(streams, body, values)
            if after is not None:
                yield Repeat(count=count, body=body), after


def _advance(streams: _Streams, body: tuple[Item, ...], times: list[int]) -> _Streams | None:
    found = []
    for stream, count in zip(streams, times, strict=True):
        reader = Reader(stream.lines, stream.at)
        reader.known = dict(stream.known)
        for _ in range(count):
            if reader.items(body) is None:
                return None
        # What a round binds is not known after the rounds; a single line's fields are.
        known = reader.known if times == [1] * len(times) else stream.known
        found.append(_Stream(stream.lines, reader.at, known))
    return found


def _counts(streams: _Streams) -> list[tuple[Count, list[int]]]:
    """Return what may be a count, the latest field and the simplest term first."""
    names = [
        name
        for name in reversed(streams[0].known)
        if all(name in stream.known for stream in streams)
    ]
    simple = [Count(names=(name,)) for name in names]
    terms = [Count(names=(name,), plus=plus) for plus in (-1, 1) for name in names]
    terms += [Count(names=(name,), times=2) for name in names]
    terms += [Count(names=pair) for pair in combinations(names, 2)]
    found = [(count, [count.value(s.known) for s in streams]) for count in (*simple, *terms)]
    return [pair for pair in found if min(pair[1]) >= 0]


_Blocks = list[list[list[str]]]
"""For each stream, some lines that should look alike."""


def _lines(blocks: _Blocks, streams: _Streams, path: str, *, free: bool) -> Iterator[Line | Forms]:
    """Yield the lines that all lines of all blocks may be."""
    every = [words for block in blocks for words in block]
    sizes = {len(words) for words in every}
    if len(sizes) == 1:
        (size,) = sizes
        forms = _forms(every, path)
        if forms is not None:
            yield forms
        counted = _outer_count(blocks, streams, 0) if size else None
        found = [_fixed(every, size, path)]
        if counted is not None:
            # A line of many fields is a tail whose count was the same in all examples.
            found.insert(int(size < _WIDE), Line(tail=_field(every, 0, f"{path}.t"), count=counted))
        yield from found
        return
    least = min(sizes)
    for prefix in range(min(_PREFIX, least) + 1):
        count = _outer_count(blocks, streams, prefix) or _inner_count(every, prefix, path)
        if count is not None:
            yield _tailed(every, prefix, path, count)
    forms = _forms(every, path)
    if forms is not None:
        yield forms
    if free:
        yield _tailed(every, 0, path, None)


def _fixed(every: list[list[str]], size: int, path: str) -> Line:
    return Line(
        fields=tuple(_field([w[i : i + 1] for w in every], 0, f"{path}.{i}") for i in range(size))
    )


def _tailed(every: list[list[str]], prefix: int, path: str, count: Count | None) -> Line:
    return Line(
        fields=_fixed([words[:prefix] for words in every], prefix, path).fields,
        tail=_field(every, prefix, f"{path}.t"),
        count=count,
    )


def _outer_count(blocks: _Blocks, streams: _Streams, prefix: int) -> Count | None:
    for count, values in _counts(streams):
        if all(
            len(words) - prefix == value
            for block, value in zip(blocks, values, strict=True)
            for words in block
        ):
            return count
    return None


def _inner_count(every: list[list[str]], prefix: int, path: str) -> Count | None:
    if not prefix:
        return None
    for plus in (0, -1, 1):
        if all(words[prefix - 1] == str(len(words) - prefix - plus) for words in every):
            return Count(names=(f"{path}.{prefix - 1}",), plus=plus)
    return None


def _forms(every: list[list[str]], path: str) -> Forms | None:
    """Return the forms that the first words tell apart, if so few words can be tags."""
    if not all(every):
        return None
    tags = sorted({words[0] for words in every})
    numeric = any(tag.lstrip("-").isdigit() for tag in tags)
    if not 2 <= len(tags) <= _TAGS or len(every) < 2 * len(tags):
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
        line = _fixed(group, len(group[0]), f"{path}.{number}")
        first = Field(name=line.fields[0].name, low=len(tag), high=len(tag), choices=(tag,))
        forms.append(line.model_copy(update={"fields": (first, *line.fields[1:])}))
    return Forms(forms=tuple(forms))


def _field(every: list[list[str]], start: int, name: str) -> Field:
    """Return a field by the look of its tokens; `fitting` says the rest."""
    tokens = (token for words in every for token in words[start:])
    integers = all(isinstance(_INT.parse(token), int) for token in tokens)
    return Field(name=name, kind=Kind.INT if integers else Kind.WORD)


_INT = Field(name="", kind=Kind.INT)

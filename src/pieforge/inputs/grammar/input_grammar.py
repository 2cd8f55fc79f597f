"""The shape of a problem's inputs: which lines, of which fields, how many, in which ranges.

A shape is data. It reads an input into a document, lists of values that lie as its items lie,
and `render` writes the document back byte for byte. `inference` finds a shape from examples.

    Line      fields, then perhaps a tail of equal fields, counted by an earlier value
    Forms     one of several lines, told apart by its first word: `push 5`, `pop`
    Repeat    a body, as often as an earlier value says, or until the input ends
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, cast

from pydantic import Field as Setting

from pieforge.inputs.grammar.fields import Count, Field, Kind, Value, split_lines
from pieforge.records import Frozen

__all__ = [
    "Count",
    "Document",
    "Field",
    "Forms",
    "Item",
    "Kind",
    "Line",
    "Reader",
    "Repeat",
    "Shape",
    "Value",
    "split_lines",
]

Document = list[object]
"""A Line or Forms is a list of values; a Repeat is a list of documents, one a round."""


class Line(Frozen):
    """One line: fields, then perhaps a tail of any number of equal fields.

    Attributes:
        count: Of the tail; None where nothing gives it.
        free: Then the range of that count.
        ordered: Pairs of fields of which the first never exceeds the second; True if strictly.
        different: Pairs of fields that are never equal.
    """

    item: Literal["line"] = "line"
    fields: tuple[Field, ...] = ()
    tail: Field | None = None
    count: Count | None = None
    free: Field | None = None
    ordered: tuple[tuple[int, int, bool], ...] = ()
    different: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """Return a name that no other line of the shape has."""
        fields = (*self.fields, self.tail) if self.tail is not None else self.fields
        return fields[0].name.rpartition(".")[0] if fields else ""

    def changed(self, change: "Callable[[Field], Field]") -> "Line":
        """Return the line with every field changed."""
        return self.model_copy(
            update={
                "fields": tuple(change(field) for field in self.fields),
                "tail": self.tail and change(self.tail),
                "free": self.free and change(self.free),
            }
        )


class Forms(Frozen):
    """A line in one of several forms; the first field of each is its tag."""

    item: Literal["forms"] = "forms"
    forms: tuple[Line, ...]

    def form(self, tag: str) -> Line | None:
        """Return the form that a line with that first word has."""
        return next((form for form in self.forms if tag in form.fields[0].choices), None)


class Repeat(Frozen):
    """A body, several times.

    Attributes:
        count: None where it goes on to the end of the input.
        free: Then the range of how often.
        tree: Whether the first two fields of its lines are the edges of a tree on that many nodes.
    """

    item: Literal["repeat"] = "repeat"
    count: Count | None = None
    free: Field | None = None
    body: "tuple[Item, ...]"
    tree: Count | None = None


Item = Annotated[Line | Forms | Repeat, Setting(discriminator="item")]


class Shape(Frozen):
    """What a problem's inputs look like.

    Attributes:
        plain: Whether the examples fit no shape: then an input is only words and blanks, and
            `items` is empty.
    """

    items: tuple[Item, ...] = ()
    plain: bool = False

    @property
    def counters(self) -> frozenset[str]:
        """Names of the fields that say how many of something there are."""
        return frozenset(name for count in _counts(self.items) for name in count.names)

    def fields(self) -> Iterator[Field]:
        """Yield all fields in the order in which they stand."""
        yield from _fields(self.items)

    def lines(self) -> Iterator[Line]:
        """Yield all lines, each form of a line too."""
        yield from _lines(self.items)

    def changed(self, change: Callable[[Field], Field]) -> "Shape":
        """Return the shape with every field changed."""
        return self.with_lines(lambda line: line.changed(change))

    def with_lines(self, change: Callable[[Line], Line]) -> "Shape":
        """Return the shape with every line changed."""
        return self.model_copy(update={"items": _with_lines(self.items, change)})

    def read(self, data: bytes) -> Document | None:
        """Return the document of an input, or None where the input has another shape."""
        lines = split_lines(data)
        if lines is None or self.plain:
            return None
        reader = Reader(lines, strict=True)
        document = reader.items(self.items)
        return document if document is not None and reader.at == len(lines) else None

    def render(self, document: Document) -> bytes:
        """Return the input that a document stands for."""
        written: list[str] = []
        _write(self.items, document, written)
        return "".join(line + "\n" for line in written).encode("latin-1")


class Reader:
    """Reads items off the lines of an input, and keeps the integers that counts refer to.

    Attributes:
        strict: Whether a word where a number belongs does not fit; else it is read as a word.
        at: The next line.
    """

    def __init__(self, lines: list[list[str]], at: int = 0, *, strict: bool = False) -> None:
        self.lines = lines
        self.at = at
        self.strict = strict
        self.known: dict[str, int] = {}

    def items(self, items: tuple[Item, ...]) -> Document | None:
        """Read one after another; None where a line does not fit."""
        found: Document = []
        for item in items:
            part = self._repeat(item) if isinstance(item, Repeat) else self._line(item)
            if part is None:
                return None
            found.append(part)
        return found

    def _repeat(self, repeat: Repeat) -> Document | None:
        rounds: Document = []
        wanted = None
        if repeat.count is not None:
            wanted = self._count(repeat.count)
            if wanted is None or not 0 <= wanted <= len(self.lines):
                return None
        while len(rounds) != wanted if wanted is not None else self.at < len(self.lines):
            part = self.items(repeat.body)
            if part is None:
                return None
            rounds.append(part)
        return rounds

    def _line(self, item: Line | Forms) -> list[Value] | None:
        if self.at >= len(self.lines):
            return None
        words = self.lines[self.at]
        line = item if isinstance(item, Line) else item.form(words[0]) if words else None
        if line is None or len(words) < len(line.fields):
            return None
        values: list[Value] = []
        for field, word in zip(line.fields, words, strict=False):
            value = field.parse(word)
            if isinstance(value, int):
                self.known[field.name] = value
            values.append(value)
        rest = words[len(values) :]
        if not self._fits(line, len(rest)):
            return None
        if line.tail is not None:
            values += [line.tail.parse(word) for word in rest]
        if self.strict and not _kinds_fit(line, values):
            return None
        self.at += 1
        return values

    def _fits(self, line: Line, rest: int) -> bool:
        if line.tail is None:
            return rest == 0
        if line.count is None:
            return True
        return self._count(line.count) == rest

    def _count(self, count: Count) -> int | None:
        if any(name not in self.known for name in count.names):
            return None
        return count.value(self.known)


def _kinds_fit(line: Line, values: list[Value]) -> bool:
    numbers = [field.kind is not Kind.WORD for field in line.fields]
    if line.tail is not None:
        numbers += [line.tail.kind is not Kind.WORD] * (len(values) - len(numbers))
    return not any(
        number and isinstance(value, str) for number, value in zip(numbers, values, strict=True)
    )


def _write(items: tuple[Item, ...], document: Document, written: list[str]) -> None:
    for item, part in zip(items, document, strict=True):
        if not isinstance(item, Repeat):
            written.append(_words(item, cast("list[Value]", part)))
            continue
        rounds = cast("list[Document]", part)
        nested = len(item.body) > 1 or isinstance(item.body[0], Repeat)
        if nested or any(field.kind is Kind.DECIMAL for field in _fields(item.body)):
            for inner in rounds:
                _write(item.body, inner, written)
        else:
            # Most values of most inputs stand here, and all of them are written as they are.
            written += [" ".join(map(str, cast("list[Value]", row))) for (row,) in rounds]


def _words(item: Line | Forms, values: list[Value]) -> str:
    line = item if isinstance(item, Line) else item.form(str(values[0])) or item.forms[0]
    size = len(line.fields)
    words = [field.write(value) for field, value in zip(line.fields, values, strict=False)]
    if line.tail is not None:
        write = line.tail.write if line.tail.kind is Kind.DECIMAL else str
        words += map(write, values[size:])
    return " ".join(words)


def _fields(items: tuple[Item, ...]) -> Iterator[Field]:
    for line in _lines(items):
        yield from line.fields
        if line.tail is not None:
            yield line.tail


def _lines(items: tuple[Item, ...]) -> Iterator[Line]:
    for item in items:
        if isinstance(item, Repeat):
            yield from _lines(item.body)
        else:
            yield from (item,) if isinstance(item, Line) else item.forms


def _with_lines(items: tuple[Item, ...], change: Callable[[Line], Line]) -> tuple[Item, ...]:
    found: list[Item] = []
    for item in items:
        if isinstance(item, Repeat):
            found.append(item.model_copy(update={"body": _with_lines(item.body, change)}))
        elif isinstance(item, Forms):
            found.append(Forms(forms=tuple(change(line) for line in item.forms)))
        else:
            found.append(change(item))
    return tuple(found)


def _counts(items: tuple[Item, ...]) -> Iterator[Count]:
    for item in items:
        if isinstance(item, Repeat):
            if item.count is not None:
                yield item.count
            yield from _counts(item.body)
        for line in _lines((item,)) if not isinstance(item, Repeat) else ():
            if line.count is not None:
                yield line.count
            fields = (*line.fields, line.tail) if line.tail is not None else line.fields
            yield from (field.length for field in fields if field.length is not None)

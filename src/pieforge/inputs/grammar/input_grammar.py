"""The grammar of a problem's inputs: which lines, of which fields, how many, in which ranges.

A grammar is data. It reads an input into a document, lists of values that lie as its items lie,
and `render` writes the document back byte for byte. `inference` finds a grammar from examples.

    Line      fields, then perhaps a tail of equal fields, counted by an earlier value
    Forms     one of several lines, told apart by its first word: `push 5`, `pop`
    Repeat    a body, as often as an earlier value says, or until the input ends
"""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal, cast

from pydantic import Field as Setting

from pieforge.inputs.grammar.fields import (
    CountExpression,
    FieldKind,
    FieldValue,
    InputField,
    split_lines,
)
from pieforge.records import FrozenModel

__all__ = [
    "CountExpression",
    "FieldKind",
    "FieldValue",
    "GrammarItem",
    "InputField",
    "InputGrammar",
    "InputReader",
    "Line",
    "ParsedInput",
    "Repeat",
    "TaggedLine",
    "split_lines",
]

ParsedInput = list[object]
"""A Line or Forms is a list of values; a Repeat is a list of documents, one a round."""


class Line(FrozenModel):
    """One line: fields, then perhaps a tail of any number of equal fields.

    Attributes:
        count: Of the tail; None where nothing gives it.
        free: Then the range of that count.
        ordered: Pairs of fields of which the first never exceeds the second; True if strictly.
        different: Pairs of fields that are never equal.
    """

    item: Literal["line"] = "line"
    fields: tuple[InputField, ...] = ()
    tail: InputField | None = None
    count: CountExpression | None = None
    free: InputField | None = None
    ordered: tuple[tuple[int, int, bool], ...] = ()
    different: tuple[tuple[int, int], ...] = ()

    @property
    def name(self) -> str:
        """Return a name that no other line of the grammar has."""
        fields = (*self.fields, self.tail) if self.tail is not None else self.fields
        return fields[0].name.rpartition(".")[0] if fields else ""

    def map_fields(self, change: "Callable[[InputField], InputField]") -> "Line":
        """Return the line with every field changed."""
        return self.model_copy(
            update={
                "fields": tuple(change(field) for field in self.fields),
                "tail": self.tail and change(self.tail),
                "free": self.free and change(self.free),
            }
        )


class TaggedLine(FrozenModel):
    """A line in one of several forms; the first field of each is its tag."""

    item: Literal["forms"] = "forms"
    forms: tuple[Line, ...]

    def find_form(self, tag: str) -> Line | None:
        """Return the form that a line with that first word has."""
        return next((form for form in self.forms if tag in form.fields[0].choices), None)


class Repeat(FrozenModel):
    """A body, several times.

    Attributes:
        count: None where it goes on to the end of the input.
        free: Then the range of how often.
        tree: Whether the first two fields of its lines are the edges of a tree on that many nodes.
    """

    item: Literal["repeat"] = "repeat"
    count: CountExpression | None = None
    free: InputField | None = None
    body: "tuple[GrammarItem, ...]"
    tree: CountExpression | None = None


GrammarItem = Annotated[Line | TaggedLine | Repeat, Setting(discriminator="item")]


class InputGrammar(FrozenModel):
    """What a problem's inputs look like.

    Attributes:
        unstructured: Whether the examples fit no grammar: then an input is only words and blanks,
            and `items` is empty.
    """

    items: tuple[GrammarItem, ...] = ()
    unstructured: bool = False

    @property
    def counters(self) -> frozenset[str]:
        """Names of the fields that say how many of something there are."""
        return frozenset(name for count in _iter_counts(self.items) for name in count.names)

    def iter_fields(self) -> Iterator[InputField]:
        """Yield all fields in the order in which they stand."""
        yield from _iter_fields(self.items)

    def iter_lines(self) -> Iterator[Line]:
        """Yield all lines, each form of a line too."""
        yield from _iter_lines(self.items)

    def map_fields(self, change: Callable[[InputField], InputField]) -> "InputGrammar":
        """Return the grammar with every field changed."""
        return self.map_lines(lambda line: line.map_fields(change))

    def map_lines(self, change: Callable[[Line], Line]) -> "InputGrammar":
        """Return the grammar with every line changed."""
        return self.model_copy(update={"items": _map_lines(self.items, change)})

    def parse(self, data: bytes) -> ParsedInput | None:
        """Return the document of an input, or None where the input has another grammar."""
        lines = split_lines(data)
        if lines is None or self.unstructured:
            return None
        reader = InputReader(lines, strict=True)
        document = reader.read_items(self.items)
        return document if document is not None and reader.at == len(lines) else None

    def render(self, document: ParsedInput) -> bytes:
        """Return the input that a document stands for."""
        written: list[str] = []
        _render_items(self.items, document, written)
        return "".join(line + "\n" for line in written).encode("latin-1")


class InputReader:
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

    def read_items(self, items: tuple[GrammarItem, ...]) -> ParsedInput | None:
        """Read one after another; None where a line does not fit."""
        found: ParsedInput = []
        for item in items:
            part = self._read_repeat(item) if isinstance(item, Repeat) else self._read_line(item)
            if part is None:
                return None
            found.append(part)
        return found

    def _read_repeat(self, repeat: Repeat) -> ParsedInput | None:
        rounds: ParsedInput = []
        wanted = None
        if repeat.count is not None:
            wanted = self._evaluate_count(repeat.count)
            if wanted is None or not 0 <= wanted <= len(self.lines):
                return None
        while len(rounds) != wanted if wanted is not None else self.at < len(self.lines):
            part = self.read_items(repeat.body)
            if part is None:
                return None
            rounds.append(part)
        return rounds

    def _read_line(self, item: Line | TaggedLine) -> list[FieldValue] | None:
        if self.at >= len(self.lines):
            return None
        words = self.lines[self.at]
        line = item if isinstance(item, Line) else item.find_form(words[0]) if words else None
        if line is None or len(words) < len(line.fields):
            return None
        values: list[FieldValue] = []
        for field, word in zip(line.fields, words, strict=False):
            value = field.parse(word)
            if isinstance(value, int):
                self.known[field.name] = value
            values.append(value)
        rest = words[len(values) :]
        if not self._has_expected_tail(line, len(rest)):
            return None
        if line.tail is not None:
            values += [line.tail.parse(word) for word in rest]
        if self.strict and not _has_matching_kinds(line, values):
            return None
        self.at += 1
        return values

    def _has_expected_tail(self, line: Line, rest: int) -> bool:
        if line.tail is None:
            return rest == 0
        if line.count is None:
            return True
        return self._evaluate_count(line.count) == rest

    def _evaluate_count(self, count: CountExpression) -> int | None:
        if any(name not in self.known for name in count.names):
            return None
        return count.evaluate(self.known)


def _has_matching_kinds(line: Line, values: list[FieldValue]) -> bool:
    numbers = [field.kind is not FieldKind.WORD for field in line.fields]
    if line.tail is not None:
        numbers += [line.tail.kind is not FieldKind.WORD] * (len(values) - len(numbers))
    return not any(
        number and isinstance(value, str) for number, value in zip(numbers, values, strict=True)
    )


def _render_items(
    items: tuple[GrammarItem, ...], document: ParsedInput, written: list[str]
) -> None:
    for item, part in zip(items, document, strict=True):
        if not isinstance(item, Repeat):
            written.append(_render_line(item, cast("list[FieldValue]", part)))
            continue
        rounds = cast("list[ParsedInput]", part)
        nested = len(item.body) > 1 or isinstance(item.body[0], Repeat)
        if nested or any(field.kind is FieldKind.DECIMAL for field in _iter_fields(item.body)):
            for inner in rounds:
                _render_items(item.body, inner, written)
        else:
            # Most values of most inputs stand here, and all of them are written as they are.
            written += [" ".join(map(str, cast("list[FieldValue]", row))) for (row,) in rounds]


def _render_line(item: Line | TaggedLine, values: list[FieldValue]) -> str:
    line = item if isinstance(item, Line) else item.find_form(str(values[0])) or item.forms[0]
    size = len(line.fields)
    words = [field.write(value) for field, value in zip(line.fields, values, strict=False)]
    if line.tail is not None:
        write = line.tail.write if line.tail.kind is FieldKind.DECIMAL else str
        words += map(write, values[size:])
    return " ".join(words)


def _iter_fields(items: tuple[GrammarItem, ...]) -> Iterator[InputField]:
    for line in _iter_lines(items):
        yield from line.fields
        if line.tail is not None:
            yield line.tail


def _iter_lines(items: tuple[GrammarItem, ...]) -> Iterator[Line]:
    for item in items:
        if isinstance(item, Repeat):
            yield from _iter_lines(item.body)
        else:
            yield from (item,) if isinstance(item, Line) else item.forms


def _map_lines(
    items: tuple[GrammarItem, ...], change: Callable[[Line], Line]
) -> tuple[GrammarItem, ...]:
    found: list[GrammarItem] = []
    for item in items:
        if isinstance(item, Repeat):
            found.append(item.model_copy(update={"body": _map_lines(item.body, change)}))
        elif isinstance(item, TaggedLine):
            found.append(TaggedLine(forms=tuple(change(line) for line in item.forms)))
        else:
            found.append(change(item))
    return tuple(found)


def _iter_counts(items: tuple[GrammarItem, ...]) -> Iterator[CountExpression]:
    for item in items:
        if isinstance(item, Repeat):
            if item.count is not None:
                yield item.count
            yield from _iter_counts(item.body)
        for line in _iter_lines((item,)) if not isinstance(item, Repeat) else ():
            if line.count is not None:
                yield line.count
            fields = (*line.fields, line.tail) if line.tail is not None else line.fields
            yield from (field.length for field in fields if field.length is not None)

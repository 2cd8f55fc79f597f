"""The grammar of a problem's inputs: which lines, of which fields, how many, in which ranges.

A grammar is data. `parse` turns an input into lists of values nested like the grammar's items;
`render` restores the same bytes, with single blanks and a newline after every line. `inference`
finds a grammar from examples.

    Line          fields, then optionally a tail of equal fields, counted by an earlier value
    TaggedLine    one of several lines, distinguished by the first word: `push 5`, `pop`
    Repeat        a body, as often as an earlier value says, or until the input ends
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pieforge.inputs.grammar.fields import (
    CountExpression,
    FieldKind,
    FieldValue,
    InputField,
    split_lines,
)
from pieforge.inputs.grammar.items import (
    GrammarItems,
    Line,
    MisfitError,
    ParsedInput,
    Repeat,
    Row,
    TaggedLine,
    find_form,
    flatten_items,
    map_items,
)
from pieforge.records import FrozenModel

PLAIN_INPUTS = (
    "the format of the package's tests is not understood; further inputs rearrange their words"
)
"""Why an unstructured grammar is worth a message."""


class InputGrammar(FrozenModel):
    """What a problem's inputs look like.

    Attributes:
        unstructured: Whether the examples fit no grammar. Then an input is only words and blanks,
            and `items` is empty.
    """

    items: GrammarItems = ()
    unstructured: bool = False

    @property
    def kind(self) -> Literal["inferred", "plain"]:
        """Whether the format is understood, as rows say it."""
        return "plain" if self.unstructured else "inferred"

    @property
    def counters(self) -> frozenset[str]:
        """Names of the fields that say how many of something there are."""
        counts = [item.count for item in flatten_items(self.items)]
        counts += [one.length for one in self.iter_fields()]
        return frozenset(name for count in counts if count for name in count.names)

    @property
    def counter_fields(self) -> list[InputField]:
        """The fields that say how many of something there are."""
        counters = self.counters
        return [one for one in self.iter_fields() if one.name in counters]

    def iter_fields(self) -> Iterator[InputField]:
        """Yield all fields in the order in which they stand."""
        for line in self.iter_lines():
            yield from line.all_fields

    def iter_lines(self) -> Iterator[Line]:
        """Yield all lines, and all forms of tagged lines."""
        return (item for item in flatten_items(self.items) if isinstance(item, Line))

    def map_lines(self, change: Callable[[Line], Line]) -> "InputGrammar":
        """Return the grammar with every line changed."""
        return self.model_copy(update={"items": map_items(self.items, change)})

    def replace_field(self, name: str, **changes: object) -> "InputGrammar":
        """Return the grammar with attributes of one field replaced."""

        def change(one: InputField) -> InputField:
            return one.model_copy(update=changes) if one.name == name else one

        return self.map_lines(lambda line: line.map_fields(change))

    def parse(self, data: bytes) -> ParsedInput | None:
        """Return the values of an input, or None where the input has another grammar."""
        lines = split_lines(data)
        if lines is None or self.unstructured:
            return None
        try:
            return InputReader(lines, strict=True).read_to_end(self.items)
        except MisfitError:
            return None

    def render(self, document: ParsedInput) -> bytes:
        """Return the input of a parsed input."""
        written: list[str] = []
        # Without decimals, which most grammars do not have, values are written as they are.
        plain = all(one.kind is not FieldKind.DECIMAL for one in self.iter_fields())
        _render_items(self.items, document, written, plain=plain)
        return "".join(line + "\n" for line in written).encode("latin-1")


@dataclass
class InputReader:
    """Reads items off the lines of an input, and keeps the integers that counts refer to.

    Attributes:
        lines: The words of each line.
        at: Index of the next line.
        known: Integers read so far, by the names of their fields.
        strict: Whether a word in the position of a number is an error; else it is read as a word.
    """

    lines: list[list[str]]
    at: int = 0
    known: dict[str, int] = field(default_factory=dict)
    strict: bool = False

    @property
    def left(self) -> int:
        """How many lines are not read yet."""
        return len(self.lines) - self.at

    def read_to_end(self, items: GrammarItems) -> ParsedInput:
        """Read items that are all that is left.

        Raises:
            MisfitError: A line does not fit, or lines with words are left.
        """
        document = self.read_items(items)
        if any(self.lines[self.at :]):  # empty lines at the end mean nothing
            raise MisfitError
        return document

    def read_items(self, items: GrammarItems) -> ParsedInput:
        """Read items one after another.

        Raises:
            MisfitError: A line does not fit.
        """
        return [
            self._read_repeat(item) if isinstance(item, Repeat) else self._read_line(item)
            for item in items
        ]

    def _read_repeat(self, repeat: Repeat) -> ParsedInput:
        rounds: ParsedInput = []
        wanted = None if repeat.count is None else self._evaluate_count(repeat.count)
        if wanted is not None and not 0 <= wanted <= len(self.lines):
            raise MisfitError
        while self.left if wanted is None else len(rounds) < wanted:
            rounds.append(self.read_items(repeat.body))
        return rounds

    def _read_line(self, item: Line | TaggedLine) -> Row:
        if not self.left:
            raise MisfitError
        words = self.lines[self.at]
        line = find_form(item, words)
        size = len(line.fields)
        if len(words) < size or (line.tail is None and len(words) > size):
            raise MisfitError
        values = [self._parse(*pair) for pair in zip(line.fields, words, strict=False)]
        line.bind_values(values, self.known)
        if line.tail is not None:
            # The count may be a field of this very line, so it is evaluated after the fields.
            if line.count is not None and self._evaluate_count(line.count) != len(words) - size:
                raise MisfitError
            values += [self._parse(line.tail, word) for word in words[size:]]
        self.at += 1
        return values

    def _parse(self, one: InputField, word: str) -> FieldValue:
        value = one.parse(word)
        if self.strict and isinstance(value, str) and one.kind is not FieldKind.WORD:
            raise MisfitError
        return value

    def _evaluate_count(self, count: CountExpression) -> int:
        try:
            return count.evaluate(self.known)
        except KeyError:
            raise MisfitError from None


def _render_items(
    items: GrammarItems, document: ParsedInput, written: list[str], *, plain: bool
) -> None:
    for item, part in zip(items, document, strict=True):
        if not isinstance(item, Repeat):
            words = map(str, part) if plain else _write_words(find_form(item, part), part)
            written.append(" ".join(words))
        elif plain and len(item.body) == 1 and not isinstance(item.body[0], Repeat):
            # Most values of most inputs are here, so this case has a loop of its own.
            written += [" ".join(map(str, row)) for (row,) in part]
        else:
            for inner in part:
                _render_items(item.body, inner, written, plain=plain)


def _write_words(line: Line, values: Row) -> list[str]:
    return [line.find_field(index).write(value) for index, value in enumerate(values)]

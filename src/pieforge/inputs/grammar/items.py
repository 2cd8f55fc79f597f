"""What a grammar consists of: lines of fields, lines in several forms, repeated items."""

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any, Literal, cast

from pydantic import Field

from pieforge.inputs.grammar.fields import CountExpression, FieldValue, InputField
from pieforge.records import FrozenModel

ParsedInput = list[Any]
"""For a Line or TaggedLine a list of values; for a Repeat a list of ParsedInputs, one a round."""
Row = list[FieldValue]
"""The values of one line."""


class MisfitError(ValueError):
    """A line of an input does not fit the grammar."""


class Line(FrozenModel):
    """One line: fields, then optionally a tail of any number of equal fields.

    Attributes:
        count: Length of the tail; None where no earlier value gives it.
        free: The range of that length where `count` is None.
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
    def forms(self) -> "tuple[Line, ...]":
        """The line itself, so that a line and a tagged line can be treated the same."""
        return (self,)

    @property
    def all_fields(self) -> tuple[InputField, ...]:
        """The fields, and that of the tail."""
        return self.fields if self.tail is None else (*self.fields, self.tail)

    @property
    def name(self) -> str:
        """A name that no other line of the grammar has."""
        return self.all_fields[0].name.rpartition(".")[0] if self.all_fields else ""

    def find_field(self, index: int) -> InputField:
        """Return the field of the value at an index; one behind the fields is in the tail."""
        if self.tail is not None and index >= len(self.fields):
            return self.tail
        return self.fields[index]

    def bind_values(self, values: Row, known: dict[str, int]) -> None:
        """Add the integers of the fields (not of the tail) to the known values, by name."""
        for one, value in zip(self.fields, values, strict=False):
            if isinstance(value, int):
                known[one.name] = value

    def map_fields(self, change: Callable[[InputField], InputField]) -> "Line":
        """Return the line with every field changed."""
        return self.model_copy(
            update={
                "fields": tuple(map(change, self.fields)),
                "tail": self.tail and change(self.tail),
                "free": self.free and change(self.free),
            }
        )


class TaggedLine(FrozenModel):
    """A line in one of several forms; the first field of each is its tag."""

    item: Literal["forms"] = "forms"
    forms: tuple[Line, ...]

    @property
    def tags(self) -> list[str]:
        """The tag of each form."""
        return [form.fields[0].choices[0] for form in self.forms]


class Repeat(FrozenModel):
    """A body, several times.

    Attributes:
        count: How often; None where it goes on to the end of the input.
        free: The range of how often where `count` is None.
        tree: Number of nodes, where the first two fields of the lines are the edges of a tree.
    """

    item: Literal["repeat"] = "repeat"
    count: CountExpression | None = None
    free: InputField | None = None
    body: "tuple[GrammarItem, ...]"
    tree: CountExpression | None = None

    @property
    def name(self) -> str:
        """A name that no other repeat of the grammar has."""
        first = self.body[0]
        return (first.name if isinstance(first, Repeat) else first.forms[0].name) + "#"

    @property
    def is_table(self) -> bool:
        """Whether the rounds are single lines without tails, so that values form columns."""
        first = self.body[0]
        return (
            len(self.body) == 1
            and not isinstance(first, Repeat)
            and all(line.tail is None for line in first.forms)
        )

    def split_table(self, rounds: ParsedInput) -> Iterator[tuple[Line, list[Row]]]:
        """Yield each form of a table's lines with its rows."""
        item = cast("Line | TaggedLine", self.body[0])
        for line in item.forms:
            yield line, [row for (row,) in rounds if find_form(item, row) is line]


GrammarItem = Annotated[Line | TaggedLine | Repeat, Field(discriminator="item")]
GrammarItems = tuple[GrammarItem, ...]


def find_form(item: Line | TaggedLine, words: Sequence[FieldValue]) -> Line:
    """Return the form of a line with these words.

    Raises:
        MisfitError: No form has the first word as its tag.
    """
    if isinstance(item, Line):
        return item
    for form in item.forms:
        if words and words[0] in form.fields[0].choices:
            return form
    raise MisfitError


def map_items(
    items: GrammarItems,
    change_line: Callable[[Line], Line],
    change_repeat: Callable[[Repeat], Repeat] = lambda repeat: repeat,
) -> GrammarItems:
    """Return items with every line changed, and every repeat after its body."""

    def change(item: GrammarItem) -> GrammarItem:
        if isinstance(item, Line):
            return change_line(item)
        if isinstance(item, TaggedLine):
            return TaggedLine(forms=tuple(map(change_line, item.forms)))
        return change_repeat(item.model_copy(update={"body": tuple(map(change, item.body))}))

    return tuple(map(change, items))


def flatten_items(items: GrammarItems) -> Iterator[Line | Repeat]:
    """Yield all repeats, lines, and forms of lines."""
    for item in items:
        if isinstance(item, Repeat):
            yield item
            yield from flatten_items(item.body)
        else:
            yield from item.forms

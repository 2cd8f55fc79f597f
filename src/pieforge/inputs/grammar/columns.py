"""The values of documents, put together by the fields that they are of."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.grammar.input_grammar import Document, Forms, Item, Line, Repeat, Value


@dataclass(frozen=True)
class Column:
    """The values of one field in one place: a tail, a column of a table, or a single value."""

    known: Mapping[str, int]
    values: list[Value]


class Columns:
    """The columns of every field, and the rows of every line, over all examples."""

    def __init__(self) -> None:
        self.of: dict[str, list[Column]] = defaultdict(list)
        self.rows: dict[str, list[list[Value]]] = defaultdict(list)
        self.tables: dict[str, list[tuple[Mapping[str, int], list[list[Value]]]]]
        self.tables = defaultdict(list)
        self.counts: dict[str, list[int]] = defaultdict(list)

    def collect(self, items: tuple[Item, ...], document: Document, known: dict[str, int]) -> None:
        """Add all values of a document; `known` gains the integers that stand alone."""
        for item, part in zip(items, document, strict=True):
            if isinstance(item, Repeat):
                self._repeat(item, cast("list[Document]", part), known)
            else:
                values = cast("list[Value]", part)
                line = item if isinstance(item, Line) else _form(item, values)
                self._line(line, values, known)

    def _line(self, line: Line, values: list[Value], known: dict[str, int]) -> None:
        self.rows[line.name].append(values)
        for field, value in zip(line.fields, values, strict=False):
            self.of[field.name].append(Column(dict(known), [value]))
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is not None:
            self.of[line.tail.name].append(Column(dict(known), values[len(line.fields) :]))
            self.counts[line.name].append(len(values) - len(line.fields))

    def _repeat(self, repeat: Repeat, rounds: list[Document], known: dict[str, int]) -> None:
        self.counts[repeat_name(repeat)].append(len(rounds))
        if not is_table(repeat):
            for part in rounds:
                self.collect(repeat.body, part, known)
            return
        (item,) = repeat.body
        rows = [cast("list[Value]", part[0]) for part in rounds]
        for line in (item,) if isinstance(item, Line) else cast("Forms", item).forms:
            mine = rows if isinstance(item, Line) else [r for r in rows if form_takes(line, r)]
            self.rows[line.name] += mine
            self.tables[line.name].append((dict(known), mine))
            for index, field in enumerate(line.fields):
                self.of[field.name].append(Column(dict(known), [row[index] for row in mine]))


def is_table(repeat: Repeat) -> bool:
    """Say whether a repeat's rounds are single lines without tails: its values lie in columns."""
    if len(repeat.body) != 1:
        return False
    (item,) = repeat.body
    lines = item.forms if isinstance(item, Forms) else (item,)
    return all(isinstance(line, Line) and line.tail is None for line in lines)


def form_takes(line: Line, row: list[Value]) -> bool:
    """Say whether a row has the tag of a form."""
    return row[0] in line.fields[0].choices


def repeat_name(repeat: Repeat) -> str:
    """Return a name that no other repeat of the shape has."""
    first = repeat.body[0]
    if isinstance(first, Repeat):
        return repeat_name(first) + "#"
    return (first if isinstance(first, Line) else first.forms[0]).name + "#"


def _form(forms: Forms, values: list[Value]) -> Line:
    return next(line for line in forms.forms if form_takes(line, values))

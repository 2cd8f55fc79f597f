"""The values of documents, put together by the fields that they are of."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.grammar.input_grammar import (
    FieldValue,
    GrammarItem,
    Line,
    ParsedInput,
    Repeat,
    TaggedLine,
)


@dataclass(frozen=True)
class Column:
    """The values of one field in one place: a tail, a column of a table, or a single value."""

    known: Mapping[str, int]
    values: list[FieldValue]


class Columns:
    """The columns of every field, and the rows of every line, over all examples."""

    def __init__(self) -> None:
        self.by_field: dict[str, list[Column]] = defaultdict(list)
        self.rows: dict[str, list[list[FieldValue]]] = defaultdict(list)
        self.tables: dict[str, list[tuple[Mapping[str, int], list[list[FieldValue]]]]]
        self.tables = defaultdict(list)
        self.counts: dict[str, list[int]] = defaultdict(list)

    def collect(
        self, items: tuple[GrammarItem, ...], document: ParsedInput, known: dict[str, int]
    ) -> None:
        """Add all values of a document; `known` gains the integers that stand alone."""
        for item, part in zip(items, document, strict=True):
            if isinstance(item, Repeat):
                self._collect_repeat(item, cast("list[ParsedInput]", part), known)
            else:
                values = cast("list[FieldValue]", part)
                line = item if isinstance(item, Line) else _find_row_form(item, values)
                self._collect_line(line, values, known)

    def _collect_line(self, line: Line, values: list[FieldValue], known: dict[str, int]) -> None:
        self.rows[line.name].append(values)
        for field, value in zip(line.fields, values, strict=False):
            self.by_field[field.name].append(Column(dict(known), [value]))
            if isinstance(value, int):
                known[field.name] = value
        if line.tail is not None:
            self.by_field[line.tail.name].append(Column(dict(known), values[len(line.fields) :]))
            self.counts[line.name].append(len(values) - len(line.fields))

    def _collect_repeat(
        self, repeat: Repeat, rounds: list[ParsedInput], known: dict[str, int]
    ) -> None:
        self.counts[get_repeat_name(repeat)].append(len(rounds))
        if not is_table(repeat):
            for part in rounds:
                self.collect(repeat.body, part, known)
            return
        (item,) = repeat.body
        rows = [cast("list[FieldValue]", part[0]) for part in rounds]
        for line in (item,) if isinstance(item, Line) else cast("TaggedLine", item).forms:
            mine = rows if isinstance(item, Line) else [r for r in rows if has_tag(line, r)]
            self.rows[line.name] += mine
            self.tables[line.name].append((dict(known), mine))
            for index, field in enumerate(line.fields):
                self.by_field[field.name].append(Column(dict(known), [row[index] for row in mine]))


def is_table(repeat: Repeat) -> bool:
    """Say whether a repeat's rounds are single lines without tails: its values lie in columns."""
    if len(repeat.body) != 1:
        return False
    (item,) = repeat.body
    lines = item.forms if isinstance(item, TaggedLine) else (item,)
    return all(isinstance(line, Line) and line.tail is None for line in lines)


def has_tag(line: Line, row: list[FieldValue]) -> bool:
    """Say whether a row has the tag of a form."""
    return row[0] in line.fields[0].choices


def get_repeat_name(repeat: Repeat) -> str:
    """Return a name that no other repeat of the grammar has."""
    first = repeat.body[0]
    if isinstance(first, Repeat):
        return get_repeat_name(first) + "#"
    return (first if isinstance(first, Line) else first.forms[0]).name + "#"


def _find_row_form(forms: TaggedLine, values: list[FieldValue]) -> Line:
    return next(line for line in forms.forms if has_tag(line, values))

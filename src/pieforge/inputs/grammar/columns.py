"""The values of parsed inputs, grouped by the fields that they belong to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pieforge.inputs.grammar.fields import FieldValue
from pieforge.inputs.grammar.items import GrammarItems, Line, ParsedInput, Repeat, Row, find_form


@dataclass(frozen=True)
class Column:
    """The values of one field in one position: a tail, a column of a table, or a single value.

    Attributes:
        known: The integers that were read before, by the names of their fields.
        values: The values, as they come.
    """

    known: Mapping[str, int]
    values: Sequence[FieldValue]


@dataclass
class Columns:
    """The values of all examples.

    Attributes:
        by_field: Columns by the name of the field.
        tables: By the name of the line, the rows of one table with the integers read before; a
            line outside of tables is a table of one row.
        counts: By the name of the line or repeat, lengths of its tail or numbers of its rounds.
    """

    by_field: dict[str, list[Column]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, list[tuple[Mapping[str, int], list[Row]]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def collect(self, items: GrammarItems, document: ParsedInput, known: dict[str, int]) -> None:
        """Add all values of a parsed input; `known` gains the integers outside of tables."""
        for item, part in zip(items, document, strict=True):
            if not isinstance(item, Repeat):
                self._collect_line(find_form(item, part), part, known)
                continue
            self.counts[item.name].append(len(part))
            if not item.is_table:
                for inner in part:
                    self.collect(item.body, inner, known)
                continue
            for line, rows in item.split_table(part):
                self.tables[line.name].append((dict(known), rows))
                for index, one in enumerate(line.fields):
                    self._add_column(one.name, known, [row[index] for row in rows])

    def _collect_line(self, line: Line, values: Row, known: dict[str, int]) -> None:
        self.tables[line.name].append(({}, [values]))
        for one, value in zip(line.fields, values, strict=False):
            self._add_column(one.name, known, [value])
            if isinstance(value, int):
                known[one.name] = value
        if line.tail is not None:
            tail = values[len(line.fields) :]
            self._add_column(line.tail.name, known, tail)
            self.counts[line.name].append(len(tail))

    def _add_column(self, name: str, known: dict[str, int], values: Row) -> None:
        # Columns without values say nothing about a field, but the field has to be listed.
        columns = self.by_field[name]
        if values:
            columns.append(Column(dict(known), values))

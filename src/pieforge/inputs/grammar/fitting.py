"""What the fields of a shape hold: kinds, ranges and relations, fitted to all examples' values.

A relation is believed when the examples would very probably have broken it by chance.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import cast

from pieforge.inputs.grammar.columns import Column, Columns, is_table, repeat_name
from pieforge.inputs.grammar.input_grammar import (
    Count,
    Document,
    Field,
    Forms,
    Item,
    Kind,
    Line,
    Repeat,
    Shape,
    Value,
)

__all__ = ["fitted", "is_table"]

_TELLING = 3
"""Cases, each of which chance would often have decided otherwise, that make a relation believed."""
_FEW = 8
"""Most words that are taken for a closed choice."""
_COINS = 6
"""Comparisons, each even by chance, that make an order believed."""


def fitted(items: tuple[Item, ...], documents: list[Document]) -> Shape:
    """Return the shape whose fields hold what the documents hold."""
    columns = Columns()
    for document in documents:
        columns.collect(items, document, {})
    fields = {name: _field(name, found) for name, found in columns.of.items()}
    return Shape(items=_rebuilt(items, fields, columns))


def _rebuilt(
    items: tuple[Item, ...], fields: Mapping[str, Field], columns: Columns
) -> tuple[Item, ...]:
    found: list[Item] = []
    for item in items:
        if isinstance(item, Repeat):
            changed = {
                "body": _rebuilt(item.body, fields, columns),
                "tree": _tree(item, columns),
                "free": None if item.count else _free(repeat_name(item), columns),
            }
            found.append(item.model_copy(update=changed))
        elif isinstance(item, Forms):
            forms = tuple(_line(line, fields, columns, first=1) for line in item.forms)
            found.append(Forms(forms=forms))
        else:
            found.append(_line(item, fields, columns, first=0))
    return tuple(found)


def _line(line: Line, fields: Mapping[str, Field], columns: Columns, *, first: int) -> Line:
    fixed = (
        *line.fields[:first],
        *(fields.get(field.name, field) for field in line.fields[first:]),
    )
    rows = columns.rows[line.name]
    pairs = [
        (i, j)
        for i in range(len(fixed))
        for j in range(i + 1, len(fixed))
        if fixed[i].kind is fixed[j].kind is not Kind.WORD
    ]
    ordered = [_ordered(i, j, rows, fixed) for i, j in pairs if not _capped(fixed[i], fixed[j])]
    tail = line.tail and fields.get(line.tail.name, line.tail)
    return line.model_copy(
        update={
            "fields": fixed,
            "tail": tail,
            "free": _free(line.name, columns) if tail and not line.count else None,
            "ordered": tuple(order for order in ordered if order),
            "different": tuple((i, j) for i, j in pairs if _different(i, j, rows, fixed)),
        }
    )


def _capped(a: Field, b: Field) -> bool:
    """Say whether one of two fields bounds the other already."""
    return any(
        field.cap is not None and other.name in field.cap.names for field, other in ((a, b), (b, a))
    )


def _free(name: str, columns: Columns) -> Field:
    counts = columns.counts[name]
    return Field(name=f"{name}#", kind=Kind.INT, low=min(counts), high=max(counts))


def _ordered(
    i: int, j: int, rows: list[list[Value]], fields: tuple[Field, ...]
) -> tuple[int, int, bool] | None:
    """Return the order of two fields, where chance would have broken it."""
    pairs = [(cast("int", row[i]), cast("int", row[j])) for row in rows]
    low, high = fields[j].low, fields[i].high
    # Only a pair whose values the other field takes as well could have been the other way round.
    open_pairs = [(a, b) for a, b in pairs if a > low or b < high]
    unequal = sum(a != b for a, b in open_pairs)
    if unequal < _COINS or high <= low:
        return None
    if all(a <= b for a, b in pairs):
        return i, j, all(a < b for a, b in pairs) and _expected_equal(pairs, fields[i]) >= _TELLING
    if all(a >= b for a, b in pairs):
        return j, i, all(a > b for a, b in pairs) and _expected_equal(pairs, fields[i]) >= _TELLING
    return None


def _expected_equal(pairs: list[tuple[int, int]], field: Field) -> float:
    return len(pairs) / max(1, field.high - field.low + 1)


def _different(i: int, j: int, rows: list[list[Value]], fields: tuple[Field, ...]) -> bool:
    pairs = [(cast("int", row[i]), cast("int", row[j])) for row in rows]
    overlap = min(fields[i].high, fields[j].high) - max(fields[i].low, fields[j].low) + 1
    wider = max(fields[i].high - fields[i].low, fields[j].high - fields[j].low) + 1
    telling = overlap > 0 and len(pairs) * overlap / wider**2 >= _TELLING
    return telling and all(a != b for a, b in pairs)


def _tree(repeat: Repeat, columns: Columns) -> Count | None:
    """Return the number of nodes, where the lines are the edges of a tree in all examples."""
    count = repeat.count
    if count is None or len(count.names) != 1 or count.plus != -1 or not is_table(repeat):
        return None
    (line,) = repeat.body
    if not isinstance(line, Line) or len(line.fields) < 2:
        return None
    tables = columns.tables[line.name]
    nodes = count.model_copy(update={"plus": 0})
    large = [rows for known, rows in tables if nodes.value(known) > _TELLING]
    if len(large) < _TELLING:
        return None
    return nodes if all(_is_tree(rows) for _, rows in tables) else None


def _is_tree(rows: list[list[Value]]) -> bool:
    """Say whether no edge closes a cycle; with one edge fewer than nodes that makes a tree."""
    leader: dict[Value, Value] = {}

    def find(node: Value) -> Value:
        while leader.setdefault(node, node) != node:
            leader[node] = leader[leader[node]]
            node = leader[node]
        return node

    for row in rows:
        a, b = find(row[0]), find(row[1])
        if a == b:
            return False
        leader[a] = b
    return True


def _field(name: str, columns: list[Column]) -> Field:
    values = [value for column in columns for value in column.values]
    if values and all(isinstance(value, int) for value in values):
        return _number(Field(name=name, kind=Kind.INT), columns)
    digits = {len(str(value).partition(".")[2]) for value in values}
    if len(digits) == 1 and digits != {0}:
        decimal = Field(name=name, kind=Kind.DECIMAL, digits=digits.pop())
        parsed = [
            Column(column.known, [decimal.parse(str(value)) for value in column.values])
            for column in columns
        ]
        if all(isinstance(value, int) for column in parsed for value in column.values):
            return _number(decimal, parsed)
    return _word(name, columns)


def _number(field: Field, columns: list[Column]) -> Field:
    found = [cast("list[int]", column.values) for column in columns]
    low = min((min(values) for values in found if values), default=0)
    high = max((max(values) for values in found if values), default=0)
    cap = None if field.kind is Kind.DECIMAL else _cap(field.name, columns, high)
    order = _order(found)
    return field.model_copy(
        update={
            "low": low,
            "high": high,
            "cap": cap,
            "order": order,
            "distinct": order == "strict" or _distinct(found, low, high, columns, cap),
            **_parents(found),
        }
    )


def _cap(name: str, columns: list[Column], high: int) -> Count | None:
    """Return the earlier value that bounds this one from above, the tightest there is."""
    used = [column for column in columns if column.values]
    if not used:
        return None
    best: tuple[float, Count] | None = None
    for other in used[0].known:
        if other == name or any(other not in column.known for column in used):
            continue
        for plus in (-1, 0):
            limits = [column.known[other] + plus for column in used]
            tops = [max(cast("list[int]", column.values)) for column in used]
            slack = [limit - top for limit, top in zip(limits, tops, strict=True)]
            telling = {limit for limit in limits if limit < high}
            if min(slack) >= 0 and len(telling) >= _TELLING:
                found = sum(slack), Count(names=(other,), plus=plus)
                best = found if best is None or found[0] < best[0] else best
    return best[1] if best else None


def _order(columns: list[list[int]]) -> str:
    steps = [(a, b) for values in columns for a, b in pairwise(values)]
    if sum(a != b for a, b in steps) < _COINS or any(a > b for a, b in steps):
        return ""
    return "strict" if all(a < b for a, b in steps) else "ascending"


def _distinct(
    columns: list[list[int]], low: int, high: int, described: list[Column], cap: Count | None
) -> bool:
    if any(len(set(values)) < len(values) for values in columns):
        return False
    expected = 0.0
    for values, column in zip(columns, described, strict=True):
        top = min(high, cap.value(column.known)) if cap else high
        expected += len(values) * (len(values) - 1) / 2 / max(1, top - low + 1)
    return expected >= _TELLING


def _parents(columns: list[list[int]]) -> dict[str, int]:
    """Return `behind` and `head`, where the values are bounded by their own places."""
    long = [values for values in columns if len(values) > _TELLING]
    if len(long) < _TELLING:
        return {}
    reach = max(value - index for values in columns for index, value in enumerate(values))
    widest = max(max(values) for values in long)
    telling = sum(
        index + reach < widest for values in long for index in range(len(values))
    ) >= _COINS and reach in (-1, 0, 1)
    heads = {values[0] for values in columns if values}
    others = {value for values in columns for value in values[1:]}
    found = {"behind": reach} if telling else {}
    if telling and len(heads) == 1 and not heads & others:
        found["head"] = heads.pop()
    return found


def _word(name: str, columns: list[Column]) -> Field:
    words = [str(value) for column in columns for value in column.values]
    distinct = sorted(set(words))
    lengths = [len(word) for word in words]
    few = len(distinct) <= _FEW and len(words) >= _TELLING * len(distinct)
    return Field(
        name=name,
        kind=Kind.WORD,
        low=min(lengths, default=0),
        high=max(lengths, default=0),
        alphabet="".join(sorted(set("".join(distinct)))),
        choices=tuple(distinct) if few and max(lengths) > 1 else (),
        length=_length(columns),
    )


def _length(columns: Iterable[Column]) -> Count | None:
    used = [column for column in columns if column.values]
    for other in reversed(list(used[0].known)) if used else ():
        values = [column.known.get(other) for column in used]
        if len(set(values)) > 1 and all(
            len(str(word)) == value
            for column, value in zip(used, values, strict=True)
            for word in column.values
        ):
            return Count(names=(other,))
    return None

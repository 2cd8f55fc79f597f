"""What the fields of a grammar hold: kinds, ranges and relations, fitted to all examples' values.

A relation is believed when the examples would very probably have broken it by chance.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import cast

from pieforge.inputs.grammar.columns import Column, Columns, get_repeat_name, is_table
from pieforge.inputs.grammar.input_grammar import (
    CountExpression,
    FieldKind,
    FieldValue,
    GrammarItem,
    InputField,
    InputGrammar,
    Line,
    ParsedInput,
    Repeat,
    TaggedLine,
)

__all__ = ["fit_grammar", "is_table"]

_MIN_EVIDENCE = 3
"""Cases, each of which chance would often have decided otherwise, that make a relation believed."""
_MAX_CHOICES = 8
"""Most words that are taken for a closed choice."""
_MIN_COMPARISONS = 6
"""Comparisons, each even by chance, that make an order believed."""


def fit_grammar(items: tuple[GrammarItem, ...], documents: list[ParsedInput]) -> InputGrammar:
    """Return the grammar whose fields hold what the documents hold."""
    columns = Columns()
    for document in documents:
        columns.collect(items, document, {})
    fields = {name: _fit_field(name, found) for name, found in columns.by_field.items()}
    return InputGrammar(items=_fit_items(items, fields, columns))


def _fit_items(
    items: tuple[GrammarItem, ...], fields: Mapping[str, InputField], columns: Columns
) -> tuple[GrammarItem, ...]:
    found: list[GrammarItem] = []
    for item in items:
        if isinstance(item, Repeat):
            changed = {
                "body": _fit_items(item.body, fields, columns),
                "tree": _detect_tree(item, columns),
                "free": None if item.count else _fit_count_range(get_repeat_name(item), columns),
            }
            found.append(item.model_copy(update=changed))
        elif isinstance(item, TaggedLine):
            forms = tuple(_fit_line(line, fields, columns, first=1) for line in item.forms)
            found.append(TaggedLine(forms=forms))
        else:
            found.append(_fit_line(item, fields, columns, first=0))
    return tuple(found)


def _fit_line(
    line: Line, fields: Mapping[str, InputField], columns: Columns, *, first: int
) -> Line:
    fixed = (
        *line.fields[:first],
        *(fields.get(field.name, field) for field in line.fields[first:]),
    )
    rows = columns.rows[line.name]
    pairs = [
        (i, j)
        for i in range(len(fixed))
        for j in range(i + 1, len(fixed))
        if fixed[i].kind is fixed[j].kind is not FieldKind.WORD
    ]
    ordered = [
        _detect_field_order(i, j, rows, fixed) for i, j in pairs if not _has_cap(fixed[i], fixed[j])
    ]
    tail = line.tail and fields.get(line.tail.name, line.tail)
    return line.model_copy(
        update={
            "fields": fixed,
            "tail": tail,
            "free": _fit_count_range(line.name, columns) if tail and not line.count else None,
            "ordered": tuple(order for order in ordered if order),
            "different": tuple((i, j) for i, j in pairs if _is_always_different(i, j, rows, fixed)),
        }
    )


def _has_cap(a: InputField, b: InputField) -> bool:
    """Say whether one of two fields bounds the other already."""
    return any(
        field.cap is not None and other.name in field.cap.names for field, other in ((a, b), (b, a))
    )


def _fit_count_range(name: str, columns: Columns) -> InputField:
    counts = columns.counts[name]
    return InputField(name=f"{name}#", kind=FieldKind.INT, low=min(counts), high=max(counts))


def _detect_field_order(
    i: int, j: int, rows: list[list[FieldValue]], fields: tuple[InputField, ...]
) -> tuple[int, int, bool] | None:
    """Return the order of two fields, where chance would have broken it."""
    pairs = [(cast("int", row[i]), cast("int", row[j])) for row in rows]
    low, high = fields[j].low, fields[i].high
    # Only a pair whose values the other field takes as well could have been the other way round.
    open_pairs = [(a, b) for a, b in pairs if a > low or b < high]
    unequal = sum(a != b for a, b in open_pairs)
    if unequal < _MIN_COMPARISONS or high <= low:
        return None
    if all(a <= b for a, b in pairs):
        return (
            i,
            j,
            all(a < b for a, b in pairs)
            and _estimate_equal_pairs(pairs, fields[i]) >= _MIN_EVIDENCE,
        )
    if all(a >= b for a, b in pairs):
        return (
            j,
            i,
            all(a > b for a, b in pairs)
            and _estimate_equal_pairs(pairs, fields[i]) >= _MIN_EVIDENCE,
        )
    return None


def _estimate_equal_pairs(pairs: list[tuple[int, int]], field: InputField) -> float:
    return len(pairs) / max(1, field.high - field.low + 1)


def _is_always_different(
    i: int, j: int, rows: list[list[FieldValue]], fields: tuple[InputField, ...]
) -> bool:
    pairs = [(cast("int", row[i]), cast("int", row[j])) for row in rows]
    overlap = min(fields[i].high, fields[j].high) - max(fields[i].low, fields[j].low) + 1
    wider = max(fields[i].high - fields[i].low, fields[j].high - fields[j].low) + 1
    telling = overlap > 0 and len(pairs) * overlap / wider**2 >= _MIN_EVIDENCE
    return telling and all(a != b for a, b in pairs)


def _detect_tree(repeat: Repeat, columns: Columns) -> CountExpression | None:
    """Return the number of nodes, where the lines are the edges of a tree in all examples."""
    count = repeat.count
    if count is None or len(count.names) != 1 or count.plus != -1 or not is_table(repeat):
        return None
    (line,) = repeat.body
    if not isinstance(line, Line) or len(line.fields) < 2:
        return None
    tables = columns.tables[line.name]
    nodes = count.model_copy(update={"plus": 0})
    large = [rows for known, rows in tables if nodes.evaluate(known) > _MIN_EVIDENCE]
    if len(large) < _MIN_EVIDENCE:
        return None
    return nodes if all(_is_tree(rows) for _, rows in tables) else None


def _is_tree(rows: list[list[FieldValue]]) -> bool:
    """Say whether no edge closes a cycle; with one edge fewer than nodes that makes a tree."""
    leader: dict[FieldValue, FieldValue] = {}

    def find(node: FieldValue) -> FieldValue:
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


def _fit_field(name: str, columns: list[Column]) -> InputField:
    values = [value for column in columns for value in column.values]
    if values and all(isinstance(value, int) for value in values):
        return _fit_number(InputField(name=name, kind=FieldKind.INT), columns)
    digits = {len(str(value).partition(".")[2]) for value in values}
    if len(digits) == 1 and digits != {0}:
        decimal = InputField(name=name, kind=FieldKind.DECIMAL, digits=digits.pop())
        parsed = [
            Column(column.known, [decimal.parse(str(value)) for value in column.values])
            for column in columns
        ]
        if all(isinstance(value, int) for column in parsed for value in column.values):
            return _fit_number(decimal, parsed)
    return _fit_word(name, columns)


def _fit_number(field: InputField, columns: list[Column]) -> InputField:
    found = [cast("list[int]", column.values) for column in columns]
    low = min((min(values) for values in found if values), default=0)
    high = max((max(values) for values in found if values), default=0)
    cap = None if field.kind is FieldKind.DECIMAL else _detect_cap(field.name, columns, high)
    order = _detect_column_order(found)
    return field.model_copy(
        update={
            "low": low,
            "high": high,
            "cap": cap,
            "order": order,
            "distinct": order == "strict" or _is_always_distinct(found, low, high, columns, cap),
            **_detect_parents(found),
        }
    )


def _detect_cap(name: str, columns: list[Column], high: int) -> CountExpression | None:
    """Return the earlier value that bounds this one from above, the tightest there is."""
    used = [column for column in columns if column.values]
    if not used:
        return None
    best: tuple[float, CountExpression] | None = None
    for other in used[0].known:
        if other == name or any(other not in column.known for column in used):
            continue
        for plus in (-1, 0):
            limits = [column.known[other] + plus for column in used]
            tops = [max(cast("list[int]", column.values)) for column in used]
            slack = [limit - top for limit, top in zip(limits, tops, strict=True)]
            telling = {limit for limit in limits if limit < high}
            if min(slack) >= 0 and len(telling) >= _MIN_EVIDENCE:
                found = sum(slack), CountExpression(names=(other,), plus=plus)
                best = found if best is None or found[0] < best[0] else best
    return best[1] if best else None


def _detect_column_order(columns: list[list[int]]) -> str:
    steps = [(a, b) for values in columns for a, b in pairwise(values)]
    if sum(a != b for a, b in steps) < _MIN_COMPARISONS or any(a > b for a, b in steps):
        return ""
    return "strict" if all(a < b for a, b in steps) else "ascending"


def _is_always_distinct(
    columns: list[list[int]],
    low: int,
    high: int,
    described: list[Column],
    cap: CountExpression | None,
) -> bool:
    if any(len(set(values)) < len(values) for values in columns):
        return False
    expected = 0.0
    for values, column in zip(columns, described, strict=True):
        top = min(high, cap.evaluate(column.known)) if cap else high
        expected += len(values) * (len(values) - 1) / 2 / max(1, top - low + 1)
    return expected >= _MIN_EVIDENCE


def _detect_parents(columns: list[list[int]]) -> dict[str, int]:
    """Return `behind` and `head`, where the values are bounded by their own places."""
    long = [values for values in columns if len(values) > _MIN_EVIDENCE]
    if len(long) < _MIN_EVIDENCE:
        return {}
    reach = max(value - index for values in columns for index, value in enumerate(values))
    widest = max(max(values) for values in long)
    telling = sum(
        index + reach < widest for values in long for index in range(len(values))
    ) >= _MIN_COMPARISONS and reach in (-1, 0, 1)
    heads = {values[0] for values in columns if values}
    others = {value for values in columns for value in values[1:]}
    found = {"behind": reach} if telling else {}
    if telling and len(heads) == 1 and not heads & others:
        found["head"] = heads.pop()
    return found


def _fit_word(name: str, columns: list[Column]) -> InputField:
    words = [str(value) for column in columns for value in column.values]
    distinct = sorted(set(words))
    lengths = [len(word) for word in words]
    few = len(distinct) <= _MAX_CHOICES and len(words) >= _MIN_EVIDENCE * len(distinct)
    return InputField(
        name=name,
        kind=FieldKind.WORD,
        low=min(lengths, default=0),
        high=max(lengths, default=0),
        alphabet="".join(sorted(set("".join(distinct)))),
        choices=tuple(distinct) if few and max(lengths) > 1 else (),
        length=_detect_length(columns),
    )


def _detect_length(columns: Iterable[Column]) -> CountExpression | None:
    used = [column for column in columns if column.values]
    for other in reversed(list(used[0].known)) if used else ():
        values = [column.known.get(other) for column in used]
        if len(set(values)) > 1 and all(
            len(str(word)) == value
            for column, value in zip(used, values, strict=True)
            for word in column.values
        ):
            return CountExpression(names=(other,))
    return None

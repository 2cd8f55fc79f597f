"""Fits the fields of a grammar to the values of all examples: kinds, ranges and relations.

A relation is accepted only if examples without it would very probably have violated it.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations, pairwise
from operator import itemgetter
from typing import cast

from pieforge.inputs.grammar.columns import Column, Columns
from pieforge.inputs.grammar.fields import CountExpression, FieldKind, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import GrammarItems, Line, ParsedInput, Repeat, Row, map_items

_MIN_EVIDENCE = 3
"""Expected violations of a relation, were the values random, from which on it is accepted."""
_MAX_CHOICES = 8
"""Most different words that are taken for a closed set."""
_MIN_COMPARISONS = 6
"""Comparisons, each of which a random order fails with probability 1/2, that show an order."""


def fit_grammar(items: GrammarItems, documents: Iterable[ParsedInput]) -> InputGrammar:
    """Return the grammar whose fields allow what the parsed inputs hold."""
    columns = Columns()
    for document in documents:
        columns.collect(items, document, {})
    fields = {name: _fit_field(name, found) for name, found in columns.by_field.items()}

    def fit_repeat(repeat: Repeat) -> Repeat:
        free = None if repeat.count else _fit_count_range(repeat.name, columns)
        return repeat.model_copy(update={"tree": _detect_tree(repeat, columns), "free": free})

    fitted = map_items(items, lambda line: _fit_line(line, fields, columns), fit_repeat)
    return InputGrammar(items=fitted)


def _fit_line(line: Line, fields: Mapping[str, InputField], columns: Columns) -> Line:
    # Only the tag of a tagged line has choices before it is fitted, and it keeps them.
    fixed = [one if one.choices else fields.get(one.name, one) for one in line.fields]
    rows = [row for _, table in columns.tables[line.name] for row in table]
    if any(one.kind is FieldKind.DECIMAL for one in fixed):
        # Decimals were read as words, because their digits were not known.
        rows = [[f.parse(str(v)) for f, v in zip(fixed, row, strict=False)] for row in rows]
    pairs = [
        (i, j)
        for i, j in combinations(range(len(fixed)), 2)
        if fixed[i].kind is fixed[j].kind is not FieldKind.WORD
    ]
    ordered = [
        _detect_field_order(i, j, rows, fixed) for i, j in pairs if not _has_cap(fixed[i], fixed[j])
    ]
    tail = line.tail and fields.get(line.tail.name, line.tail)
    return line.model_copy(
        update={
            "fields": tuple(fixed),
            "tail": tail,
            "free": _fit_count_range(line.name, columns) if tail and not line.count else None,
            "ordered": tuple(order for order in ordered if order),
            "different": tuple((i, j) for i, j in pairs if _is_always_different(i, j, rows, fixed)),
        }
    )


def _has_cap(a: InputField, b: InputField) -> bool:
    """Return whether one of two fields bounds the other already."""
    return any(one.cap and other.name in one.cap.names for one, other in ((a, b), (b, a)))


def _fit_count_range(name: str, columns: Columns) -> InputField:
    counts = columns.counts[name]
    return InputField(name=f"{name}#", kind=FieldKind.INT, low=min(counts), high=max(counts))


def _detect_field_order(
    i: int, j: int, rows: list[Row], fields: list[InputField]
) -> tuple[int, int, bool] | None:
    """Return the order of two fields, if values in random order would have violated it."""
    pairs = [cast("tuple[int, int]", (row[i], row[j])) for row in rows]
    low, high = fields[j].low, fields[i].high
    # Only a pair whose values the other field takes as well could have had the other order.
    unequal = sum(a != b and (a > low or b < high) for a, b in pairs)
    if unequal < _MIN_COMPARISONS or high <= low:
        return None
    expected_equal = len(pairs) / max(1, high - fields[i].low + 1)
    strict = expected_equal >= _MIN_EVIDENCE and all(a != b for a, b in pairs)
    if all(a <= b for a, b in pairs):
        return i, j, strict
    return (j, i, strict) if all(a >= b for a, b in pairs) else None


def _is_always_different(i: int, j: int, rows: list[Row], fields: list[InputField]) -> bool:
    a, b = fields[i], fields[j]
    overlap = min(a.high, b.high) - max(a.low, b.low) + 1
    wider = max(a.high - a.low, b.high - b.low) + 1
    expected_equal = len(rows) * overlap / wider**2 if overlap > 0 else 0
    return expected_equal >= _MIN_EVIDENCE and all(row[i] != row[j] for row in rows)


def _detect_tree(repeat: Repeat, columns: Columns) -> CountExpression | None:
    """Return the number of nodes, if the lines are the edges of a tree in all examples."""
    count, line = repeat.count, repeat.body[0]
    if count is None or len(count.names) != 1 or count.plus != -1 or not repeat.is_table:
        return None
    if not isinstance(line, Line) or len(line.fields) < 2:
        return None
    tables = columns.tables[line.name]
    nodes = count.model_copy(update={"plus": 0})
    large = sum(nodes.evaluate(known) > _MIN_EVIDENCE for known, _ in tables)
    return nodes if large >= _MIN_EVIDENCE and all(_is_tree(rows) for _, rows in tables) else None


def _is_tree(rows: list[Row]) -> bool:
    """Return whether no edge closes a cycle; with one edge fewer than nodes that makes a tree."""
    # Union-find: two nodes are connected if they have the same leader.
    leaders: dict[int | str, int | str] = {}

    def find_leader(node: int | str) -> int | str:
        while leaders.setdefault(node, node) != node:
            leaders[node] = node = leaders[leaders[node]]
        return node

    for row in rows:
        a, b = find_leader(row[0]), find_leader(row[1])
        if a == b:
            return False
        leaders[a] = b
    return True


def _fit_field(name: str, columns: list[Column]) -> InputField:
    values = [value for column in columns for value in column.values]
    if values and all(isinstance(value, int) for value in values):
        return _fit_number(InputField(name=name, kind=FieldKind.INT), columns)
    digits = {len(str(value).partition(".")[2]) for value in values}
    if len(digits) == 1 and digits != {0}:
        decimal = InputField(name=name, kind=FieldKind.DECIMAL, digits=digits.pop())
        parsed = [Column(c.known, [decimal.parse(str(v)) for v in c.values]) for c in columns]
        if all(isinstance(value, int) for column in parsed for value in column.values):
            return _fit_number(decimal, parsed)
    return _fit_word(name, columns)


def _fit_number(field: InputField, columns: list[Column]) -> InputField:
    found = [cast("list[int]", column.values) for column in columns]
    low, high = min(map(min, found)), max(map(max, found))
    cap = None if field.kind is FieldKind.DECIMAL else _detect_cap(field.name, columns, high)
    tops = [min(high, cap.evaluate(column.known)) if cap else high for column in columns]
    order = _detect_column_order(found)
    return field.model_copy(
        update={
            "low": low,
            "high": high,
            "cap": cap,
            "order": order,
            "distinct": order == "strict" or _is_always_distinct(found, low, tops),
            **_detect_parents(found),
        }
    )


def _detect_cap(name: str, columns: list[Column], high: int) -> CountExpression | None:
    """Return the tightest earlier value that bounds this one from above, if there is one."""
    found: list[tuple[int, CountExpression]] = []
    tops = [max(cast("list[int]", column.values)) for column in columns]
    for other in columns[0].known:
        if other == name or any(other not in column.known for column in columns):
            continue
        for plus in (-1, 0):
            limits = [column.known[other] + plus for column in columns]
            slack = [limit - top for limit, top in zip(limits, tops, strict=True)]
            # A limit above the largest value of all examples is no evidence.
            telling = {limit for limit in limits if limit < high}
            if min(slack) >= 0 and len(telling) >= _MIN_EVIDENCE:
                found.append((sum(slack), CountExpression(names=(other,), plus=plus)))
    return min(found, key=itemgetter(0))[1] if found else None


def _detect_column_order(columns: list[list[int]]) -> str:
    steps = [pair for values in columns for pair in pairwise(values)]
    if sum(a != b for a, b in steps) < _MIN_COMPARISONS or any(a > b for a, b in steps):
        return ""
    return "strict" if all(a < b for a, b in steps) else "ascending"


def _is_always_distinct(columns: list[list[int]], low: int, tops: list[int]) -> bool:
    """Return whether columns hold no value twice, though random ones would; `tops` bound them."""
    if any(len(set(values)) < len(values) for values in columns):
        return False
    # The birthday problem: expected number of equal pairs.
    expected = sum(
        len(values) * (len(values) - 1) / 2 / max(1, top - low + 1)
        for values, top in zip(columns, tops, strict=True)
    )
    return expected >= _MIN_EVIDENCE


def _detect_parents(columns: list[list[int]]) -> dict[str, int]:
    """Return `behind` and `head`, if the indices of values bound them."""
    long = [values for values in columns if len(values) > _MIN_EVIDENCE]
    if len(long) < _MIN_EVIDENCE:
        return {}
    reach = max(value - index for values in columns for index, value in enumerate(values))
    widest = max(map(max, long))
    # Positions at which the bound excludes values that occur elsewhere.
    telling = sum(max(0, min(len(values), widest - reach)) for values in long)
    if telling < _MIN_COMPARISONS or reach not in (-1, 0, 1):
        return {}
    heads = {values[0] for values in columns}
    others = {value for values in columns for value in values[1:]}
    head = {"head": heads.pop()} if len(heads) == 1 and not heads & others else {}
    return {"behind": reach, **head}


def _fit_word(name: str, columns: list[Column]) -> InputField:
    words = [str(value) for column in columns for value in column.values]
    distinct = sorted(set(words))
    lengths = [len(word) for word in words] or [0]
    few = len(distinct) <= _MAX_CHOICES and len(words) >= _MIN_EVIDENCE * len(distinct)
    return InputField(
        name=name,
        kind=FieldKind.WORD,
        low=min(lengths),
        high=max(lengths),
        alphabet="".join(sorted(set("".join(distinct)))),
        choices=tuple(distinct) if few and max(lengths) > 1 else (),
        length=_detect_length(columns),
    )


def _detect_length(columns: list[Column]) -> CountExpression | None:
    """Return the latest earlier value that is the length of the words in all examples."""
    for other in reversed(list(columns[0].known)) if columns else ():
        lengths = [column.known.get(other) for column in columns]
        if len(set(lengths)) > 1 and all(
            len(str(word)) == length
            for column, length in zip(columns, lengths, strict=True)
            for word in column.values
        ):
            return CountExpression(names=(other,))
    return None

"""Refuse arrays or bounds smaller than the slow program's: the largest valid inputs do not fit.

Of 120 speedups of PIE that its authors inspected, 10 came from a shrunk constant (arXiv 2302.07867,
appendix A). The check is a heuristic on the text; the largest hidden inputs and the sanitizer
builds find what it misses.
"""

from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.literals import list_tokens
from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason
from pieforge.syntax.tokens import parse_integer
from pieforge.syntax.tree import get_field, get_field_text, get_text, walk

LEAST_SIZE = 64
"""Smaller dimensions can change honestly, for example to the layers of a rolling table."""


def _look(checked: CheckedProgram) -> Iterator[str]:
    slow, fast = (
        [(word.kind, word.text) for word in list_tokens(source)]
        for source in (checked.slow, checked.source)
    )
    changed = [(s, f) for s, f in zip(slow, fast, strict=False) if s != f]
    if len(slow) == len(fast) and changed and all(s[0] == f[0] == "number" for s, f in changed):
        pairs = ", ".join(f"{s[1]} -> {f[1]}" for s, f in changed[:4])
        yield f"differs from the slow program by numbers alone: {pairs}"


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    slow_sizes = _find_array_sizes(parse_source(checked.slow))
    for name, sizes in _find_array_sizes(parse_source(checked.source)).items():
        before = slow_sizes.get(name, ())
        if len(before) == len(sizes) and any(
            LEAST_SIZE < now < then for now, then in zip(sizes, before, strict=True)
        ):
            yield f"the array {name} has {sizes} elements, the slow program's {before}"


def _find_array_sizes(root: Node) -> dict[str, tuple[int, ...]]:
    """Return the dimensions of arrays with constant sizes, by name; the last of one name."""
    constants: dict[str, int] = {}
    found: dict[str, tuple[int, ...]] = {}
    for node in walk(root):
        if node.type == "init_declarator":
            value = _evaluate(get_field(node, "value"), constants)
            if value is not None:
                constants[get_field_text(node, "declarator")] = value
        above = node.parent
        # `int a[2][3]` is an array_declarator `[3]` around `a[2]`: only the outermost one counts.
        if node.type != "array_declarator" or above is None or above.type == "array_declarator":
            continue
        sizes: list[int | None] = []
        inner: Node | None = node
        while inner is not None and inner.type == "array_declarator":
            sizes.insert(0, _evaluate(get_field(inner, "size"), constants))
            inner = get_field(inner, "declarator")
        known = tuple(size for size in sizes if size is not None)
        if len(known) == len(sizes):
            found[get_text(inner)] = known
    return found


def _evaluate(node: Node | None, constants: dict[str, int]) -> int | None:
    if node is None:
        return None
    if node.type == "binary_expression":
        left, right = (_evaluate(get_field(node, n), constants) for n in ("left", "right"))
        sign = get_field_text(node, "operator")
        # A hostile product or shift would otherwise become an integer of any length.
        if left is None or right is None or right > 1 << 40:
            return None
        return {"+": left + right, "-": left - right, "*": left * right}.get(
            sign, left << right if sign == "<<" and right < 64 else None
        )
    return constants.get(get_text(node), parse_integer(get_text(node)))


CHECK = HackCheck(
    reason=RejectReason.CONSTRAINTS_IGNORED,
    catches="an array smaller than the slow program's of that name, or nothing changed but numbers",
    look=_look,
    looks={"c": _look_at_c},
    sides=frozenset({Side.FAST}),
)

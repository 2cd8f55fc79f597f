"""Arrays or bounds smaller than the slow program's: the constraints' largest inputs do not fit.

Of PIE's 120 speedups that people looked at, 10 came from a shrunk constant (arXiv 2302.07867,
appendix A). A hint only: the largest hidden inputs and the sanitizers judge the rest.
"""

from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.literals import list_tokens
from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason
from pieforge.syntax.tokens import parse_integer
from pieforge.syntax.tree import get_field_text, get_text, walk

LEAST_SIZE = 64
"""Dimensions up to this are layers of a table that rolls."""


def _look(checked: CheckedProgram) -> Iterator[str]:
    if not checked.slow_text:
        return
    slow, fast = (
        [(w.kind, w.text) for w in list_tokens(source) if w.kind != "line"]
        for source in (checked.slow, checked.source)
    )
    if len(slow) == len(fast):
        changed = [(s, f) for s, f in zip(slow, fast, strict=True) if s != f]
        if changed and all(s[0] == f[0] == "number" for s, f in changed):
            pairs = ", ".join(f"{s[1]} -> {f[1]}" for s, f in changed[:4])
            yield f"differs from the slow program by numbers alone: {pairs}"
    if checked.family == "c":
        theirs = _find_array_sizes(parse_source(checked.slow))
        for name, sizes in _find_array_sizes(parse_source(checked.source)).items():
            before = theirs.get(name, ())
            if len(before) == len(sizes) and any(
                LEAST_SIZE < now < then for now, then in zip(sizes, before, strict=True)
            ):
                yield f"the array {name} has {sizes} elements, the slow program's {before}"


def _find_array_sizes(root: Node) -> dict[str, tuple[int, ...]]:
    """Return the dimensions of arrays with a constant size, by name."""
    constants: dict[str, int] = {}
    found: dict[str, tuple[int, ...]] = {}
    for node in walk(root):
        if node.type == "init_declarator":
            value = _evaluate(node.child_by_field_name("value"), constants)
            if value is not None:
                constants[get_field_text(node, "declarator")] = value
        if node.type == "array_declarator" and (above := node.parent) is not None:
            if above.type == "array_declarator":
                continue
            sizes: list[int] = []
            inner: Node | None = node
            while inner is not None and inner.type == "array_declarator":
                size = _evaluate(inner.child_by_field_name("size"), constants)
                sizes.append(-1 if size is None else size)
                inner = inner.child_by_field_name("declarator")
            if -1 not in sizes:
                found[get_text(inner)] = tuple(reversed(sizes))
    return found


def _evaluate(node: Node | None, constants: dict[str, int]) -> int | None:
    if node is None:
        return None
    if node.type == "binary_expression":
        left, right = (_evaluate(node.child_by_field_name(n), constants) for n in ("left", "right"))
        sign = get_field_text(node, "operator")
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
    sides=frozenset({Side.FAST}),
)

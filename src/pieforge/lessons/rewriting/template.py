"""Match pieces of code with metavariables (`$name`) against a syntax tree, and fill them in.

A template is code of the language. A metavariable stands for any expression, type or name, the
same one wherever it is repeated. Where C++ would take it for a type it is written as `$(name)`. As
a statement of its own (`$body;` in C++, `$body` in Python) it stands for any statement, in Python
also for a whole block.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node

from pieforge.syntax.declaration import Syntax
from pieforge.syntax.tree import get_text, parse, walk

_VARIABLE = re.compile(r"\$(\w+)")
_VALUE = re.compile(r"\$\((\w+)\)")
_MARK = "META_"
"""Prefix of metavariables in parsed templates: `$` is no letter in Python."""


@dataclass(frozen=True)
class Match:
    """A place where a template fits.

    Attributes:
        first: The first node that the template covers.
        last: The last one; `first` if the template is one node.
        nodes: The node of each metavariable.
    """

    first: Node
    last: Node
    nodes: Mapping[str, Node]

    def __getitem__(self, name: str) -> Node:
        return self.nodes[name]

    def text(self, name: str) -> str:
        """Return the source text of a metavariable."""
        return get_text(self.nodes[name])


def list_parts(node: Node) -> list[Node]:
    """Return the children of a node without comments."""
    return [child for child in node.children if child.type != "comment"]


@cache
def _parse_template(template: str, syntax: Syntax) -> tuple[Node, ...]:
    """Return the nodes of a template: statements, or one expression."""
    text = _VARIABLE.sub(rf"{_MARK}\1", _VALUE.sub(r"($\1)", template))
    if syntax.indented:
        nodes = [node for node in list_parts(parse(text, syntax)) if node.is_named]
    else:
        # Within a function, because declarations and statements look alike outside of one.
        bare = not text.rstrip().endswith((";", "}"))
        whole = parse(f"void f() {{ {text}{';' if bare else ''} }}", syntax)
        body = whole.children[0].child_by_field_name("body")
        assert body is not None  # noqa: S101  the function above has one
        nodes = [node for node in list_parts(body) if node.is_named]
    if any(node.has_error for node in nodes) or not nodes:
        raise ValueError(f"not a template: {template}")
    if nodes[0].type == "expression_statement" and len(nodes) == 1 and (syntax.indented or bare):
        nodes = [nodes[0].children[0]]
    return tuple(nodes)


TypedNodes = Sequence[tuple[str, Node]]
"""Nodes with their types, which are expensive to ask for."""


def list_typed_nodes(root: Node) -> TypedNodes:
    """Return a node and all nodes below it, in source order."""
    return [(node.type, node) for node in walk(root)]


def find_matches(template: str, typed: TypedNodes, syntax: Syntax) -> Iterator[Match]:
    """Yield each place in some nodes where a template fits, in their order."""
    wanted = _parse_template(template, syntax)
    # Most nodes are not of the type with which the template begins.
    first = wanted[0].type if _get_variable(wanted[0]) is None else None
    for kind, node in typed:
        if len(wanted) == 1:
            windows = [[node]] if first in (None, kind) else []
        elif kind in syntax.blocks:
            parts = [child for child in list_parts(node) if child.is_named]
            starts = range(len(parts) - len(wanted) + 1)
            windows = [parts[i : i + len(wanted)] for i in starts if first in (None, parts[i].type)]
        else:
            continue
        for window in windows:
            nodes: dict[str, Node] = {}
            pairs = zip(wanted, window, strict=True)
            if all(_fits(part, found, nodes) for part, found in pairs):
                yield Match(window[0], window[-1], nodes)


def match_template(template: str, node: Node, syntax: Syntax) -> Match | None:
    """Return the match of a template of one node with exactly this node, or None."""
    nodes: dict[str, Node] = {}
    (wanted,) = _parse_template(template, syntax)
    return Match(node, node, nodes) if _fits(wanted, node, nodes) else None


def _fits(wanted: Node, node: Node, nodes: dict[str, Node]) -> bool:
    """Return whether a node is what a part of a template wants; add what it binds to `nodes`."""
    name = _get_variable(wanted)
    if name is not None:
        if not node.is_named or (wanted.type == "block") > (node.type == "block"):
            return False
        known = nodes.setdefault(name, node)
        return get_text(known) == get_text(node)
    if wanted.type != node.type:
        return False
    parts, found = list_parts(wanted), list_parts(node)
    if not parts:
        return get_text(wanted) == get_text(node)
    if len(parts) != len(found):
        return False
    return all(_fits(*pair, nodes) for pair in zip(parts, found, strict=True))


def _get_variable(node: Node) -> str | None:
    """Return the name of the metavariable that is the whole node, or None."""
    inner = node
    while inner.type in ("block", "expression_statement", "parenthesized_expression"):
        parts = [child for child in list_parts(inner) if child.is_named]
        if len(parts) != 1:
            return None
        inner = parts[0]
    text = get_text(inner) if inner.child_count == 0 else ""
    return text.removeprefix(_MARK) if text.startswith(_MARK) else None


def get_indent(node: Node) -> str:
    """Return the blanks before the first token of the line on which a node begins."""
    whole = node
    while whole.parent is not None:
        whole = whole.parent
    source = whole.text or b""
    # The root begins at the first token: what is before it is not in its text.
    at = node.start_byte - whole.start_byte
    line = source[source.rfind(b"\n", 0, at) + 1 :].decode(errors="replace")
    return line[: len(line) - len(line.lstrip(" \t"))]


def fill_template(template: str, values: Mapping[str, Node | str], indent: str = "") -> str:
    """Return a template's text with its metavariables replaced.

    Args:
        template: The template; its further lines get `indent`.
        values: The node or text of each metavariable. Further lines of a node are indented like the
            line of the template in which it stands.
        indent: Blanks before each line but the first.
    """
    lines = []
    for number, line in enumerate(template.split("\n")):
        own = (indent if number else "") + line
        blanks = indent + line[: len(line) - len(line.lstrip())]
        lines.append(_fill_line(own, values, blanks))
    return "\n".join(lines)


def _fill_line(line: str, values: Mapping[str, Node | str], blanks: str) -> str:
    return _VARIABLE.sub(lambda found: _render(values[found[1]], blanks), line)


def _render(value: Node | str, indent: str) -> str:
    if isinstance(value, str):
        return value
    old = get_indent(value)
    first, *rest = get_text(value).split("\n")
    return "\n".join([first, *(_shift(line, old, indent) for line in rest)])


def _shift(line: str, old: str, new: str) -> str:
    return new + line.removeprefix(old) if line.strip() else line


def list_statements(block: Node) -> Sequence[Node]:
    """Return the statements of a block."""
    return [child for child in list_parts(block) if child.is_named]

"""Parse with tree-sitter, walk syntax trees, get the texts of nodes.

No function here recurses: a hostile program nests deeper than Python's stack.
"""

import importlib
from collections.abc import Collection, Iterable, Iterator
from functools import cache

import tree_sitter
from tree_sitter import Node

from pieforge.syntax.declaration import Syntax

MAX_PARSED_BYTES = 64 << 10
"""Program size above which callers that get programs from models do not parse: tree-sitter's error
recovery is quadratic in runs of `\\` with a line end (Python) and in an unclosed `/*` (C++)."""


@cache
def _load_grammar(module: str) -> tree_sitter.Language:
    # Imported when first needed, so that the command line starts without loading every grammar.
    return tree_sitter.Language(importlib.import_module(module).language())


def parse(text: str | bytes, syntax: Syntax) -> Node:
    """Return the root of a text's syntax tree; it may contain error nodes.

    Lone surrogates in the text are replaced.
    """
    data = text.encode(errors="replace") if isinstance(text, str) else text
    return tree_sitter.Parser(_load_grammar(syntax.grammar)).parse(data).root_node


def walk(node: Node | None) -> Iterator[Node]:
    """Yield a node and all nodes below it, in source order; nothing for None."""
    waiting = [node] if node is not None else []
    while waiting:
        current = waiting.pop()
        yield current
        if current.child_count:  # most nodes are leaves; each access makes a list
            waiting.extend(reversed(current.children))


def find_nodes(node: Node | None, types: Collection[str]) -> Iterator[Node]:
    """Yield the nodes of the given types in a subtree, in source order."""
    return (inner for inner in walk(node) if inner.type in types)


def get_text(node: Node | None) -> str:
    """Return the source text of a node; empty for None."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


def get_field(node: Node | None, *path: str) -> Node | None:
    """Return the node at a path of field names; None if any field on the path is missing."""
    for name in path:
        node = node.child_by_field_name(name) if node is not None else None
    return node


def get_field_text(node: Node | None, *path: str) -> str:
    """Return the source text of the node that `get_field` returns; empty for None."""
    return get_text(get_field(node, *path))


def get_declared_name(function: Node) -> str:
    """Return the name that a function's node declares; empty for a function without a name."""
    node = function.child_by_field_name("name") or function.child_by_field_name("declarator")
    # In C++ the name is below declarators: `int* A::f()` has a pointer, a function and a qualified
    # name around it. A reference declarator has no field for what it contains.
    while node is not None and not is_identifier(node):
        below = (c for c in node.children if c.type == "function_declarator" or is_identifier(c))
        node = (
            node.child_by_field_name("name")
            or node.child_by_field_name("declarator")
            or next(below, None)
        )
    return get_text(node)


def collect_texts(node: Node | None, *types: str) -> set[str]:
    """Return the source texts of the nodes of the given types in a subtree."""
    return {get_text(inner) for inner in find_nodes(node, types)}


def is_identifier(node: Node) -> bool:
    """Return whether a node is an identifier of any kind, such as `field_identifier`."""
    return node.child_count == 0 and node.type.endswith("identifier")


def collect_identifiers(node: Node | None) -> frozenset[str]:
    """Return the identifiers in a subtree."""
    return frozenset(get_text(inner) for inner in walk(node) if is_identifier(inner))


def collect_ancestor_ids(nodes: Iterable[Node]) -> set[int]:
    """Return the ids of the nodes and of all their ancestors."""
    found: set[int] = set()
    for node in nodes:
        current: Node | None = node
        while current is not None and current.id not in found:
            found.add(current.id)
            current = current.parent
    return found

"""Syntax trees of two programs in a form in which their difference is an edit, without layout.

Comments, imports and punctuation are left out, the body of a loop or branch is always a block,
`std::x` is `x`. The names that a program declares are separate from the labels of nodes, so that an
edit can be described without them; all other names belong to a library and are part of the labels.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b

from tree_sitter import Node

from pieforge.syntax.declaration import Syntax, split_words
from pieforge.syntax.tokens import parse_number
from pieforge.syntax.tree import get_declared_name, get_field_text, get_text, is_identifier, parse

_PUNCTUATION = split_words("; , ( ) { } [ ] : ::")
_TRANSPARENT = frozenset({"expression_statement", "parenthesized_expression", "condition_clause"})
"""Nodes that mean what their only child means."""
_IMPORT = re.compile(r"include|import|using_declaration|use_declaration|package")
_BINDING_FIELDS = frozenset({"declarator", "left", "pattern", "alias", "name"})
"""Fields of nodes that hold the name that the node declares or assigns."""
_NAMED_USE = re.compile(r"qualified|scoped|template_(?:type|function|method)|argument|invocation")
"""Node types whose field `name` is a use of a name."""
_BINDING_CONTAINER = re.compile(
    r"(?:list|pattern|tuple|declarator|parameters)$|attribute|field_exp"
)


@lru_cache(maxsize=1 << 16)
def hash_text(text: str) -> str:
    """Return 16 hexadecimal digits that do not depend on the process, unlike `hash`."""
    return blake2b(text.encode(errors="replace"), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A node with everything below it.

    Attributes:
        label: Node type or token; own names and constants have only their node type.
        value: The own name, or the text of the constant; empty for other nodes.
        children: The nodes below it.
        unordered: Whether the order of the children is not compared, as in a block.
        role: `statement`, `loop`, `function NAME`, or empty.
        digest: Equal for two trees if and only if their labels, values and shapes are equal.
        size: Number of nodes.
    """

    label: str
    value: str
    children: tuple["Tree", ...]
    unordered: bool
    role: str
    digest: str
    size: int

    @property
    def is_own_name(self) -> bool:
        """Whether the node is a name that the program declares."""
        return self.label == "name"

    def walk(self) -> Iterator["Tree"]:
        """Yield this node and all nodes below it, in source order."""
        waiting = [self]
        while waiting:
            current = waiting.pop()
            yield current
            waiting.extend(reversed(current.children))


def make_tree(
    label: str,
    children: tuple[Tree, ...] = (),
    *,
    value: str = "",
    unordered: bool = False,
    role: str = "",
) -> Tree:
    """Return a tree with its digest and size."""
    below = [child.digest for child in children]
    if unordered:
        below.sort()
    digest = hash_text("\0".join([label, value, *below]))
    size = 1 + sum(child.size for child in children)
    return Tree(label, value, children, unordered, role, digest, size)


def build_trees(slow: str, fast: str, syntax: Syntax) -> tuple[Tree, Tree]:
    """Return the trees of two programs.

    A name that only the fast program declares is replaced by the name that only the slow one
    declares and that has the same uses, so that renaming is no difference.
    """
    roots = [parse(text, syntax) for text in (slow, fast)]
    declared = [collect_declared(root, syntax) for root in roots]
    own = declared[0] | declared[1]
    a, b = (_build(root, syntax, own, {}) for root in roots)
    only = declared[0] ^ declared[1]
    if not (declared[0] - declared[1] and declared[1] - declared[0]):
        return a, b
    masked = [_build(root, syntax, own, dict.fromkeys(only, "?")) for root in roots]
    names = [[node.value for node in tree.walk() if node.is_own_name] for tree in (a, b)]
    return a, _build(roots[1], syntax, own, _match_names(masked, names, only))


def collect_declared(root: Node, syntax: Syntax) -> frozenset[str]:
    """Return the names that a program declares or assigns."""
    found = set()
    # Parents are kept here because `Node.parent` starts from the root.
    waiting: list[tuple[Node, Node | None, bool]] = [(root, None, False)]
    while waiting:
        node, parent, binds = waiting.pop()
        if binds and parent is not None and is_identifier(node):
            name = qualify_name(node, parent, syntax)
            found.add(name)
            found.add(name.removeprefix("."))  # a method uses a member without its object
            if parent.type in syntax.functions:
                found.add(f".{name}")  # perhaps a method
        inherits = binds and _BINDING_CONTAINER.search(node.type) is not None
        inherits |= node.type in {
            "parameters",
            "lambda_parameters",
            "structured_binding_declarator",
        }
        children = node.children
        for at in reversed(range(len(children))):
            field = node.field_name_for_child(at)
            is_use = field == "name" and _NAMED_USE.search(node.type) is not None
            inner = field in _BINDING_FIELDS and not is_use
            inner |= inherits and field in {None, "attribute", "field"}
            waiting.append((children[at], node, inner))
    return frozenset(found)


def qualify_name(node: Node, parent: Node, syntax: Syntax) -> str:
    """Return a name, with a dot before it for a member: `first` may be a variable and a member."""
    is_member = node.type == "field_identifier" or (
        parent.type in syntax.members and node != parent.children[0]
    )
    return f".{get_text(node)}" if is_member else get_text(node)


def _build(root: Node, syntax: Syntax, own: frozenset[str], renamed: Mapping[str, str]) -> Tree:
    done: dict[int, list[Tree]] = {}
    waiting: list[tuple[Node, Node | None, bool]] = [(root, None, False)]
    # Every node is visited twice: before and after the nodes below it.
    while waiting:
        node, parent, expanded = waiting.pop()
        if not expanded:
            children = () if node.type in syntax.strings else node.children
            waiting.append((node, parent, True))
            waiting.extend((child, node, False) for child in children)
            continue
        below = [t for child in node.children for t in done.pop(child.id, [])]
        done[node.id] = list(_convert(node, parent, tuple(below), syntax, own, renamed))
    found = done[root.id]
    return found[0] if found else make_tree(root.type)


def _convert(
    node: Node,
    parent: Node | None,
    below: tuple[Tree, ...],
    syntax: Syntax,
    own: frozenset[str],
    renamed: Mapping[str, str],
) -> Iterator[Tree]:
    """Yield the tree of one node, or nothing for a node that is left out."""
    kind = node.type
    if kind in syntax.comments or kind in _PUNCTUATION or _IMPORT.search(kind):
        return
    text = get_text(node) if not below else ""
    if (
        parent is not None
        and is_identifier(node)
        and (name := qualify_name(node, parent, syntax)) in own
    ):
        yield make_tree("name", value=renamed.get(name, name))
    elif kind in syntax.numbers | syntax.strings | syntax.characters or (
        kind == "preproc_arg" and parse_number(text) is not None
    ):
        yield make_tree(kind, value=get_text(node))
    elif kind == "qualified_identifier" and get_field_text(node, "scope") == "std":
        yield from below[-1:]
    else:
        if kind in _TRANSPARENT and len(below) == 1:
            tree = replace(below[0], role=below[0].role or _find_role(node, syntax))
        else:
            # A leaf that is neither own nor constant is a keyword, an operator, a library name.
            tree = make_tree(
                "block" if kind in syntax.blocks else text or kind,
                below,
                unordered=kind in syntax.blocks,
                role=_find_role(node, syntax),
            )
        yield (
            make_tree("block", (tree,), unordered=True)
            if _is_bare_body(node, parent, syntax)
            else tree
        )


def _is_bare_body(node: Node, parent: Node | None, syntax: Syntax) -> bool:
    """Return whether a node is one statement where a block could be."""
    if (
        parent is None
        or node.type in syntax.blocks
        or parent.type not in (syntax.loops | syntax.branches)
    ):
        return False
    fields = ("body", "consequence")
    return node.type in syntax.statements | syntax.loops | syntax.branches and (
        node in map(parent.child_by_field_name, fields) or parent.type == "else_clause"
    )


def _find_role(node: Node, syntax: Syntax) -> str:
    if node.type in syntax.functions:
        return f"function {get_declared_name(node)}"
    if node.type in syntax.loops:
        return "loop"
    return "statement" if node.type in syntax.statements | syntax.branches else ""


def _match_names(
    masked: list[Tree], names: list[list[str]], only: frozenset[str]
) -> dict[str, str]:
    """Return names of the second program with the name of the first that has the same uses.

    Args:
        masked: The trees of both programs, with one and the same value for all names in `only`.
        names: The own names of both programs, in source order, as often as they occur.
        only: The names that only one of the programs declares.
    """
    first, second = map(_locate_names, masked)
    votes: Counter[tuple[str, str]] = Counter()
    for digest in first.keys() & second.keys():
        if len(first[digest]) != len(second[digest]):
            continue
        for (start, count), (other, _) in zip(first[digest], second[digest], strict=True):
            votes.update(
                pair
                for at in range(count)
                if only.issuperset(pair := (names[0][start + at], names[1][other + at]))
            )
    found: dict[str, str] = {}
    for old, new in sorted(votes, key=lambda pair: (-votes[pair], pair)):
        if new not in found and old not in found.values():
            found[new] = old
    return found


def _locate_names(tree: Tree) -> dict[str, list[tuple[int, int]]]:
    """Return, by digest, at which own name each subtree starts, and how many it has."""
    found: dict[str, list[tuple[int, int]]] = {}
    seen = 0
    for node in tree.walk():
        if 3 <= node.size <= 60:  # smaller ones match anything, larger ones consist of these
            count = sum(inner.is_own_name for inner in node.walk())
            found.setdefault(node.digest, []).append((seen, count))
        seen += node.is_own_name
    return found

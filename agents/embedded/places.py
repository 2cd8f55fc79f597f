"""Find the sites in a program where an edit may give a new behavior.

The edited program should still read its input, terminate and cost about the same, but behave in a
new way. So code that reads or writes is not edited, small functions without loops are preferred,
and code that determines an index or the end of a loop gets a low weight.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tree_sitter import Node

from pieforge.agents.embedded.edit import MutationKind
from pieforge.agents.embedded.grammar import EditGrammar
from pieforge.syntax.tree import (
    collect_identifiers,
    find_nodes,
    get_declared_name,
    get_field_text,
    get_text,
    walk,
)

_TELLING_WORDS = frozenset(
    (
        *("max", "min", "largest", "smallest", "highest", "lowest", "longest", "shortest"),
        *("cheapest", "strongest", "fullest", "closest", "nearest", "farthest", "most", "least"),
        *("best", "worst", "sum", "total", "product", "difference", "distance", "length", "size"),
        *("count", "number", "depth", "average", "mean", "median", "gcd", "abs", "square"),
    )
)
"""Words in a name that say how its value is computed."""
_DEFINING_KINDS = frozenset(
    {MutationKind.ARITHMETIC, MutationKind.SIGN, MutationKind.AGGREGATE, MutationKind.RESULT}
)
"""Kinds of edits that change how a value is computed, not from what."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@dataclass(frozen=True)
class EditSite:
    """The surroundings of a node."""

    weight: float
    """How promising an edit is here, from 0 to 1."""
    signed: bool = True
    """Whether a value may become negative or large: not if it is used as an index."""
    loop_depth: int = 0
    """Number of loops around the node within its function."""
    in_loop_header: bool = False
    """Whether the node is in the header of a loop."""
    in_body_driven_loop: bool = False
    """Whether the innermost loop around ends only by the effect of its body, like `while`."""


class EditContext:
    """Properties of a program that determine the sites of edits.

    Args:
        root: The program's syntax tree.
        grammar: Its language.
    """

    def __init__(self, root: Node, grammar: EditGrammar) -> None:
        self.root = root
        self.source = root.text or b""
        self.grammar = grammar
        self.functions = [node for node in walk(root) if node.type in grammar.functions]
        self.input_names = self._collect_input_names()
        self.io_names = self.input_names | grammar.output_names
        self.index_names = self._collect_index_names()
        self.size_names = self._collect_size_names()
        self.loop_control_names = self._collect_loop_control_names()
        self.text_names = self._collect_text_names()

    def find_sites(self) -> Iterator[tuple[Node, EditSite]]:
        """Yield the nodes that may be edited, each with its site."""
        waiting = [(self.root, EditSite(weight=0.6))]
        while waiting:
            node, site = waiting.pop()
            if node.type in self.grammar.opaque or self._is_shielded(node):
                continue
            if node.type in self.grammar.functions:
                if self._is_io_helper(node):
                    continue
                site = self._enter_function(node, site)
            yield node, site
            waiting += [
                (child, self._enter_child(node, child, site)) for child in reversed(node.children)
            ]

    def contradicts_name(self, node: Node, kind: MutationKind) -> bool:
        """Return whether an edit makes a name untrue that says what a value is.

        The names are those of the variable that is assigned to and of the function around, such as
        `distance` or `count_ways`.
        """
        if kind not in _DEFINING_KINDS:
            return False
        inner: Node | None = node
        assigned = self.grammar.assignments | {"init_declarator"}
        while inner is not None and inner.type not in assigned | self.grammar.functions:
            inner = inner.parent
        names = [self.find_enclosing_function(node) or ""]
        if inner is not None and inner.type in assigned:
            names.append(_find_assigned_name(inner))
        words = {word.lower().removesuffix("s") for name in names for word in _WORD.findall(name)}
        return bool(words & _TELLING_WORDS)

    def find_enclosing_function(self, node: Node) -> str | None:
        """Return the name of the function around a node, or None outside of functions."""
        parent = node.parent
        while parent is not None and parent.type not in self.grammar.functions:
            parent = parent.parent
        return get_declared_name(parent) if parent is not None else None

    def _is_recursive(self, call: Node) -> bool:
        return get_field_text(call, "function") == self.find_enclosing_function(call)

    def _is_shielded(self, node: Node) -> bool:
        """Return whether a statement, or the condition of one, reads or writes."""
        if node.type == "return_statement" and self.find_enclosing_function(node) == "main":
            return True  # the exit status: anything but 0 is a failure
        if node.type in self.grammar.statements:
            return bool(collect_identifiers(node) & self.io_names)
        # `if (scanf(...) != 2) return 1;` is part of reading, its body included.
        decides = node.type in {"if_statement", "conditional_expression"}
        condition = node.child_by_field_name("condition")
        return decides and bool(collect_identifiers(condition) & self.io_names)

    def _enter_function(self, node: Node, site: EditSite) -> EditSite:
        name = get_declared_name(node)
        weight = (1.0, 0.45, 0.25)[min(_measure_loop_depth(node, self.grammar), 2)]
        io_names = self.grammar.input_names | self.grammar.output_names
        if name == "main" or collect_identifiers(node) & io_names:
            weight = 0.4
        return replace(site, weight=weight, signed=name not in self.index_names, loop_depth=0)

    def _enter_child(self, node: Node, child: Node, site: EditSite) -> EditSite:
        grammar = self.grammar
        if node.type in grammar.loops:
            return self._enter_loop(node, child, site)
        if node.type in grammar.subscripts and child.prev_sibling is not None:
            return replace(site, weight=site.weight * 0.15, signed=False)
        if _is_length(node, child):
            return replace(site, weight=0.0)
        if node.type in grammar.calls and self._is_recursive(node):
            # The arguments of a recursive call make the recursion end.
            return replace(site, weight=site.weight * 0.1, signed=False)
        if node.type == "init_declarator" or node.type in grammar.assignments:
            named = _find_assigned_name(node)
            if named in self.loop_control_names:
                return replace(site, weight=0.0)
            if named in self.index_names:
                return replace(site, weight=site.weight * 0.4, signed=False)
        return site

    def _enter_loop(self, node: Node, child: Node, site: EditSite) -> EditSite:
        driver = node.type not in self.grammar.counted_loops
        if child == node.child_by_field_name("body"):
            return replace(
                site,
                loop_depth=site.loop_depth + 1,
                in_loop_header=False,
                in_body_driven_loop=driver,
            )
        reads = bool(collect_identifiers(node) & self.input_names)
        weight = 0.0 if reads else site.weight * 0.3
        return replace(site, weight=weight, in_loop_header=True, signed=False)

    def _is_io_helper(self, node: Node) -> bool:
        """Return whether a short function only reads or only writes, apart from `main`."""
        words = collect_identifiers(node)
        reads = bool(words & self.grammar.input_names)
        writes = bool(words & self.grammar.output_names)
        lines = node.end_point.row - node.start_point.row
        return get_declared_name(node) != "main" and reads != writes and lines < 25

    def _collect_input_names(self) -> frozenset[str]:
        """Return the names of input: functions that read, and variables of unparsed input."""
        words = {get_declared_name(node) for node in self.functions if self._is_io_helper(node)}
        for node in find_nodes(self.root, ("assignment", "call_expression")):
            if node.type == "assignment" and _is_whole_input_read(node):
                words.add(_find_assigned_name(node))
            elif get_field_text(node, "function") in {"fgets", "std::fgets"}:
                words.add(get_text(node).split("(", 1)[1].split(",")[0].strip())
        return (self.grammar.input_names | words) - {""}

    def _collect_index_names(self) -> frozenset[str]:
        """Return the names used as indices, and the names that those are computed from."""
        words: set[str] = set()
        for node in walk(self.root):
            if node.type in self.grammar.subscripts:
                for child in node.children[1:]:
                    words |= collect_identifiers(child)
            if node.type == "subscript_argument_list":
                words |= collect_identifiers(node)
        assigning = find_nodes(self.root, self.grammar.assignments | {"init_declarator"})
        sources = [(_find_assigned_name(node), collect_identifiers(node)) for node in assigning]
        for _ in range(2):  # two assignments back
            for target, used in sources:
                if target in words:
                    words |= used
        return frozenset(words)

    def _collect_size_names(self) -> frozenset[str]:
        """Return the names that determine sizes of arrays or types: a change would only crash."""
        words: set[str] = set()
        for node in walk(self.root):
            if node.type in {"array_declarator", "template_argument_list", "preproc_def"}:
                words |= collect_identifiers(node)
            if node.type == "init_declarator":
                for child in node.children:
                    words |= collect_identifiers(child if child.type == "argument_list" else None)
        return frozenset(words)

    def _collect_loop_control_names(self) -> frozenset[str]:
        """Return the names in the headers of loops that end only by the effect of their body."""
        driven = find_nodes(self.root, self.grammar.loops - self.grammar.counted_loops)
        heads = (node.child_by_field_name(f) for node in driven for f in ("condition", "update"))
        return frozenset().union(*map(collect_identifiers, heads))

    def _collect_text_names(self) -> frozenset[str]:
        """Return the names declared as strings, for which arithmetic is meaningless."""
        texts = (node for node in walk(self.root) if "string" in get_field_text(node, "type"))
        declared = (node.child_by_field_name("declarator") for node in texts)
        return frozenset().union(*map(collect_identifiers, declared))


def _find_assigned_name(node: Node) -> str:
    """Return the name that a declaration or an assignment assigns to."""
    target = node.child_by_field_name("left") or node.child_by_field_name("declarator")
    while target is not None and target.type == "init_declarator":
        target = target.child_by_field_name("declarator")
    return get_text(target).lstrip("&*") if target is not None else ""


def _is_length(node: Node, child: Node) -> bool:
    """Return whether a child is the length in `vector<T> v(length)` or `[0] * length`."""
    if node.type == "argument_list" and node.parent is not None:
        return node.parent.type == "init_declarator" and child == node.named_child(0)
    if node.type == "binary_operator":
        return any(other.type == "list" for other in node.children) and child.type != "list"
    return False


def _is_whole_input_read(node: Node) -> bool:
    value = get_field_text(node, "right")
    return any(call in value for call in (".read()", ".readlines()", "iter("))


def _measure_loop_depth(node: Node, grammar: EditGrammar) -> int:
    """Return the depth of nested loops below a node, itself included."""
    waiting, deepest = [(node, 0)], 0
    while waiting:
        inner, depth = waiting.pop()
        depth += inner.type in grammar.loops
        deepest = max(deepest, depth)
        waiting += [(child, depth) for child in inner.children]
    return deepest

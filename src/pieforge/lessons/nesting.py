"""How deep a program's loops nest, through calls of its own functions."""

from collections.abc import Mapping

from tree_sitter import Node

from pieforge.lessons.grammar import ClassifierGrammar
from pieforge.lessons.io_analysis import IoAnalysis
from pieforge.syntax.tree import collect_ancestor_ids, find_nodes, get_field_text, get_text

_MAX_TREE_DEPTH = 150
"""Levels of the syntax tree below which nothing is looked at, calls included: whoever nests
deeper than that means to be a nuisance."""


class LoopNesting:
    """Loops around the innermost statement.

    Attributes:
        recursive: Whether a function that was looked at calls itself.
    """

    def __init__(
        self,
        root: Node,
        grammar: ClassifierGrammar,
        functions: Mapping[str, Node],
        io_analysis: IoAnalysis,
    ) -> None:
        self._root = root
        self._grammar = grammar
        self._functions = functions
        self._io_analysis = io_analysis
        self._function_depths: dict[str, int] = {}
        self._visiting: set[str] = set()
        self.recursive = False
        own = functions.keys() - io_analysis.io_functions
        loops = find_nodes(root, grammar.loops)
        self._loop_ancestors = collect_ancestor_ids(n.parent for n in loops if n.parent is not None)
        self._call_ancestors = collect_ancestor_ids(
            node
            for node in find_nodes(root, grammar.calls)
            if get_field_text(node, "function") in own
        )

    def compute_depth(self) -> int:
        """Return the number of loops; a library's walk over its argument counts as one."""
        whole = self._measure_children(self._root, _MAX_TREE_DEPTH)
        return max(whole, *(self._measure_function(n, _MAX_TREE_DEPTH) for n in self._functions), 0)

    def _measure_children(self, node: Node, depth_left: int) -> int:
        children = node.children if depth_left > 0 else []
        return max((self._measure_node(child, depth_left - 1) for child in children), default=0)

    def _measure_node(self, node: Node, depth_left: int) -> int:
        grammar = self._grammar
        if node.type in grammar.calls:
            return self._measure_call(node, depth_left)
        below = self._measure_children(node, depth_left)
        if node.type in grammar.loops | grammar.comprehensions and not self._is_trivial(node):
            return below + 1
        return below

    def _measure_function(self, name: str, depth_left: int) -> int:
        """Return the loops inside a function; one that calls itself is looked at once."""
        if name in self._visiting:
            self.recursive = True
            return 0
        if name not in self._function_depths:
            self._visiting.add(name)
            self._function_depths[name] = self._measure_children(self._functions[name], depth_left)
            self._visiting.discard(name)
        return self._function_depths[name]

    def _measure_call(self, node: Node, depth_left: int) -> int:
        below = self._measure_children(node, depth_left)
        callee = node.child_by_field_name("function")
        if callee is None:
            return below
        name = get_text(callee).split("::")[-1].split(".")[-1].split("<")[0]
        member = callee.type in self._grammar.members
        if name in self._functions and name not in self._io_analysis.io_functions:
            if member and name in self._visiting:
                return below
            return max(below, self._measure_function(name, depth_left - 1))
        if name == "pop" and get_text(node).endswith("pop(0)"):
            return below + 1
        walks = self._grammar.linear_members if member else self._grammar.linear
        given = node.child_by_field_name("arguments")
        alone = given is not None and given.named_child_count == 1
        if name in walks or (name in self._grammar.linear_of_one and alone):
            # A walk over what a comprehension gives is that comprehension's own.
            return below if self._io_analysis.is_io(node) else max(below, 1)
        return below

    def _is_trivial(self, loop: Node) -> bool:
        """Say whether a loop does nothing but read or write single items."""
        body = loop.child_by_field_name("body")
        if body is None or body.named_child_count == 0:
            return False
        if loop.id in self._loop_ancestors or loop.id in self._call_ancestors:
            return False
        inner = body.named_children if body.type in self._grammar.blocks else [body]
        return all(
            self._io_analysis.is_io(child) and not self._io_analysis.is_buffering(child)
            for child in inner
        )

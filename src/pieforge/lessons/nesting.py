"""Nesting depth of a program's loops, through calls of its own functions."""

from collections.abc import Mapping

from tree_sitter import Node

from pieforge.lessons.grammar import ClassifierGrammar
from pieforge.lessons.io_analysis import IoAnalysis
from pieforge.syntax.tree import collect_ancestor_ids, find_nodes, get_field_text, get_text

_MAX_TREE_DEPTH = 150
"""Levels of the syntax tree that are analyzed, calls included. The limit keeps a hostile program
from exhausting the stack: the analysis recurses."""


class LoopNesting:
    """Loops around the innermost statement.

    Attributes:
        recursive: Whether an analyzed function calls itself; known after `compute_depth`.
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
        """Return the number of nested loops; a library function that iterates counts as one."""
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
        """Return the depth of the loops in a function; a recursive call adds nothing."""
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
        # In a list, `pop(0)` moves all other elements.
        if name == "pop" and get_text(node).endswith("pop(0)"):
            return below + 1
        iterating = self._grammar.linear_members if member else self._grammar.linear
        arguments = node.child_by_field_name("arguments")
        alone = arguments is not None and arguments.named_child_count == 1
        if name in iterating or (name in self._grammar.linear_of_one and alone):
            # `sum(x for x in a)` is one loop: the comprehension is counted already.
            return below if self._io_analysis.is_io(node) else max(below, 1)
        return below

    def _is_trivial(self, loop: Node) -> bool:
        """Return whether a loop only reads or writes single items."""
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

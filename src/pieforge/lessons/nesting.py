"""How deep a program's loops nest, through calls of its own functions."""

from collections.abc import Mapping

from tree_sitter import Node

from pieforge.lessons.grammar import Grammar, around, text_of, walk
from pieforge.lessons.io_analysis import Talk

_DEEPEST = 150
"""Levels of the syntax tree below which nothing is looked at, calls included: whoever nests
deeper than that means to be a nuisance."""


class Nesting:
    """Loops around the innermost statement.

    Attributes:
        recursive: Whether a function that was looked at calls itself.
    """

    def __init__(
        self, root: Node, grammar: Grammar, functions: Mapping[str, Node], talk: Talk
    ) -> None:
        self._root = root
        self._grammar = grammar
        self._functions = functions
        self._talk = talk
        self._bodies: dict[str, int] = {}
        self._inside: set[str] = set()
        self.recursive = False
        own = functions.keys() - talk.readers
        loops = [node for node in walk(root) if node.type in grammar.loops]
        self._looping = around(node.parent for node in loops if node.parent is not None)
        self._calling = around(
            node
            for node in walk(root)
            if node.type in grammar.calls
            and (callee := node.child_by_field_name("function")) is not None
            and text_of(callee) in own
        )

    def depth(self) -> int:
        """Return the number of loops; a library's walk over its argument counts as one."""
        whole = self._below(self._root, _DEEPEST)
        return max([whole, *(self._body(name, _DEEPEST) for name in self._functions)])

    def _below(self, node: Node, left: int) -> int:
        most = 0
        if left > 0:
            for child in node.children:
                most = max(most, self._of(child, left - 1))
        return most

    def _of(self, node: Node, left: int) -> int:
        grammar = self._grammar
        if node.type in grammar.calls:
            return self._call(node, left)
        below = self._below(node, left)
        if node.type in grammar.loops | grammar.comprehensions and not self._is_trivial(node):
            return below + 1
        return below

    def _body(self, name: str, left: int) -> int:
        """Return the loops inside a function; one that calls itself is looked at once."""
        if name in self._inside:
            self.recursive = True
            return 0
        if name not in self._bodies:
            self._inside.add(name)
            self._bodies[name] = self._below(self._functions[name], left)
            self._inside.discard(name)
        return self._bodies[name]

    def _call(self, node: Node, left: int) -> int:
        below = self._below(node, left)
        callee = node.child_by_field_name("function")
        if callee is None:
            return below
        name = text_of(callee).split("::")[-1].split(".")[-1].split("<")[0]
        member = callee.type in self._grammar.members
        if name in self._functions and name not in self._talk.readers:
            if member and name in self._inside:
                return below
            return max(below, self._body(name, left - 1))
        if name == "pop" and text_of(node).endswith("pop(0)"):
            return below + 1
        walks = self._grammar.linear_members if member else self._grammar.linear
        given = node.child_by_field_name("arguments")
        if name in walks or (
            name in self._grammar.linear_of_one
            and given is not None
            and given.named_child_count == 1
        ):
            # A walk over what a comprehension gives is that comprehension's own.
            return below if self._talk.speaks(node) else max(below, 1)
        return below

    def _is_trivial(self, loop: Node) -> bool:
        """Say whether a loop does nothing but read or write single items."""
        body = loop.child_by_field_name("body")
        if body is None or body.named_child_count == 0:
            return False
        if loop.id in self._looping or loop.id in self._calling:
            return False
        inner = body.named_children if body.type in self._grammar.blocks else [body]
        return all(self._talk.speaks(child) and not self._talk.gathers(child) for child in inner)

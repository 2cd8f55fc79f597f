"""What one program does, as far as its text tells: how deep loops nest, what data is kept in."""

import re
from collections import Counter
from dataclasses import dataclass

from tree_sitter import Node

from pieforge.lessons.grammar import Grammar, is_word, parsed, text_of, walk, words_of
from pieforge.lessons.idioms import STRUCTURES, idioms
from pieforge.lessons.io_analysis import Talk
from pieforge.lessons.nesting import Nesting

_DEEPEST = 100
"""Levels of nested statements that are told apart."""
_COUNTS = re.compile(r"\w+ ?([-+*^|&]=)")
_HOLDERS = ("statement", "declaration", "definition", "_specifier", "list")
"""Endings of the types of nodes that are statements, or lists of them."""
_LISTS_OF_VALUES = frozenset({"argument_list", "parameter_list", "initializer_list"})
_NAMES_ONLY = frozenset({"primitive_type", "sized_type_specifier", "identifier", ",", ";"})
_EMPTY = frozenset({"return 1;", "return 0;", "break;", "pass"})


@dataclass(frozen=True)
class Facts:
    """One program.

    Attributes:
        core: Statements that compute, by shape (every name alike), with how often they occur.
        io: Statements that read and write, by shape.
        depth: Loops around the innermost statement, through calls of the program's own functions
            and of those of the library that walk over their argument.
        structures: Kinds of structures in which data is kept.
        containers: How often each word for a structure occurs.
        words: Every name.
        ordered: How often something is sorted, or searched for in what is sorted.
        recursive: Whether a function calls itself.
        idioms: What `idioms` found.
    """

    core: Counter[str]
    io: Counter[str]
    depth: int
    structures: frozenset[str]
    containers: Counter[str]
    words: frozenset[str]
    ordered: int
    recursive: bool
    idioms: frozenset[str]


def facts(code: str, grammar: Grammar) -> Facts:
    """Read a program; one that does not parse is read as far as it does."""
    root = parsed(code, grammar)
    functions = _functions(root, grammar)
    talk = Talk(root, grammar, functions)
    sorting = _Sorting(grammar, talk)
    sorting.sort(root, _DEEPEST)
    nesting = Nesting(root, grammar, functions, talk)
    depth = nesting.depth()
    containers = _containers(root, grammar)
    found = idioms(root, grammar, talk.raw)
    kinds = {grammar.structures[word] for word in containers}
    return Facts(
        core=sorting.core,
        io=sorting.io,
        depth=depth,
        structures=frozenset(kinds | (found & STRUCTURES)),
        containers=containers,
        words=words_of(root),
        ordered=sum(is_word(node) and text_of(node) in grammar.ordering for node in walk(root)),
        recursive=nesting.recursive,
        idioms=found,
    )


def _functions(root: Node, grammar: Grammar) -> dict[str, Node]:
    found = {}
    for node in walk(root):
        if node.type in grammar.functions:
            name = name_of(node)
            if name:
                found[name] = node
    return found


def name_of(function: Node) -> str:
    """Return the name of a function, or of the variable that a lambda is kept in."""
    outer = function.parent
    if outer is not None and outer.type in {"init_declarator", "assignment"}:
        head = outer.child_by_field_name("declarator") or outer.child_by_field_name("left")
        return text_of(head) if head is not None else ""
    head = function.child_by_field_name("name") or function.child_by_field_name("declarator")
    while head is not None and not is_word(head):
        words = (child for child in head.children if is_word(child))
        head = head.child_by_field_name("declarator") or next(words, None)
    return text_of(head) if head is not None else ""


def _containers(root: Node, grammar: Grammar) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in walk(root):
        if is_word(node) and text_of(node) in grammar.structures:
            outer = node.parent.type if node.parent is not None else ""
            found[text_of(node)] += not outer.startswith(("preproc", "import"))
        elif node.type in grammar.structures:
            found[node.type] += 1
    return +found


class _Sorting:
    """Sorts a program's statements into computing ones and others."""

    def __init__(self, grammar: Grammar, talk: Talk) -> None:
        self.grammar = grammar
        self.talk = talk
        self.core: Counter[str] = Counter()
        self.io: Counter[str] = Counter()
        self.compound = grammar.loops | grammar.branches | grammar.functions | grammar.blocks

    def sort(self, node: Node, left: int) -> bool:
        """Sort what is below a node.

        Returns:
            Whether there is nothing but reading and writing below.
        """
        grammar = self.grammar
        if node.type in grammar.skipped or left == 0:
            return True
        if node.type in grammar.functions and name_of(node) in self.talk.readers:
            self.io[self._shape(node)] += 1
            return True
        body = node.child_by_field_name("body") if node.type in grammar.loops else None
        children = node.children if body is None else [body]
        inner = [child for child in children if child == body or self._holds(child)]
        if node.type not in self.compound and not inner:
            return self._statement(node)
        parts = [self.sort(child, left - 1) for child in inner]
        only_talk = all(parts)
        if node.type in grammar.loops | grammar.branches:
            rest = [child for child in node.children if child not in inner and child.is_named]
            for child in rest:
                talks = only_talk or self.talk.speaks(child)
                (self.io if talks else self.core)[self._shape(child)] += 1
        return only_talk

    def _statement(self, node: Node) -> bool:
        if not node.is_named:
            return True
        talks = self.talk.speaks(node)
        if (
            talks
            or node.type != "declaration"
            or any(c.type not in _NAMES_ONLY for c in node.children)
        ):
            (self.io if talks else self.core)[self._shape(node)] += 1
        counts = _COUNTS.match(text_of(node)) if talks else None
        if counts is not None and not self.talk.gathers(node):
            # `sum += next_number()` reads, but counts as well.
            self.core[f"v {counts[1]} v"] += 1
            return False
        return talks or text_of(node).strip() in _EMPTY

    def _holds(self, node: Node) -> bool:
        """Say whether a node is a statement, or holds some."""
        if node.type in self.compound:
            return True
        if node.parent is None or node.type in _LISTS_OF_VALUES:
            return False
        inside = node.parent.type in self.compound or node.parent.type.endswith(_HOLDERS[-2:])
        return inside and node.type.endswith(_HOLDERS)

    def _shape(self, node: Node) -> str:
        """Return a statement's tokens, every name of the program's own alike."""
        known = self.grammar.structures.keys() | self.grammar.linear | self.grammar.ordering
        leaves = []
        for leaf in walk(node):
            if leaf.child_count == 0 and leaf.type not in {";", "comment"}:
                text = text_of(leaf)
                leaves.append("v" if is_word(leaf) and text not in known else text)
        return " ".join(leaves)

"""Find the parts of a program that only read its input or write its output."""

from collections.abc import Iterable, Iterator, Mapping

from tree_sitter import Node

from pieforge.lessons.grammar import ClassifierGrammar
from pieforge.syntax.tree import (
    collect_ancestor_ids,
    collect_identifiers,
    collect_texts,
    get_field,
    get_text,
    is_identifier,
    walk,
)

_MAX_WRITER_TOKENS = 80
"""A function that writes and is longer than this also computes; readers may be twice as long."""
_WHOLE_READS = frozenset({"read", "readlines", "fread", "fgets", "mmap"})


class IoAnalysis:
    """Reading and writing in one program.

    Attributes:
        raw_input_names: Names that hold the input as text or as words.
        io_functions: Functions that only read or only write.
        output_buffers: Names that only collect what is written at the end.
    """

    def __init__(
        self, root: Node, grammar: ClassifierGrammar, functions: Mapping[str, Node]
    ) -> None:
        self._root = root
        self._grammar = grammar
        self._occurrences: dict[str, list[Node]] = {}
        for node in walk(root):
            if is_identifier(node):
                self._occurrences.setdefault(get_text(node), []).append(node)
        self.raw_input_names = self._find_raw_input()
        self.io_functions = {
            name for name, node in functions.items() if self._is_io_function(name, node)
        }
        self.raw_input_names |= self._find_io_globals(functions)
        self.output_buffers = self._find_output_buffers()
        io_names = grammar.input_names | grammar.output_names | self.raw_input_names
        io_names |= self.io_functions | self.output_buffers
        self._io_nodes = collect_ancestor_ids(self._find_nodes(io_names))
        self._buffering_nodes = collect_ancestor_ids(self._find_nodes(self.output_buffers))

    def is_io(self, node: Node) -> bool:
        """Return whether a statement reads or writes."""
        return node.id in self._io_nodes

    def is_buffering(self, node: Node) -> bool:
        """Return whether a statement uses an output buffer."""
        return node.id in self._buffering_nodes

    def _find_nodes(self, words: Iterable[str]) -> Iterator[Node]:
        for word in words:
            yield from self._occurrences.get(word, ())

    def _find_raw_input(self) -> set[str]:
        found: set[str] = set()
        for word in _WHOLE_READS & self._occurrences.keys():
            for occurrence in self._occurrences[word]:
                node = occurrence.parent
                while node is not None and node.type not in {"assignment", "call_expression"}:
                    node = node.parent
                target = get_field(node, "left") or get_field(node, "arguments")
                found |= collect_identifiers(target) - self._grammar.input_names
        return found

    def _is_io_function(self, name: str, function: Node) -> bool:
        if name == "main":
            return False
        names = collect_identifiers(function)
        reads = bool(names & (self._grammar.input_names | self.raw_input_names))
        writes = bool(names & self._grammar.output_names)
        size = sum(node.child_count == 0 for node in walk(function))
        return reads != writes and size <= (2 if reads else 1) * _MAX_WRITER_TOKENS

    def _find_io_globals(self, functions: Mapping[str, Node]) -> set[str]:
        """Return the global names that functions which only read or write use."""
        served: set[str] = set()
        served.update(*(collect_identifiers(functions[name]) for name in self.io_functions))
        declarations = (node for node in self._root.children if node.type == "declaration")
        return served & set().union(*(collect_texts(d, "identifier") for d in declarations))

    def _find_output_buffers(self) -> set[str]:
        writers = self._find_nodes(self._grammar.output_names)
        written = set().union(*(collect_identifiers(self._find_statement(w)) for w in writers))
        return {name for name in written if self._is_output_buffer(name)}

    def _is_output_buffer(self, name: str) -> bool:
        """Return whether a name is only initialized as empty, appended to and written."""
        added = False
        statements = {node.id: node for node in map(self._find_statement, self._occurrences[name])}
        for statement in statements.values():
            if collect_identifiers(statement) & self._grammar.output_names:
                continue
            text = "".join(get_text(statement).split())
            grows = text.startswith((f"{name}.append(", f"{name}+=", f"{name}.push_back("))
            added = added or grows
            empty = text in {f"{name}=[]", f'{name}=""', f"std::string{name};", f"string{name};"}
            if not (grows or empty or f"{name}.reserve(" in text):
                return False
        return added

    def _find_statement(self, node: Node) -> Node:
        grammar = self._grammar
        holders = grammar.blocks | grammar.loops | grammar.branches
        while node.parent is not None and node.parent.type not in holders:
            node = node.parent
        return node

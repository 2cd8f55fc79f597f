"""Which parts of a program do nothing but read its input and write its output."""

from collections.abc import Iterable, Iterator, Mapping

from tree_sitter import Node

from pieforge.lessons.grammar import Grammar, around, is_word, text_of, walk, words_of

_WRITER_TOKENS = 80
"""A function that only writes and is longer than this computes something, too."""
_WHOLE_READS = frozenset({"read", "readlines", "fread", "fgets", "mmap"})


class Talk:
    """Reading and writing in one program.

    Attributes:
        raw: Names that hold the input's text, or its words, unread.
        readers: Functions that do nothing but read, or nothing but write.
        sinks: Names that only gather what is written at the end.
    """

    def __init__(self, root: Node, grammar: Grammar, functions: Mapping[str, Node]) -> None:
        self._root = root
        self._grammar = grammar
        self._places: dict[str, list[Node]] = {}
        for node in walk(root):
            if is_word(node):
                self._places.setdefault(text_of(node), []).append(node)
        self.raw = self._raw_buffers()
        self.readers = {name for name, node in functions.items() if self._only_talks(name, node)}
        self.raw |= self._buffers_of(functions)
        self.sinks = self._sinks()
        talk = grammar.reading | grammar.writing | self.raw | self.readers | self.sinks
        self._speaking = around(self._named(talk))
        self._gathering = around(self._named(self.sinks))

    def speaks(self, node: Node) -> bool:
        """Say whether a statement reads or writes."""
        return node.id in self._speaking

    def gathers(self, node: Node) -> bool:
        """Say whether a statement adds to what is written at the end."""
        return node.id in self._gathering

    def _named(self, words: Iterable[str]) -> Iterator[Node]:
        for word in words:
            yield from self._places.get(word, ())

    def _raw_buffers(self) -> set[str]:
        found: set[str] = set()
        for word in _WHOLE_READS & self._places.keys():
            for place in self._places[word]:
                node = place.parent
                while node is not None and node.type not in {"assignment", "call_expression"}:
                    node = node.parent
                if node is None:
                    continue
                target = node.child_by_field_name("left") or node.child_by_field_name("arguments")
                found |= words_of(target) - self._grammar.reading if target is not None else set()
        return found

    def _only_talks(self, name: str, function: Node) -> bool:
        if name == "main":
            return False
        names = words_of(function)
        reads = bool(names & (self._grammar.reading | self.raw))
        writes = bool(names & self._grammar.writing)
        size = sum(node.child_count == 0 for node in walk(function))
        return reads != writes and size <= (2 if reads else 1) * _WRITER_TOKENS

    def _buffers_of(self, functions: Mapping[str, Node]) -> set[str]:
        """Return the global names that serve the readers."""
        served = {word for name in self.readers for word in words_of(functions[name])}
        return {
            text_of(node)
            for declaration in self._root.children
            if declaration.type == "declaration"
            for node in walk(declaration)
            if node.type == "identifier" and text_of(node) in served
        }

    def _sinks(self) -> set[str]:
        written: set[str] = set()
        for word in self._grammar.writing & self._places.keys():
            for place in self._places[word]:
                written |= words_of(self._statement_of(place))
        return {name for name in written if self._gathers(name)}

    def _gathers(self, name: str) -> bool:
        """Say whether a name is made empty, added to, and written, and nothing else."""
        added = False
        statements = {node.id: node for node in map(self._statement_of, self._places[name])}
        for statement in statements.values():
            if words_of(statement) & self._grammar.writing:
                continue
            text = "".join(text_of(statement).split())
            grows = text.startswith((f"{name}.append(", f"{name}+=", f"{name}.push_back("))
            added = added or grows
            empty = text in {f"{name}=[]", f'{name}=""', f"std::string{name};", f"string{name};"}
            if not (grows or empty or f"{name}.reserve(" in text):
                return False
        return added

    def _statement_of(self, node: Node) -> Node:
        grammar = self._grammar
        holders = grammar.blocks | grammar.loops | grammar.branches
        while node.parent is not None and node.parent.type not in holders:
            node = node.parent
        return node

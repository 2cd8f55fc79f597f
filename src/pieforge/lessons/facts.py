"""Facts about a program from its text: statements, nesting of loops, data structures, idioms."""

import re
from collections import Counter
from dataclasses import dataclass

from tree_sitter import Node

from pieforge.lessons.grammar import ClassifierGrammar, parse_program
from pieforge.lessons.idioms import STRUCTURES, find_idioms
from pieforge.lessons.io_analysis import IoAnalysis
from pieforge.lessons.nesting import LoopNesting
from pieforge.syntax.tree import (
    collect_identifiers,
    get_declared_name,
    get_field_text,
    get_text,
    is_identifier,
    walk,
)

_MAX_STATEMENT_DEPTH = 100
"""Levels of nested statements that are classified; deeper ones are skipped."""
_ACCUMULATION = re.compile(r"\w+ ?([-+*^|&]=)")
_STATEMENT_SUFFIXES = ("statement", "declaration", "definition", "_specifier", "list")
"""Suffixes of the node types of statements, and of lists of statements."""
_VALUE_LISTS = frozenset({"argument_list", "parameter_list", "initializer_list"})
_NAME_NODES = frozenset({"primitive_type", "sized_type_specifier", "identifier", ",", ";"})
_TRIVIAL_STATEMENTS = frozenset({"return 1;", "return 0;", "break;", "pass"})


@dataclass(frozen=True)
class ProgramFacts:
    """Facts about one program.

    Attributes:
        core: Counts of the computing statements; all names in them are replaced by `v`.
        io: Counts of the reading and writing statements, in the same form.
        depth: Number of loops around the innermost statement. Calls are followed into the program's
            own functions; a library function that iterates over its argument is one loop.
        structures: Kinds of data structures.
        containers: Number of occurrences of each name of a data structure.
        identifiers: All names.
        sorting_calls: Number of calls that sort, or that search in sorted data.
        recursive: Whether a function calls itself.
        idioms: Names of the idioms that `find_idioms` found.
    """

    core: Counter[str]
    io: Counter[str]
    depth: int
    structures: frozenset[str]
    containers: Counter[str]
    identifiers: frozenset[str]
    sorting_calls: int
    recursive: bool
    idioms: frozenset[str]


def analyze_program(code: str, grammar: ClassifierGrammar) -> ProgramFacts:
    """Analyze a program; of one with syntax errors, the parts that parse."""
    root = parse_program(code, grammar)
    functions = _find_functions(root, grammar)
    io_analysis = IoAnalysis(root, grammar, functions)
    classifier = _StatementClassifier(grammar, io_analysis)
    classifier.classify(root, _MAX_STATEMENT_DEPTH)
    nesting = LoopNesting(root, grammar, functions, io_analysis)
    depth = nesting.compute_depth()
    containers = _count_containers(root, grammar)
    found = find_idioms(root, grammar, io_analysis.raw_input_names)
    kinds = {grammar.structures[word] for word in containers}
    return ProgramFacts(
        core=classifier.core,
        io=classifier.io,
        depth=depth,
        structures=frozenset(kinds | (found & STRUCTURES)),
        containers=containers,
        identifiers=collect_identifiers(root),
        sorting_calls=sum(
            is_identifier(node) and get_text(node) in grammar.ordering for node in walk(root)
        ),
        recursive=nesting.recursive,
        idioms=found,
    )


def _find_functions(root: Node, grammar: ClassifierGrammar) -> dict[str, Node]:
    functions = (node for node in walk(root) if node.type in grammar.functions)
    return {name: node for node in functions if (name := resolve_function_name(node))}


def resolve_function_name(function: Node) -> str:
    """Return the name of a function, or of the variable that holds a lambda."""
    outer = function.parent
    if outer is not None and outer.type in {"init_declarator", "assignment"}:
        return get_field_text(outer, "declarator") or get_field_text(outer, "left")
    return get_declared_name(function)


def _count_containers(root: Node, grammar: ClassifierGrammar) -> Counter[str]:
    found: Counter[str] = Counter()
    for node in walk(root):
        if is_identifier(node) and get_text(node) in grammar.structures:
            outer = node.parent.type if node.parent is not None else ""
            found[get_text(node)] += not outer.startswith(("preproc", "import"))
        elif node.type in grammar.structures:
            found[node.type] += 1
    return +found


class _StatementClassifier:
    """Separates a program's computing statements from those that read and write."""

    def __init__(self, grammar: ClassifierGrammar, io_analysis: IoAnalysis) -> None:
        self.grammar = grammar
        self.io_analysis = io_analysis
        self.core: Counter[str] = Counter()
        self.io: Counter[str] = Counter()
        self.compound = grammar.loops | grammar.branches | grammar.functions | grammar.blocks

    def classify(self, node: Node, depth_left: int) -> bool:
        """Classify the statements below a node.

        Returns:
            Whether all of them only read or write.
        """
        grammar = self.grammar
        if node.type in grammar.inert or depth_left == 0:
            return True
        functions = self.io_analysis.io_functions
        if node.type in grammar.functions and resolve_function_name(node) in functions:
            self._count(node, io=True)
            return True
        body = node.child_by_field_name("body") if node.type in grammar.loops else None
        children = node.children if body is None else [body]
        inner = [child for child in children if child == body or self._has_statements(child)]
        if node.type not in self.compound and not inner:
            return self._classify_statement(node)
        parts = [self.classify(child, depth_left - 1) for child in inner]
        only_io = all(parts)
        if node.type in grammar.loops | grammar.branches:
            for child in node.named_children:
                if child not in inner:
                    self._count(child, io=only_io or self.io_analysis.is_io(child))
        return only_io

    def _classify_statement(self, node: Node) -> bool:
        if not node.is_named:
            return True
        is_io = self.io_analysis.is_io(node)
        # A declaration without a value, such as `int n;`, computes nothing.
        named_only = all(child.type in _NAME_NODES for child in node.children)
        if is_io or node.type != "declaration" or not named_only:
            self._count(node, io=is_io)
        accumulates = _ACCUMULATION.match(get_text(node)) if is_io else None
        if accumulates is not None and not self.io_analysis.is_buffering(node):
            # `sum += next_number()` reads and also computes.
            self.core[f"v {accumulates[1]} v"] += 1
            return False
        return is_io or get_text(node).strip() in _TRIVIAL_STATEMENTS

    def _has_statements(self, node: Node) -> bool:
        """Return whether a node is a statement or contains statements."""
        if node.type in self.compound:
            return True
        if node.parent is None or node.type in _VALUE_LISTS:
            return False
        inside = node.parent.type in self.compound or node.parent.type.endswith(
            _STATEMENT_SUFFIXES[-2:]
        )
        return inside and node.type.endswith(_STATEMENT_SUFFIXES)

    def _count(self, node: Node, *, io: bool) -> None:
        (self.io if io else self.core)[self._normalize(node)] += 1

    def _normalize(self, node: Node) -> str:
        """Return a statement's tokens, with `v` for every name of the program's own."""
        known = self.grammar.structures.keys() | self.grammar.linear | self.grammar.ordering
        leaves = (leaf for leaf in walk(node) if leaf.child_count == 0)
        return " ".join(
            "v" if is_identifier(leaf) and get_text(leaf) not in known else get_text(leaf)
            for leaf in leaves
            if leaf.type not in {";", "comment"}
        )

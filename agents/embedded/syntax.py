"""Syntax trees of C++ and Python, and what their node types mean to the engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import tree_sitter
import tree_sitter_cpp
import tree_sitter_python
from tree_sitter import Node


@dataclass(frozen=True)
class EditGrammar:
    """One language: its parser, its node types by role, its words."""

    name: str
    language: tree_sitter.Language
    opaque: frozenset[str]
    """Subtrees that are never edited: types, directives, signatures."""
    functions: frozenset[str]
    loops: frozenset[str]
    counted_loops: frozenset[str]
    """Loops whose header alone makes them end."""
    statements: frozenset[str]
    """Statements without a body of their own."""
    binary: frozenset[str]
    assignments: frozenset[str]
    numbers: frozenset[str]
    characters: frozenset[str]
    calls: frozenset[str]
    subscripts: frozenset[str]
    input_names: frozenset[str]
    """Words that read the input."""
    output_names: frozenset[str]
    """Words that write the output."""
    negation: str
    ternary: str
    """Conditional expression over `condition`, `yes`, `no`."""
    logical: tuple[str, str]
    end: str
    """What ends a simple statement."""
    empty_statement: str
    """The statement that does nothing."""

    def parse(self, code: bytes) -> Node:
        """Return the root of the syntax tree; it may hold error nodes."""
        return tree_sitter.Parser(self.language).parse(code).root_node

    def has_valid_syntax(self, code: bytes) -> bool:
        """Say whether the code parses without an error node."""
        return not self.parse(code).has_error


def get_node_text(node: Node) -> str:
    """Return the source text of a node."""
    return (node.text or b"").decode(errors="replace")


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, in source order."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def collect_identifiers(node: Node) -> frozenset[str]:
    """Return the identifiers that occur in a subtree."""
    return frozenset(
        get_node_text(inner)
        for inner in walk(node)
        if inner.child_count == 0 and inner.type.endswith("identifier")
    )


def find_grammar(fence: str) -> EditGrammar | None:
    """Return the grammar of the language that a fence names, or None."""
    if fence in {"cpp", "c++", "cc", "cxx"}:
        return _create_cpp_grammar()
    if fence in {"python", "python3", "py"}:
        return _create_python_grammar()
    return None


@cache
def _create_cpp_grammar() -> EditGrammar:
    return EditGrammar(
        name="C++",
        language=tree_sitter.Language(tree_sitter_cpp.language()),
        opaque=frozenset(
            [
                "preproc_include",
                "preproc_def",
                "preproc_call",
                "preproc_function_def",
                "using_declaration",
                "alias_declaration",
                "type_definition",
                "template_argument_list",
                "type_descriptor",
                "array_declarator",
                "parameter_list",
                "field_declaration",
                "static_assert_declaration",
                "template_parameter_list",
                "comment",
            ]
        ),
        functions=frozenset({"function_definition", "lambda_expression"}),
        loops=frozenset({"for_statement", "while_statement", "do_statement", "for_range_loop"}),
        counted_loops=frozenset({"for_range_loop"}),
        statements=frozenset(
            [
                "expression_statement",
                "declaration",
                "return_statement",
                "continue_statement",
                "break_statement",
            ]
        ),
        binary=frozenset({"binary_expression"}),
        assignments=frozenset({"assignment_expression"}),
        numbers=frozenset({"number_literal"}),
        characters=frozenset({"char_literal"}),
        calls=frozenset({"call_expression"}),
        subscripts=frozenset({"subscript_expression"}),
        input_names=frozenset(
            [
                "cin",
                "scanf",
                "getchar",
                "getchar_unlocked",
                "fgets",
                "getline",
                "fread",
                "gets",
                "fgetc",
                "getc",
                "sscanf",
                "fscanf",
                "stdin",
                "rdbuf",
            ]
        ),
        output_names=frozenset(
            [
                "cout",
                "printf",
                "puts",
                "putchar",
                "putchar_unlocked",
                "fwrite",
                "fputs",
                "cerr",
                "fprintf",
                "sync_with_stdio",
                "tie",
                "setprecision",
            ]
        ),
        negation="!({})",
        ternary="(({condition}) ? ({yes}) : ({no}))",
        logical=("&&", "||"),
        end=";",
        empty_statement=";",
    )


@cache
def _create_python_grammar() -> EditGrammar:
    return EditGrammar(
        name="Python",
        language=tree_sitter.Language(tree_sitter_python.language()),
        opaque=frozenset(
            [
                "import_statement",
                "import_from_statement",
                "parameters",
                "comment",
                "slice",
                "type",
                "decorator",
                "global_statement",
            ]
        ),
        functions=frozenset({"function_definition", "lambda"}),
        loops=frozenset({"for_statement", "while_statement"}),
        counted_loops=frozenset({"for_statement"}),
        statements=frozenset(
            [
                "expression_statement",
                "return_statement",
                "continue_statement",
                "break_statement",
                "pass_statement",
            ]
        ),
        binary=frozenset({"binary_operator", "comparison_operator", "boolean_operator"}),
        assignments=frozenset({"assignment", "augmented_assignment"}),
        numbers=frozenset({"integer"}),
        characters=frozenset(),
        calls=frozenset({"call"}),
        subscripts=frozenset({"subscript"}),
        input_names=frozenset({"input", "stdin", "readline", "readlines"}),
        output_names=frozenset({"print", "stdout", "stderr"}),
        negation="not ({})",
        ternary="(({yes}) if ({condition}) else ({no}))",
        logical=("and", "or"),
        end="",
        empty_statement="pass",
    )

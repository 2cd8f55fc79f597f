"""Syntax trees: searching them, deep nesting and broken text."""

import subprocess
import sys

from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import (
    collect_ancestor_ids,
    collect_identifiers,
    collect_texts,
    find_nodes,
    get_declared_name,
    get_field_text,
    get_text,
    parse,
    walk,
)

CPP = find_syntax("cpp17")


def name_of_first_function(text: str, language: str) -> str:
    syntax = find_syntax(language)
    return get_declared_name(next(find_nodes(parse(text, syntax), syntax.functions)))


def test_nodes_are_in_the_order_of_the_text() -> None:
    leaves = [get_text(node) for node in walk(parse("int a = b + c;", CPP)) if not node.children]
    assert leaves == ["int", "a", "=", "b", "+", "c", ";"]


def test_a_function_has_its_name_behind_any_declarator() -> None:
    assert name_of_first_function("int f(int x) { return x; }", "cpp17") == "f"
    assert name_of_first_function("const int& f() { return x; }", "cpp17") == "f"
    assert name_of_first_function("int* A::f() { return x; }", "cpp17") == "f"
    assert name_of_first_function("def f(x):\n    return x\n", "python") == "f"
    assert name_of_first_function("lambda x: x", "python") == ""


def test_texts_of_fields_and_of_types_of_nodes_are_found_or_empty() -> None:
    root = parse("int a = b;", CPP)
    declared = next(find_nodes(root, ("init_declarator",)))
    assert get_field_text(declared, "value") == "b"
    assert get_field_text(declared, "value", "nothing") == get_field_text(None, "value") == ""
    assert collect_texts(root, "identifier") == {"a", "b"}
    assert collect_texts(None, "identifier") == set() == collect_identifiers(None)


def test_ancestors_of_nodes_are_known_by_their_ids() -> None:
    root = parse("int main() { return 1; }", CPP)
    number = next(find_nodes(root, CPP.numbers))
    assert {root.id, number.id} <= collect_ancestor_ids([number])


def test_deep_nesting_and_characters_that_cannot_be_encoded_are_read() -> None:
    deep = "int x = " + "(" * 20_000 + "1" + ")" * 20_000 + ";"
    assert collect_texts(parse(deep, CPP), "number_literal") == {"1"}
    assert collect_identifiers(parse("int a\ud800; int b;\0", CPP)) >= {"b"}


def test_the_command_line_starts_without_any_grammar() -> None:
    code = "import sys, pieforge.cli; print([m for m in sys.modules if 'tree_sitter_' in m])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""Mechanical rewritings of C++ that change a program's text and preserve its behavior."""

import random
import re
from collections.abc import Callable, Iterator, Mapping

import tree_sitter_cpp
from tree_sitter import Language, Node, Parser

Rewriting = Callable[[str, random.Random], str]

_PARSER = Parser(Language(tree_sitter_cpp.language()))
_DECLARED_IN = {
    "init_declarator",
    "declaration",
    "parameter_declaration",
    "function_declarator",
    "field_declaration",
    "array_declarator",
    "pointer_declarator",
    "reference_declarator",
    "structured_binding_declarator",
    "struct_specifier",
    "alias_declaration",
    "type_definition",
    "for_range_loop",
}
_OF_THE_LIBRARY = frozenset(
    {"main", "first", "second", "size", "begin", "end", "find", "front", "back", "empty"}
    | {"insert", "erase", "top", "pop", "push", "swap", "next", "data", "clear", "max", "min"}
)
"""Names of the library that a program may also declare itself; they are not renamed."""
_WORDS = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "haven", "inlet", "knoll")


def rename(text: str, rng: random.Random) -> str:
    """Rename everything that the program declares."""
    tree = _PARSER.parse(text.encode())
    names = sorted(
        {_text(n) for n in _walk(tree.root_node) if _is_name(n) and _is_declared(n)}
        - _OF_THE_LIBRARY
    )
    numbers = list(range(len(names)))
    rng.shuffle(numbers)
    new = {name: f"{rng.choice(_WORDS)}_{k}" for name, k in zip(names, numbers, strict=True)}
    return _replaced(
        text,
        [
            (n, new[_text(n)])
            for n in _walk(tree.root_node)
            if _is_name(n) and _text(n) in new and not _is_qualified(n)
        ],
    )


def inline_constants(text: str, rng: random.Random) -> str:
    """Replace every constant by its value."""
    del rng
    pattern = re.compile(r"(?m)^const (int|long long|char) (\w+) = (-?\d+(?:LL)?|'.');\n")
    for kind, name, value in pattern.findall(text):
        suffix = "LL" if kind == "long long" and not value.endswith("LL") else ""
        literal = f"({value}{suffix})" if value.startswith("-") else value + suffix
        text = re.sub(rf"(?m)^const {kind} {name} = .*;\n", "", text)
        text = re.sub(rf"\b{name}\b", literal, text)
    return text


def flip_comparisons(text: str, rng: random.Random) -> str:
    """Replace `a < b` by `b > a`, and so on, if no operand has a call or an assignment."""
    del rng
    flipped = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "==", "!=": "!="}
    tree = _PARSER.parse(text.encode())
    found = []
    for node in _walk(tree.root_node):
        left, middle, right = (
            node.child_by_field_name(field) for field in ("left", "operator", "right")
        )
        if node.type != "binary_expression" or left is None or middle is None or right is None:
            continue
        simple = not any(
            n.type in ("call_expression", "assignment_expression", "update_expression")
            for n in _walk(node)
        )
        if simple and _text(middle) in flipped and "binary" not in left.type + right.type:
            found.append((node, f"{_text(right)} {flipped[_text(middle)]} {_text(left)}"))
    return _replaced(text, found)


def loop_by_while(text: str, rng: random.Random) -> str:
    """Replace `for` by `while`, inner loops first, unless a loop has a `continue`."""
    del rng
    while True:
        tree = _PARSER.parse(text.encode())
        loop = next((n for n in _walk(tree.root_node) if _is_plain_for(n)), None)
        if loop is None:
            return text
        first, condition, update, body = (
            _field(loop, field) for field in ("initializer", "condition", "update", "body")
        )
        inner = body[1:-1] if body.startswith("{") else f" {body} "
        text = _replaced(
            text,
            [(loop, f"{{\n{first.rstrip(';')};\nwhile ({condition}) {{{inner}{update};\n}}\n}}")],
        )


REWRITINGS: Mapping[str, Rewriting] = {
    "names": rename,
    "constants": inline_constants,
    "comparisons": flip_comparisons,
    "loops": loop_by_while,
}
"""By the kind of the resulting pairs."""


def disguise(text: str, rng: random.Random) -> str:
    """Apply some of the rewritings, so that two programs differ in more than one place."""
    kinds = ["names", *rng.sample(["constants", "comparisons", "loops"], rng.randint(0, 2))]
    for kind in sorted(kinds, key=list(REWRITINGS).index, reverse=True):
        text = REWRITINGS[kind](text, rng)
    return text


def _is_plain_for(node: Node) -> bool:
    return (
        node.type == "for_statement"
        and all(node.child_by_field_name(f) for f in ("initializer", "condition", "update"))
        and not any(
            n.type in ("continue_statement", "for_statement") for n in _walk(node) if n != node
        )
    )


def _is_name(node: Node) -> bool:
    return node.type in ("identifier", "field_identifier", "type_identifier")


def _is_declared(node: Node) -> bool:
    parent = node.parent
    if parent is None or parent.type not in _DECLARED_IN:
        return False
    if parent.type == "struct_specifier" or parent.type == "alias_declaration":
        return parent.child_by_field_name("name") == node
    if parent.type == "structured_binding_declarator":
        return True
    return (
        node in parent.children_by_field_name("declarator") or parent.type == "reference_declarator"
    )


def _is_qualified(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "qualified_identifier"


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _walk(child)


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _field(node: Node, field: str) -> str:
    child = node.child_by_field_name(field)
    return "" if child is None else _text(child)


def _replaced(text: str, changes: list[tuple[Node, str]]) -> str:
    data = text.encode()
    for node, new in sorted(changes, key=lambda change: change[0].start_byte, reverse=True):
        data = data[: node.start_byte] + new.encode() + data[node.end_byte :]
    return data.decode()

"""How a C or C++ source uses names: which are its own, and which must be a library's."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

import tree_sitter
import tree_sitter_cpp
from tree_sitter import Node

from pieforge.integrity.analysis.lexing import Token
from pieforge.integrity.analysis.macros import ExpandedSource, expand_macros

_PARSER = tree_sitter.Language(tree_sitter_cpp.language())
_DECLARING = {
    "parameter_declaration",
    "optional_parameter_declaration",
    "declaration",
    "init_declarator",
    "field_declaration",
    "for_range_loop",
    "function_definition",
}
_NAMING = {
    "namespace_definition",
    "struct_specifier",
    "class_specifier",
    "enum_specifier",
    "enumerator",
    "alias_declaration",
}
_WRAPPING = {
    "pointer_declarator",
    "reference_declarator",
    "array_declarator",
    "init_declarator",
    "parenthesized_declarator",
    "structured_binding_declarator",
    "attributed_declarator",
}
_NAMES = {"identifier", "field_identifier", "type_identifier", "namespace_identifier"}


class NameUse(NamedTuple):
    """A name in a source, with the tokens around it."""

    name: str
    before: str
    after: str


@lru_cache(maxsize=64)
def expand_source(text: str, *, trigraphs: bool = False) -> ExpandedSource:
    """Return a source after its own macros."""
    return expand_macros(text, trigraphs=trigraphs)


@lru_cache(maxsize=64)
def parse_source(text: str, *, trigraphs: bool = False) -> Node:
    """Return the syntax tree of a source after its own macros."""
    plain = " ".join(word.text for word in expand_source(text, trigraphs=trigraphs).tokens)
    return tree_sitter.Parser(_PARSER).parse(plain.encode(errors="replace")).root_node


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, in the order of the text."""
    todo = [node]
    while todo:
        here = todo.pop()
        yield here
        todo += reversed(here.children)


def get_text(node: Node | None) -> str:
    """Return a node's text; empty for none."""
    return (node.text or b"").decode(errors="replace") if node is not None else ""


@lru_cache(maxsize=64)
def find_declared_names(text: str, *, trigraphs: bool = False) -> frozenset[str]:
    """Return the names that a source itself declares; functions only where it has their bodies."""
    found: set[str] = set()
    for node in walk(parse_source(text, trigraphs=trigraphs)):
        if node.type in _NAMING:
            found.add(get_text(node.child_by_field_name("name")))
        elif node.type in _DECLARING:
            for declarator in node.children_by_field_name("declarator"):
                found |= _find_declarator_names(
                    declarator, whole=node.type == "function_definition"
                )
        elif node.type == "type_definition":
            found |= {get_text(d) for d in node.children_by_field_name("declarator")}
    return frozenset(found)


def _find_declarator_names(declarator: Node, *, whole: bool) -> set[str]:
    if declarator.type in _NAMES:
        return {get_text(declarator)}
    if declarator.type == "function_declarator":
        inner = declarator.child_by_field_name("declarator")
        pointer = inner is not None and inner.type == "parenthesized_declarator"
        return (
            _find_declarator_names(inner, whole=whole)
            if inner is not None and (whole or pointer)
            else set()
        )
    if declarator.type in _WRAPPING:
        return {
            n
            for child in declarator.named_children
            for n in _find_declarator_names(child, whole=whole)
        }
    return set()


def iter_foreign_uses(
    text: str, names: Collection[str], *, trigraphs: bool = False
) -> Iterator[NameUse]:
    """Yield where a source uses names that are not its own and are no member's.

    A name behind `std::` or `::` is the library's, even where the source has one like it.
    """
    words = expand_source(text, trigraphs=trigraphs).tokens
    own = find_declared_names(text, trigraphs=trigraphs)
    for at, word in enumerate(words):
        if word.kind == "name" and word.text in names:
            before = words[at - 1].text if at else ""
            scope = words[at - 2].text if before == "::" and at > 1 else ""
            if before in (".", "->") or (word.text in own and before != "::"):
                continue
            if before == "::" and _is_name(words[at - 2]) and scope in own:
                continue
            yield NameUse(word.text, before, words[at + 1].text if at + 1 < len(words) else "")


def _is_name(word: Token) -> bool:
    return word.kind == "name"

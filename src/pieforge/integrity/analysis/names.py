"""How a C or C++ source uses names: which are its own, and which must be a library's."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import NamedTuple

from tree_sitter import Node

from pieforge.integrity.analysis.macros import expand_source
from pieforge.syntax.declaration import find_syntax, split_words
from pieforge.syntax.tokens import SourceText, join_texts
from pieforge.syntax.tree import get_field_text, get_text, is_identifier, parse, walk

_DECLARING = split_words(
    "parameter_declaration optional_parameter_declaration declaration init_declarator "
    "field_declaration for_range_loop function_definition"
)
_NAMING = split_words(
    "namespace_definition struct_specifier class_specifier enum_specifier enumerator "
    "alias_declaration"
)
_WRAPPING = split_words(
    "pointer_declarator reference_declarator array_declarator init_declarator "
    "parenthesized_declarator structured_binding_declarator attributed_declarator"
)


class NameUse(NamedTuple):
    """A name in a source, with the tokens around it."""

    name: str
    before: str
    after: str


@lru_cache(maxsize=64)
def parse_source(source: SourceText) -> Node:
    """Return the syntax tree of a source after its own macros."""
    return parse(join_texts(expand_source(source).tokens), find_syntax(source.language))


@lru_cache(maxsize=64)
def find_declared_names(source: SourceText) -> frozenset[str]:
    """Return the names that a source itself declares; functions only where it has their bodies."""
    found: set[str] = set()
    for node in walk(parse_source(source)):
        if node.type in _NAMING:
            found.add(get_field_text(node, "name"))
        elif node.type in _DECLARING:
            whole = node.type == "function_definition"
            for declarator in node.children_by_field_name("declarator"):
                found |= _find_declarator_names(declarator, whole=whole)
        elif node.type == "type_definition":
            found |= {get_text(d) for d in node.children_by_field_name("declarator")}
    return frozenset(found)


def _find_declarator_names(declarator: Node, *, whole: bool) -> set[str]:
    found: set[str] = set()
    waiting = [declarator]
    while waiting:
        node = waiting.pop()
        if is_identifier(node):
            found.add(get_text(node))
        elif node.type in _WRAPPING:
            # What a variable is given, and an array's size, are used, not declared.
            inner = node.child_by_field_name("declarator")
            waiting += node.named_children if inner is None else [inner]
        elif node.type == "function_declarator":
            inner = node.child_by_field_name("declarator")
            if inner is not None and (whole or inner.type == "parenthesized_declarator"):
                waiting.append(inner)
    return found


def iter_foreign_uses(source: SourceText, names: Collection[str]) -> Iterator[NameUse]:
    """Yield where a source uses names that are not its own and are no member's.

    A name behind `std::` or `::` is the library's, even where the source has one like it.
    """
    words = expand_source(source).tokens
    own = find_declared_names(source)
    for at, word in enumerate(words):
        if word.kind == "name" and word.text in names:
            before = words[at - 1].text if at else ""
            if before in (".", "->") or (word.text in own and before != "::"):
                continue
            if before == "::" and words[at - 2].kind == "name" and words[at - 2].text in own:
                continue
            yield NameUse(word.text, before, words[at + 1].text if at + 1 < len(words) else "")

"""Distinguish the names that a C or C++ source declares from those of libraries."""

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
    """A use of a name, with the tokens before and after it (empty at the ends of the source)."""

    name: str
    before: str
    after: str


@lru_cache(maxsize=64)
def parse_source(source: SourceText) -> Node:
    """Return the syntax tree of a source after expansion of its own macros.

    The tree is parsed from the tokens, joined by blanks. So no comment or spliced line can disturb
    tree-sitter's error recovery, but offsets and lines are not those of the source.
    """
    return parse(join_texts(expand_source(source).tokens), find_syntax(source.language))


@lru_cache(maxsize=64)
def find_declared_names(source: SourceText) -> frozenset[str]:
    """Return the names that a source declares itself; a function only if its body is there.

    A declaration without a body (`int fork(int);`) makes a library function callable under its own
    name.
    """
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
            # Only the declarator: an initial value and an array's size use names.
            inner = node.child_by_field_name("declarator")
            waiting += node.named_children if inner is None else [inner]
        elif node.type == "function_declarator":
            inner = node.child_by_field_name("declarator")
            # `int (*f)(int)` declares a variable: a pointer to a function.
            if inner is not None and (whole or inner.type == "parenthesized_declarator"):
                waiting.append(inner)
    return found


def iter_library_uses(source: SourceText, names: Collection[str]) -> Iterator[NameUse]:
    """Yield each use of the given names that is neither a member nor declared by the source.

    A name after `std::` or `::` is the library's, even if the source declares the same name.
    """
    words = expand_source(source).tokens
    own = find_declared_names(source)
    for at, word in enumerate(words):
        if word.kind == "name" and word.text in names:
            before = words[at - 1].text if at else ""
            if before in (".", "->") or (word.text in own and before != "::"):
                continue
            # `Own::time` is a member of a class or namespace of the source.
            if before == "::" and words[at - 2].kind == "name" and words[at - 2].text in own:
                continue
            yield NameUse(word.text, before, words[at + 1].text if at + 1 < len(words) else "")

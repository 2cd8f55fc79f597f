"""Names that a merge took over without their declarations."""

from collections.abc import Iterable, Iterator

from tree_sitter import Node

from pieforge.lessons.abstract_tree import collect_declared
from pieforge.syntax.declaration import Syntax
from pieforge.syntax.tree import get_declared_name, get_text, is_identifier, parse, walk

_NAMED_ARGUMENT = "keyword_argument"


def uses_lost_name(merged: str, sources: Iterable[str], syntax: Syntax) -> bool:
    """Return whether a function uses a local variable that it does not declare.

    Args:
        merged: The merged program.
        sources: The programs that it was merged from: a name that none of their functions declares
            belongs to a library.
        syntax: Language of all of them.
    """
    known: set[str] = set()
    for text in sources:
        for function in _iter_functions(parse(text, syntax), syntax):
            known |= _collect_local(function, syntax)
    root = parse(merged, syntax)
    functions = list(_iter_functions(root, syntax))
    known -= set(map(get_declared_name, functions))
    for node in root.children:
        if node.type not in syntax.functions:
            known -= collect_declared(node, syntax)
    return any(
        name in known and name not in _collect_local(function, syntax)
        for function in functions
        for name in _iter_variables(function, syntax)
    )


def _collect_local(function: Node, syntax: Syntax) -> frozenset[str]:
    return collect_declared(function, syntax) - {get_declared_name(function)}


def _iter_functions(root: Node, syntax: Syntax) -> Iterator[Node]:
    """Yield the functions that are in no other one."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type in syntax.functions:
            yield node
        else:
            waiting += node.children


def _iter_variables(function: Node, syntax: Syntax) -> Iterator[str]:
    """Yield the names in a function that are neither members nor names of arguments."""
    for node in walk(function):
        for at, child in enumerate(node.children):
            named = at > 0 and node.type in syntax.members
            named |= at == 0 and node.type == _NAMED_ARGUMENT
            if is_identifier(child) and not named:
                yield get_text(child)

"""What several patterns ask about lists, dictionaries and sets of Python programs."""

from collections.abc import Callable, Iterator

from tree_sitter import Node

from pieforge.lessons.rewriting.program import RewritableProgram
from pieforge.lessons.rewriting.template import Match
from pieforge.syntax.tree import find_nodes, get_field_text, get_text, is_identifier

_LISTS = frozenset({"list", "list_comprehension"})
_BINDING = frozenset({"assignment", "augmented_assignment"})


def parenthesize(node: Node, *, needed: bool) -> str:
    """Return a node's text, in parentheses if it is an operation and they are needed."""
    text = get_text(node)
    simple = is_identifier(node) or node.type in ("call", "subscript", "integer", "attribute")
    return f"({text})" if needed and not simple else text


def is_unshared_list(program: RewritableProgram, node: Node) -> bool:
    """Return whether a name is a local list, new where it is assigned, with no other name."""
    return _is_unshared(program, node, _is_new_list)


def find_element_changes(program: RewritableProgram, sign: str) -> Iterator[Match]:
    """Yield the statements `$a[$i] = $x` in loops, or with `+=` and the like, of unshared lists.

    The index is simple; the new value is the same wherever it is computed. No other statement of
    the loop changes an element: nobody writes both forms next to each other.
    """
    for match in program.find(f"$a[$i] {sign}= $x"):
        index, name = match["i"], match.text("a")
        loops = program.list_loops(match.first)
        if not is_unshared_list(program, match["a"]) or not loops:
            continue
        if _count_element_changes(program, name, loops[0]) > 1:
            continue
        # It is written several times: short and, like an index, not negative.
        if any(find_nodes(index, program.syntax.calls)) or len(get_text(index)) > 16:
            continue
        if index.type in ("slice", "unary_operator") or not program.is_pure(match["x"]):
            continue
        if not program.find_uses(name, match["x"]) and not program.find_uses(name, index):
            yield match


def _count_element_changes(program: RewritableProgram, name: str, loop: Node) -> int:
    changed = (use.parent for use in program.find_uses(name, loop))
    return sum(
        it is not None
        and it.type == "subscript"
        and it.parent is not None
        and it.parent.type in _BINDING
        and it.parent.child_by_field_name("left") == it
        for it in changed
    )


def is_unshared_dict(program: RewritableProgram, node: Node) -> bool:
    """Return whether a name is a local dictionary that begins empty and has no other name."""
    return _is_unshared(program, node, lambda value: get_text(value) in ("{}", "dict()"))


def is_unshared_set(program: RewritableProgram, node: Node) -> bool:
    """Return whether a name is a local set that begins empty and has no other name."""
    return _is_unshared(program, node, lambda value: get_text(value) == "set()")


def _is_new_list(value: Node) -> bool:
    if value.type == "binary_operator":
        return any(child.type in _LISTS for child in value.children)
    return value.type in _LISTS or get_field_text(value, "function") == "list"


def _is_unshared(program: RewritableProgram, node: Node, is_new: Callable[[Node], bool]) -> bool:
    name, function = get_text(node), program.find_function(node)
    if not is_identifier(node):
        return False
    made = 0
    for use in program.find_uses(name, function or program.root):
        parent = use.parent
        if parent is None or (function is None and program.find_function(use) is not None):
            return False
        if _is_traversed_and_changed(program, use, name):
            return False  # the loop goes on with the old one
        if parent.type in _BINDING and parent.child_by_field_name("left") == use:
            value = parent.child_by_field_name("right")
            if value is None or not is_new(value):
                return False
            made += 1
        elif parent.type in ("assignment", "list", "tuple", "dictionary", "pair", "parameters"):
            return False  # another name, or a container, holds it from here on
        elif parent.type in ("pattern_list", "list_splat", "global_statement", "expression_list"):
            return False
        elif parent.type == "argument_list":
            called = get_field_text(parent.parent, "function")
            if called in program.functions and program.is_modified(name, parent):
                return False
            if called.rsplit(".", 1)[-1] in ("append", "add", "insert", "setdefault"):
                return False
    return made > 0


def _is_traversed_and_changed(program: RewritableProgram, use: Node, name: str) -> bool:
    """Return whether a use is in the header of a `for` loop whose body changes the value."""
    for loop in program.iter_around(use):
        body, header = loop.child_by_field_name("body"), loop.child_by_field_name("right")
        if loop.type == "for_statement" and body is not None and header is not None:
            inside = header.start_byte <= use.start_byte < header.end_byte
            if inside and program.is_modified(name, body):
                return True
    return False

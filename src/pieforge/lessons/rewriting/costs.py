"""Values whose computation takes a loop, and what comes after a statement."""

from collections.abc import Iterator

from tree_sitter import Node

from pieforge.lessons.rewriting.program import RewritableProgram
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tree import find_nodes, get_field_text

_COSTLY_CALLS = split_words(
    "sum max min sorted list tuple set dict std::accumulate std::max_element std::min_element"
)


def find_costly_values(program: RewritableProgram) -> Iterator[tuple[Node, str, Node]]:
    """Yield statements in blocks that give a name to a value that takes a loop to compute.

    The value has no side effects. Yields the statement, the name, and the value.
    """
    template = "$v = $x" if program.syntax.indented else "$t $v = $x;"
    for match in program.find(template):
        value, name = match["x"], match.text("v")
        statement = match.first.parent if program.syntax.indented else match.first
        if statement is None or not name.isidentifier() or not program.is_statement(match.first):
            continue
        if _is_costly(program, value) and program.is_pure(value):
            yield statement, name, value


def _is_costly(program: RewritableProgram, value: Node) -> bool:
    repeating = program.syntax.loops | program.syntax.comprehensions
    looping = {name for name, it in program.functions.items() if any(find_nodes(it, repeating))}
    costly = _COSTLY_CALLS | looping
    calls = find_nodes(value, program.syntax.calls)
    names = (get_field_text(call, "function").lstrip("*") for call in calls)
    return not costly.isdisjoint(names) or any(find_nodes(value, program.syntax.comprehensions))


def list_following(node: Node) -> list[Node]:
    """Return the statements after a statement in its block."""
    found = []
    while (following := node.next_named_sibling) is not None:
        found.append(following)
        node = following
    return [it for it in found if it.type != "comment"]


def find_only_loop(program: RewritableProgram, statement: Node, name: str) -> Node | None:
    """Return the loop after a statement, in its block, whose body has every later use of a name."""
    used = [it for it in list_following(statement) if program.find_uses(name, it)]
    if len(used) != 1 or used[0].type not in program.syntax.loops:
        return None
    body = used[0].child_by_field_name("body")
    inside = len(program.find_uses(name, body)) if body is not None else 0
    scope = program.find_function(statement) or program.root
    everywhere = len(program.find_uses(name, scope))
    own = len(program.find_uses(name, statement))
    return used[0] if inside and everywhere == inside + own else None

"""Refuse output without work for large inputs, or for inputs of one kind.

The check finds a condition with a bound that the slow program does not have, followed by output or
exit without a loop or a call. It is a heuristic on the text; the hidden inputs, the largest ones
included, find what it misses.
"""

import ast
from collections.abc import Iterator

from tree_sitter import Node

from pieforge.integrity.analysis.io_order import LEAVING, WRITING, analyze_order
from pieforge.integrity.analysis.literals import list_integers
from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.analysis.python_names import get_dotted_name, parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import parse_integer
from pieforge.syntax.tree import collect_texts, find_nodes, get_field, get_field_text, get_text

LEAST_BOUND = 100
"""Smaller bounds are of small special cases, as in honest programs."""
_ANSWERING = frozenset({"print", "sys.stdout.write", "exit", "sys.exit", "quit"})
_BOUND_SIDES = {"<": "left", "<=": "left", ">": "right", ">=": "right", "==": "right"}
"""By operator, the operand that is the bound when large inputs satisfy the comparison."""


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    slow_integers = set(list_integers(checked.slow))
    own = set(analyze_order(checked.source).functions)
    root = parse_source(checked.source)
    named = find_nodes(root, ("init_declarator",))
    values = {get_field_text(n, "declarator"): get_field_text(n, "value") for n in named}
    for node in find_nodes(root, ("if_statement",)):
        condition, body = get_field(node, "condition"), get_field(node, "consequence")
        if not _is_new_bound(_find_bound(condition, values), slow_integers):
            continue
        called = collect_texts(body, "identifier")
        works = called & own or any(find_nodes(body, find_syntax(checked.language).loops))
        if called & (WRITING | LEAVING) and not works:
            yield f"if {' '.join(get_text(condition).split())[:60]}: an answer without work"


def _is_new_bound(bound: int | None, slow_integers: set[int]) -> bool:
    return bound is not None and bound not in slow_integers and bound >= LEAST_BOUND


def _find_bound(condition: Node | None, values: dict[str, str]) -> int | None:
    """Return the number that a condition requires something to exceed or equal, or None."""
    for node in find_nodes(condition, ("binary_expression",)):
        side = _BOUND_SIDES.get(get_field_text(node, "operator"))
        bound = get_field_text(node, side) if side is not None else ""
        value = parse_integer(values.get(bound, bound))
        if value is not None:
            return value
    return None


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    slow_integers = set(list_integers(checked.slow))
    nodes = list(ast.walk(parse_python(checked.text)))
    own = {n.name for n in nodes if isinstance(n, ast.FunctionDef)}
    constants = {
        n.targets[0].id: n.value
        for n in nodes
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and isinstance(n.value, ast.Constant)
        and type(n.value.value) is int
    }
    for node in nodes:
        if not isinstance(node, ast.If):
            continue
        if not _is_new_bound(_find_python_bound(node.test, constants), slow_integers):
            continue
        below = [inner for statement in node.body for inner in ast.walk(statement)]
        called = {get_dotted_name(n.func) for n in below if isinstance(n, ast.Call)}
        works = any(isinstance(n, ast.For | ast.While | ast.comprehension) for n in below)
        if called & _ANSWERING and not works and not called & own:
            yield f"if {ast.unparse(node.test)[:60]}: an answer without work"


def _find_python_bound(test: ast.expr, constants: dict[str, ast.Constant]) -> int | None:
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        bound = node.comparators[0]
        if isinstance(node.ops[0], ast.Lt | ast.LtE):
            bound = node.left
        elif not isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Eq):
            continue
        if isinstance(bound, ast.Name):
            bound = constants.get(bound.id, bound)
        if isinstance(bound, ast.Constant) and type(bound.value) is int:
            return bound.value
    return None


CHECK = HackCheck(
    reason=RejectReason.WORK_SKIPPED,
    catches="a bound unknown to the slow program, behind which an answer comes without work",
    looks={"c": _look_at_c, "python": _look_at_python},
    sides=frozenset({Side.FAST}),
)

"""Large inputs, or inputs of one kind, answered without work.

A hint only: a bound that the slow program does not know, and behind it an answer or an end
without a loop or a call. The hidden inputs, among them the largest, judge the rest.
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
from pieforge.syntax.tree import get_field_text, get_text, walk

LEAST_BOUND = 100
"""Bounds below this part small cases off, as honest programs do."""


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    theirs = set(list_integers(checked.slow))
    loops = find_syntax(checked.language).loops
    own = set(analyze_order(checked.source).functions)
    root = parse_source(checked.source)
    constants = {
        get_field_text(node, "declarator"): value
        for node in walk(root)
        if node.type == "init_declarator"
        and (value := parse_integer(get_field_text(node, "value"))) is not None
    }
    for node in walk(root):
        if node.type != "if_statement":
            continue
        condition, body = (node.child_by_field_name(n) for n in ("condition", "consequence"))
        bound = _find_bound(condition, constants) if condition is not None else None
        if bound is None or bound in theirs or body is None or bound < LEAST_BOUND:
            continue
        below = list(walk(body))
        called = {get_text(n) for n in below if n.type == "identifier"}
        works = any(n.type in loops for n in below) or called & own
        if not works and called & (WRITING | LEAVING):
            yield f"if {' '.join(get_text(condition).split())[:60]}: an answer without work"


def _find_bound(condition: Node, constants: dict[str, int]) -> int | None:
    """Return the number that a condition holds something to be above or equal to, if it does."""
    for node in walk(condition):
        if node.type != "binary_expression":
            continue
        left, right = (get_field_text(node, n) for n in ("left", "right"))
        sign = get_field_text(node, "operator")
        if sign in ("<", "<="):
            right = left
        elif sign not in (">", ">=", "=="):
            continue
        value = parse_integer(right)
        if value is not None or right in constants:
            return constants[right] if value is None else value
    return None


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    theirs = set(list_integers(checked.slow))
    module = parse_python(checked.text)
    own = {n.name for n in ast.walk(module) if isinstance(n, ast.FunctionDef)}
    constants = {
        n.targets[0].id: n.value.value
        for n in ast.walk(module)
        if isinstance(n, ast.Assign)
        and isinstance(n.targets[0], ast.Name)
        and isinstance(n.value, ast.Constant)
        and type(n.value.value) is int
    }
    for node in ast.walk(module):
        if not isinstance(node, ast.If):
            continue
        bound = _find_python_bound(node.test, constants)
        if bound is None or bound in theirs or bound < LEAST_BOUND:
            continue
        below = [inner for statement in node.body for inner in ast.walk(statement)]
        called = {get_dotted_name(n.func) for n in below if isinstance(n, ast.Call)}
        works = any(isinstance(n, ast.For | ast.While | ast.comprehension) for n in below)
        answers = called & {"print", "sys.stdout.write", "exit", "sys.exit", "quit"}
        if answers and not works and not called & own:
            yield f"if {ast.unparse(node.test)[:60]}: an answer without work"


def _find_python_bound(test: ast.expr, constants: dict[str, int]) -> int | None:
    for node in ast.walk(test):
        if not isinstance(node, ast.Compare) or len(node.ops) != 1:
            continue
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], ast.Lt | ast.LtE):
            left, right = right, left
        elif not isinstance(node.ops[0], ast.Gt | ast.GtE | ast.Eq):
            continue
        if isinstance(right, ast.Constant) and type(right.value) is int:
            return right.value
        if isinstance(right, ast.Name) and right.id in constants:
            return constants[right.id]
    return None


CHECK = HackCheck(
    reason=RejectReason.WORK_SKIPPED,
    catches="a bound unknown to the slow program, behind which an answer comes without work",
    looks={"c": _look_at_c, "python": _look_at_python},
    sides=frozenset({Side.FAST}),
)

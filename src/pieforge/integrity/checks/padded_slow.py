"""Useless work in the slow program: removing it is no speedup that anyone could learn from."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.c_dataflow import analyze_c_program
from pieforge.integrity.analysis.dataflow import (
    ProgramDataflow,
    find_idle_calls,
    find_idle_loops,
    find_repeated_loops,
)
from pieforge.integrity.analysis.literals import list_tokens
from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.analysis.python_dataflow import analyze_python_program
from pieforge.integrity.analysis.python_names import parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason
from pieforge.syntax.tree import find_nodes, get_field_text

_SIGNS = {ast.Mult: "*", ast.BitAnd: "&", ast.Mod: "%", ast.Sub: "-", ast.BitXor: "^"}


def _look(checked: CheckedProgram) -> Iterator[str]:
    """Yield the first thing left out, where leaving things out is all that was done.

    Both programs give the same outputs, or another check refuses the pair: what was left out
    changed nothing.
    """
    if checked.side is Side.SLOW or not checked.slow_text:
        return
    slow, fast = (
        [word.text for word in list_tokens(source)] for source in (checked.slow, checked.source)
    )
    rest = iter(fast)
    awaited = next(rest, None)
    left_out: list[str] = []
    for word in slow:
        if word == awaited:
            awaited = next(rest, None)
        else:
            left_out.append(word)
    if awaited is None and left_out:
        yield f"the slow program is the fast one and more: {' '.join(left_out)[:80]}"


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    if checked.side is not Side.SLOW:
        return
    tokens = expand_source(checked.source).tokens
    if any(word.text in ("volatile", "__volatile__", "__volatile") for word in tokens):
        yield "volatile: keeps the compiler from dropping work that nothing uses"
    yield from _find_idle_work(analyze_c_program(checked.source))
    for node in find_nodes(parse_source(checked.source), ("binary_expression",)):
        left, sign, right = (
            " ".join(get_field_text(node, n).split()) for n in ("left", "operator", "right")
        )
        if _is_nothing(sign, left, right):
            yield f"comes to nothing: {left} {sign} {right}"[:80]


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    if checked.side is not Side.SLOW:
        return
    yield from _find_idle_work(analyze_python_program(checked.text))
    for node in ast.walk(parse_python(checked.text)):
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            sides = ast.unparse(node.left), ast.unparse(node.right)
            if _is_nothing(_SIGNS[type(node.op)], *sides):
                yield f"comes to nothing: {ast.unparse(node)[:60]}"


def _find_idle_work(program: ProgramDataflow) -> Iterator[str]:
    for loop in find_idle_loops(program):
        yield f"nothing uses what this loop does: {loop.text}"
    for call in find_idle_calls(program):
        yield f"nothing uses what this computes: {call.text}"
    for loop in find_repeated_loops(program):
        yield f"every turn of this loop does the same: {loop.text}"


def _is_nothing(sign: str, left: str, right: str) -> bool:
    """Say whether a term is the same whatever is in it, so that work is used in name only."""
    worked = any(c.isalpha() for c in left + right)
    return worked and (
        (sign in ("*", "&") and "0" in (left, right))
        or (sign == "%" and right == "1")
        or (sign in ("-", "^") and left == right)
        or (sign == "-" and left.endswith(f" + {right}") and right.isidentifier())
        or (sign == "^" and left.endswith(f" ^ {right}") and right.isidentifier())
    )


CHECK = HackCheck(
    reason=RejectReason.PADDED_SLOW,
    catches="volatile and idle work in the slow program, and pairs that differ by leaving it out",
    look=_look,
    looks={"c": _look_at_c, "python": _look_at_python},
)

"""Refuse useless work in the slow program: its removal is no optimization to learn from."""

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
from pieforge.lessons.patterns import identify_patterns
from pieforge.records import RejectReason
from pieforge.syntax.tree import find_nodes, get_field_text

_SIGNS = {ast.Mult: "*", ast.BitAnd: "&", ast.Mod: "%", ast.Sub: "-", ast.BitXor: "^"}


def _look(checked: CheckedProgram) -> Iterator[str]:
    """Yield a finding if the fast program is the slow one with some tokens removed.

    A pair with different outputs is refused by a later stage. So where this check decides, the
    removed tokens did not affect the output.
    """
    if checked.side is Side.SLOW or not checked.slow_text:
        return
    slow, fast = (
        [word.text for word in list_tokens(source)] for source in (checked.slow, checked.source)
    )
    rest = iter(fast)
    expected = next(rest, None)
    removed: list[str] = []
    for word in slow:
        if word == expected:
            expected = next(rest, None)
        else:
            removed.append(word)
    if expected is not None or not removed:
        return
    # A rewrite of the dictionary makes its work serve the output. The whole program is compared, so
    # that only its own site is exempt.
    if not identify_patterns(checked.source.text, checked.slow.text, checked.source.language):
        yield f"the slow program is the fast one with additional tokens: {' '.join(removed)[:80]}"


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    if checked.side is not Side.SLOW:
        return
    tokens = expand_source(checked.source).tokens
    if any(word.text in ("volatile", "__volatile__", "__volatile") for word in tokens):
        yield "volatile: prevents the compiler from removing unused work"
    yield from _find_idle_work(analyze_c_program(checked.source))
    for node in find_nodes(parse_source(checked.source), ("binary_expression",)):
        left, sign, right = (
            " ".join(get_field_text(node, n).split()) for n in ("left", "operator", "right")
        )
        if _is_constant_term(sign, left, right):
            yield f"a constant term: {left} {sign} {right}"[:80]


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    if checked.side is not Side.SLOW:
        return
    yield from _find_idle_work(analyze_python_program(checked.text))
    for node in ast.walk(parse_python(checked.text)):
        if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
            sides = ast.unparse(node.left), ast.unparse(node.right)
            if _is_constant_term(_SIGNS[type(node.op)], *sides):
                yield f"a constant term: {ast.unparse(node)[:60]}"


def _find_idle_work(program: ProgramDataflow) -> Iterator[str]:
    for loop in find_idle_loops(program):
        yield f"this loop has no effect on the output: {loop.text}"
    for call in find_idle_calls(program):
        yield f"the result of this call is not used: {call.text}"
    for loop in find_repeated_loops(program):
        yield f"every iteration of this loop does the same: {loop.text}"


def _is_constant_term(sign: str, left: str, right: str) -> bool:
    """Return whether a term is the same for all operands: `x * 0`, `x % 1`, `x - x`, `a + x - x`.

    Such a term makes useless work seem used. Without a letter in it, no work is used.
    """
    has_name = any(c.isalpha() for c in left + right)
    return has_name and (
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

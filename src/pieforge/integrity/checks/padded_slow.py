"""Useless work in the slow program: removing it is no speedup that anyone could learn from."""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.c_dataflow import c_program
from pieforge.integrity.analysis.dataflow import idle_calls, idle_loops, repeated_loops
from pieforge.integrity.analysis.literals import words
from pieforge.integrity.analysis.names import read, said, tree, walk
from pieforge.integrity.analysis.python_dataflow import python_program
from pieforge.integrity.analysis.python_names import parsed
from pieforge.integrity.check import Check, Side, Suspect
from pieforge.records import Reason

_SIGNS = {ast.Mult: "*", ast.BitAnd: "&", ast.Mod: "%", ast.Sub: "-", ast.BitXor: "^"}


def _look(suspect: Suspect) -> Iterator[str]:
    if suspect.side is Side.SLOW:
        yield from _volatile(suspect)
        yield from _idle(suspect)
        yield from _comes_to_nothing(suspect)
    elif suspect.beside:
        yield from _only_shorter(suspect)


def _volatile(suspect: Suspect) -> Iterator[str]:
    if suspect.family == "c":
        source = read(suspect.text, trigraphs=suspect.trigraphs)
        if any(word.text in ("volatile", "__volatile__", "__volatile") for word in source.words):
            yield "volatile: keeps the compiler from dropping work that nothing uses"


def _idle(suspect: Suspect) -> Iterator[str]:
    if suspect.family == "python":
        program = python_program(suspect.text)
    elif suspect.family == "c":
        program = c_program(suspect.text, trigraphs=suspect.trigraphs)
    else:
        return
    for loop in idle_loops(program):
        yield f"nothing uses what this loop does: {loop.text}"
    for call in idle_calls(program):
        yield f"nothing uses what this computes: {call.text}"
    for loop in repeated_loops(program):
        yield f"every turn of this loop does the same: {loop.text}"


def _comes_to_nothing(suspect: Suspect) -> Iterator[str]:
    """Yield terms that are the same whatever is in them, so that work is used in name only."""
    if suspect.family == "python":
        for node in ast.walk(parsed(suspect.text)):
            if isinstance(node, ast.BinOp) and type(node.op) in _SIGNS:
                sides = ast.unparse(node.left), ast.unparse(node.right)
                if _is_nothing(_SIGNS[type(node.op)], *sides):
                    yield f"comes to nothing: {ast.unparse(node)[:60]}"
    elif suspect.family == "c":
        for inner in walk(tree(suspect.text, trigraphs=suspect.trigraphs)):
            if inner.type == "binary_expression":
                left, sign, right = (
                    " ".join(said(inner.child_by_field_name(n)).split())
                    for n in ("left", "operator", "right")
                )
                if _is_nothing(sign, left, right):
                    yield f"comes to nothing: {left} {sign} {right}"[:80]


def _is_nothing(sign: str, left: str, right: str) -> bool:
    worked = any(c.isalpha() for c in left + right)
    return worked and (
        (sign in ("*", "&") and "0" in (left, right))
        or (sign == "%" and right == "1")
        or (sign in ("-", "^") and left == right)
        or (sign == "-" and left.endswith(f" + {right}") and right.isidentifier())
        or (sign == "^" and left.endswith(f" ^ {right}") and right.isidentifier())
    )


def _only_shorter(suspect: Suspect) -> Iterator[str]:
    """Yield the first thing left out, where leaving things out is all that was done.

    Both programs give the same outputs, or another check refuses the pair: what was left out
    changed nothing.
    """
    slow, fast = (
        [word.text for word in words(suspect, text)] for text in (suspect.beside, suspect.text)
    )
    if len(fast) >= len(slow):
        return
    at = 0
    left_out: list[str] = []
    for word in slow:
        if at < len(fast) and fast[at] == word:
            at += 1
        else:
            left_out.append(word)
    if at == len(fast):
        yield f"the slow program is the fast one and more: {' '.join(left_out)[:80]}"


CHECK = Check(
    reason=Reason.PADDED_SLOW,
    catches="volatile and idle work in the slow program, and pairs that differ by leaving it out",
    look=_look,
)

"""The numbers and strings that a source has in its text, in order."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pieforge.integrity.analysis.lexing import Token, strip_quotes, tokenize_source
from pieforge.integrity.analysis.names import expand_source
from pieforge.integrity.analysis.python_names import parse_python
from pieforge.integrity.check import CheckedProgram

LARGE = 10_000
"""Numbers below this are in every program and in many answers."""
_FAMILIAR = frozenset(
    {
        998244353, 1000000007, 1000000009, 1000000021, 1000003, 10007, 19260817, 1000000033,
        14695981039346656037, 1099511628211, 2166136261, 16777619,  # FNV
        0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B9,  # splitmix
        6364136223846793005, 1442695040888963407, 1103515245, 88172645463325252,
        0x3F3F3F3F, 0x7FFFFFFF, 0x3F3F3F3F3F3F3F3F, 0x7F7F7F7F, 0x5DEECE66D,
        2862933555777941757, 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53,
    }
)  # fmt: skip
"""Moduli, hash and generator constants, and infinities that programs use everywhere."""
_NUMBER = re.compile(r"(0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)(?:[uUlLzZ]*|[iu](?:8|16|32|64|128|size))")


def is_unusual(number: int) -> bool:
    """Say whether a number is one that chance hardly puts into a program.

    Large, not round in tens or in twos, no modulus or hash constant that everybody uses.
    """
    if abs(number) < LARGE or abs(number) in _FAMILIAR:
        return False
    tail = abs(number) % 1000
    near_power = any((abs(number) + d) & (abs(number) + d - 1) == 0 for d in range(-2, 3))
    return not (tail <= 100 or tail >= 995 or tail == 500 or near_power)


def parse_integer(text: str) -> int | None:
    """Return the value of an integer literal; None for anything else."""
    found = _NUMBER.fullmatch(text.replace("'", "").replace("_", ""))
    if found is None:
        return None
    digits = found[1]
    if digits[:2].lower() in ("0x", "0b"):
        return int(digits, 0)
    return (
        int(digits, 8)
        if len(digits) > 1
        and digits[0] == "0"
        and digits.isdigit()
        and "8" not in (digits)
        and "9" not in digits
        else int(digits)
    )


@lru_cache(maxsize=64)
def _tokenize(text: str, family: str, *, trigraphs: bool) -> tuple[Token, ...]:
    if family == "c":
        return tuple(expand_source(text, trigraphs=trigraphs).tokens)
    return tuple(word for word in tokenize_source(text).tokens if word.kind != "line")


def list_tokens(checked: CheckedProgram, text: str) -> Sequence[Token]:
    """Return a source's tokens; those of Python too, as far as C's rules read them."""
    return _tokenize(text, checked.family, trigraphs=checked.trigraphs)


def list_integers(checked: CheckedProgram, text: str) -> list[int]:
    """Return the integers in a source, in order."""
    if checked.family == "python":
        return [
            node.value
            for node in ast.walk(parse_python(text))
            if isinstance(node, ast.Constant) and type(node.value) is int
        ]
    found = (
        parse_integer(word.text) for word in list_tokens(checked, text) if word.kind == "number"
    )
    return [value for value in found if value is not None]


def list_strings(checked: CheckedProgram, text: str) -> list[str]:
    """Return the strings in a source, in order; adjacent ones as one."""
    if checked.family == "python":
        found = (n.value for n in ast.walk(parse_python(text)) if isinstance(n, ast.Constant))
        return [
            s.decode("latin-1") if isinstance(s, bytes) else s
            for s in found
            if isinstance(s, str | bytes)
        ]
    joined: list[str] = []
    before = ""
    for word in list_tokens(checked, text):
        if word.kind == "string":
            piece = strip_quotes(word.text)
            joined[-1:] = [joined[-1] + piece] if before == "string" else [*joined[-1:], piece]
        before = word.kind
    return joined


def iter_integer_lists(checked: CheckedProgram, text: str) -> Iterator[list[int]]:
    """Yield the integers of each outermost list, table or dictionary that is written out."""
    if checked.family == "python":
        yield from _iter_python_lists(parse_python(text))
        return
    depth = 0
    run: list[int] = []
    seen = list_tokens(checked, text)
    for before, word in zip((Token("mark", ""), *seen), seen, strict=False):
        if word.text == "{" and (
            depth or before.text in ("=", "]", "return", "(", ",") or before.kind == "name"
        ):
            depth += 1
        elif word.text == ";" and depth:
            depth, run = 0, []  # a block, not a list
        elif word.text == "}" and depth:
            depth -= 1
            if depth == 0:
                yield run
                run = []
        elif depth and word.kind == "number" and (value := parse_integer(word.text)) is not None:
            run.append(value)


def _iter_python_lists(node: ast.AST) -> Iterator[list[int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.List | ast.Tuple | ast.Set | ast.Dict):
            yield [
                n.value
                for n in ast.walk(child)
                if isinstance(n, ast.Constant) and type(n.value) is int
            ]
        else:
            yield from _iter_python_lists(child)


def iter_compared_integers(checked: CheckedProgram, text: str) -> Iterator[int]:
    """Yield the integers that something is compared with for equality, or switched on."""
    if checked.family == "python":
        for node in ast.walk(parse_python(text)):
            if isinstance(node, ast.Compare) and any(
                isinstance(o, ast.Eq | ast.NotEq) for o in node.ops
            ):
                sides = (node.left, *node.comparators)
                yield from (
                    s.value for s in sides if isinstance(s, ast.Constant) and type(s.value) is int
                )
            elif isinstance(node, ast.MatchValue) and isinstance(node.value, ast.Constant):
                yield from (v for v in (node.value.value,) if type(v) is int)
        return
    seen = list_tokens(checked, text)
    for at, word in enumerate(seen):
        if word.kind != "number" or (value := parse_integer(word.text)) is None:
            continue
        around = {seen[at - 1].text, seen[at + 1].text if at + 1 < len(seen) else ""}
        if around & {"==", "!=", "case", "not_eq", "^"}:
            yield value

"""The number and string literals of a source, in order."""

import ast
from collections.abc import Iterator, Sequence

from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.analysis.python_names import iter_integers, parse_python
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText, Token, list_code_tokens, parse_integer, unquote

LARGE = 10_000
"""Smaller numbers occur in any program and in many answers: they identify no test."""
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
"""Common moduli, constants of hashes and random number generators, and infinities."""


def is_unusual(number: int) -> bool:
    """Return whether a number is unlikely to be in a program without knowledge of a test.

    It is large, not near a multiple of 1000 or a power of two, and not a common constant.
    """
    if abs(number) < LARGE or abs(number) in _FAMILIAR:
        return False
    tail = abs(number) % 1000
    # `x & (x - 1)` is 0 for powers of two: array sizes and masks are one or two away from them.
    near_power = any((abs(number) + d) & (abs(number) + d - 1) == 0 for d in range(-2, 3))
    return not (tail <= 100 or tail >= 995 or tail == 500 or near_power)


def list_tokens(source: SourceText) -> Sequence[Token]:
    """Return the tokens of a source without comments; for C and C++ after macro expansion."""
    if find_syntax(source.language).preprocessed:
        return expand_source(source).tokens
    return list_code_tokens(source)


def list_integers(source: SourceText) -> list[int]:
    """Return the integer literals of a source, in order."""
    if source.language == "python":
        return list(iter_integers(parse_python(source.text)))
    numbers = (word.text for word in list_tokens(source) if word.kind == "number")
    return [value for value in map(parse_integer, numbers) if value is not None]


def list_strings(source: SourceText) -> list[str]:
    """Return the string literals of a source, in order; adjacent ones are concatenated."""
    if source.language == "python":
        return [
            node.value if isinstance(node.value, str) else node.value.decode("latin-1")
            for node in ast.walk(parse_python(source.text))
            if isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        ]
    joined: list[str] = []
    before = ""
    for word in list_tokens(source):
        if word.kind == "string":
            piece = unquote(word.text)
            joined[-1:] = [joined[-1] + piece] if before == "string" else [*joined[-1:], piece]
        before = word.kind
    return joined


def iter_integer_lists(source: SourceText) -> Iterator[list[int]]:
    """Yield the integers of each outermost list, table or dictionary literal."""
    if source.language == "python":
        yield from _iter_python_lists(parse_python(source.text))
        return
    depth = 0
    run: list[int] = []
    seen = list_tokens(source)
    for before, word in zip((Token("symbol", ""), *seen), seen, strict=False):
        # Braces of an initializer, by the token before them; the others are blocks. `name {` can be
        # either, which the semicolon below decides.
        if word.text == "{" and (
            depth or before.text in ("=", "]", "return", "(", ",") or before.kind == "name"
        ):
            depth += 1
        elif word.text == ";" and depth:
            depth, run = 0, []
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
            yield list(iter_integers(child))
        else:
            yield from _iter_python_lists(child)


def iter_compared_integers(source: SourceText) -> Iterator[int]:
    """Yield the integers that are compared for equality, or are a case of a switch or match.

    For C and C++ also those next to `^`: `h ^ 12345` is 0 only for equal values.
    """
    if source.language == "python":
        for node in ast.walk(parse_python(source.text)):
            sides: list[ast.expr] = []
            if isinstance(node, ast.MatchValue):
                sides = [node.value]
            elif isinstance(node, ast.Compare) and {*map(type, node.ops)} & {ast.Eq, ast.NotEq}:
                sides = [node.left, *node.comparators]
            for side in sides:
                if isinstance(side, ast.Constant) and type(side.value) is int:
                    yield side.value
        return
    seen = list_tokens(source)
    for at, word in enumerate(seen):
        value = parse_integer(word.text) if word.kind == "number" else None
        around = {token.text for token in (seen[at - 1], *seen[at + 1 : at + 2])}
        if value is not None and around & {"==", "!=", "case", "not_eq", "^"}:
            yield value

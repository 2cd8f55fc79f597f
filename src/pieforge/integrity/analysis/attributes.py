"""Find attributes in a C or C++ source: `__attribute__((...))`, `__declspec(...)`, `[[...]]`."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pieforge.integrity.analysis.macros import expand_source
from pieforge.syntax.tokens import SourceText, Token


def iter_attributes(source: SourceText) -> Iterator[str]:
    """Yield the name of every attribute, without its namespace and outer underscores."""
    words = expand_source(source).tokens
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else ""
        if word.text in ("__attribute__", "__attribute", "__declspec"):
            yield from _iter_names(words[at + 1 :], "(", ")")
        # Tokens, not text: `[ [`, a digraph or a macro also begin an attribute.
        elif word.text == "[" and following == "[":
            yield from _iter_names(words[at:], "[", "]")


def _iter_names(words: Sequence[Token], opening: str, closing: str) -> Iterator[str]:
    """Yield the names at the start of an attribute list, and after each comma or scope in it.

    Arguments of an attribute are deeper and are left out.
    """
    depth = inner = 0
    for before, word in pairwise(words):
        depth += {opening: 1, closing: -1}.get(before.text, 0)
        if opening != "(":
            inner += {"(": 1, ")": -1}.get(before.text, 0)
        if depth <= 0:
            return
        first = before.text in (opening, ",", "::", ":")
        if depth <= 2 and inner == 0 and word.kind == "name" and first:
            name = word.text.strip("_")
            if name not in ("gnu", "clang", "using", "msvc"):
                yield name

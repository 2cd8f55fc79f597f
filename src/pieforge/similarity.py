"""How alike two program texts are: by tokens, with comments and layout left aside."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Indel

from pieforge.records import digest

_COMMENT = {
    "c": re.compile(r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')|//[^\n]*|/\*.*?\*/', re.DOTALL),
    "python": re.compile(r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\')|\#[^\n]*'),
}
_TOKEN = re.compile(
    r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\w+|<<=|>>=|[-+*/%&|^=!<>]=|&&|\|\||<<|>>|\+\+|--|\S'
)


@lru_cache(maxsize=20_000)
def tokenize(code: str, language: str) -> tuple[str, ...]:
    """Return a program's tokens without comments; for Python each line's indentation is one too.

    Args:
        code: Source text.
        language: Key of the language; what is not Python is taken to have C's comments.
    """
    python = language.startswith("python")
    bare = _COMMENT["python" if python else "c"].sub(lambda match: match.group(1) or " ", code)
    if not python:
        return tuple(_TOKEN.findall(bare))
    found: list[str] = []
    for line in bare.splitlines():
        if line.strip():
            found.append(" " * (len(line) - len(line.lstrip())))
            found.extend(_TOKEN.findall(line))
    return tuple(found)


def compute_fingerprint(code: str, language: str) -> str:
    """Return a hash that two programs share when only comments and layout tell them apart."""
    return digest(*tokenize(code, language))


def compute_similarity(a: str, b: str, language: str) -> float:
    """Return the share of tokens that two programs have in common, in order: 0 to 1.

    It is 1 minus the normalised insertion and deletion distance over tokens.
    """
    return float(Indel.normalized_similarity(tokenize(a, language), tokenize(b, language)))


def find_nearest(
    code: str, language: str, known: Mapping[str, str], limit: int
) -> Sequence[tuple[str, float]]:
    """Return up to `most` (key, similarity) of the known programs nearest to `code`.

    Nearest first; equals in the keys' order, so that the answer depends on nothing else.
    """
    choices = {key: tokenize(text, language) for key, text in sorted(known.items())}
    found = process.extract(
        tokenize(code, language), choices, scorer=Indel.normalized_similarity, limit=None
    )
    ranked = sorted(((str(key), float(score)) for _, score, key in found), key=_get_sort_key)
    return ranked[:limit]


def _get_sort_key(item: tuple[str, float]) -> tuple[float, str]:
    return (-item[1], item[0])

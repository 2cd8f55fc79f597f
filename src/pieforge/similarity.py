"""Similarity of two programs by their tokens, without comments and layout."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Indel

from pieforge.records import digest
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText, tokenize


@lru_cache(maxsize=20_000)
def list_words(code: str, language: str) -> tuple[str, ...]:
    """Return a program's tokens without comments; significant indentation is a token, too.

    Args:
        code: Source text.
        language: Key of the language.
    """
    indented = find_syntax(language).indented
    found: list[str] = []
    first = True
    for token in tokenize(SourceText(language, code)):
        if token.kind == "line":
            first = True
        elif token.kind != "comment":
            found += [token.space, token.text] if indented and first else [token.text]
            first = False
    return tuple(found)


def compute_fingerprint(code: str, language: str) -> str:
    """Return a hash that is equal for programs that differ only in comments and layout."""
    # A text may contain a lone surrogate, and an escape in Java may become one.
    return digest(*(w.encode(errors="surrogatepass") for w in list_words(code, language)))


def compute_similarity(a: SourceText, b: SourceText) -> float:
    """Return the share of tokens that two programs have in common, in order, from 0 to 1.

    It is 1 minus the normalized insertion and deletion distance over tokens.
    """
    words = [list_words(source.text, source.language) for source in (a, b)]
    return float(Indel.normalized_similarity(*words))


def find_nearest(
    code: str, language: str, known: Mapping[str, str], limit: int
) -> Sequence[tuple[str, float]]:
    """Return up to `limit` (key, similarity) of the known programs nearest to `code`.

    The nearest comes first. Ties are in the order of their keys, so that the result does not depend
    on the order of `known`.
    """
    choices = {key: list_words(text, language) for key, text in sorted(known.items())}
    found = process.extract(
        list_words(code, language), choices, scorer=Indel.normalized_similarity, limit=None
    )
    ranked = sorted((-float(score), str(key)) for _, score, key in found)
    return [(key, -score) for score, key in ranked[:limit]]

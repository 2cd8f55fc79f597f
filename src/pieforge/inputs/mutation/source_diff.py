"""In which statements two texts differ, apart from names, layout and which side is which."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText, Token, join_texts, split_statements

Statement = Sequence[Token]
"""The tokens of one statement."""

_LOOPS = frozenset({"for", "while"})
"""All loops are one: their heads are compared, their words are not."""
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_REMAINDERS = frozenset({"%", "%="})
_ENDS = _COMPARISONS | set("(){}[];,:?=") | {"&&", "||", "and", "or", "not", "return", "if"}
"""Tokens that end a side of a comparison."""
_MIRRORED = {">": "<", ">=": "<="}
_BRACKETS = frozenset("(){}")
_SUFFIX = re.compile(r"(?<=\d)[uUlL]+\Z")


def list_statements(source: SourceText) -> list[Statement]:
    """Return the statements of a text, without what it includes or imports."""
    inert = re.compile(find_syntax(source.language).inert_statement).match
    found = split_statements(source)
    return [tokens for tokens in found if not inert(join_texts(tokens[:4]))]


def inline_constants(source: SourceText) -> list[Statement]:
    """Return the statements of a text with constants where their names are used."""
    naming = re.compile(find_syntax(source.language).named_constant).match
    known: dict[str, Statement] = {}
    found = []
    for tokens in list_statements(source):
        if (match := naming(join_texts(tokens))) is None:
            found.append(tokens)
        else:
            name, value = (part for part in match.groups() if part is not None)
            known[name] = tokens[-1 - value.count(" ") :]
    return [[new for t in tokens for new in known.get(t.text, (t,))] for tokens in found]


def diff_statements(sources: Sequence[SourceText]) -> list[list[Statement]]:
    """Return, of each text, the statements that not all texts have equally often.

    Two are the same if they are after every name has become one and the same, constants stand
    where their names are used, a comparison is read from either side, and every loop is one.
    """
    parts = [_normalize_statements(source) for source in sources]
    forms = [Counter(form for form, _ in those) for those in parts]
    known = set().union(*forms)
    unlike = {form for form in known if len({count[form] for count in forms}) > 1}
    return [[part for form, part in those if form in unlike] for those in parts]


def has_threshold_change(sources: Sequence[SourceText]) -> bool:
    """Say whether texts differ in a comparison with a number, or in a remainder by one.

    What such a text does otherwise may hang on one value, of many that an input could lead to.
    """
    found = [
        Counter(threshold for tokens in statements for threshold in _iter_thresholds(tokens))
        for statements in diff_statements(sources)
    ]
    return any(each != found[0] for each in found)


def count_statements(source: SourceText) -> int:
    """Return the number of statements of a text; those of names alone are not counted.

    The head of a loop counts like any other statements.
    """
    return len(_normalize_statements(source))


def _iter_thresholds(tokens: Statement) -> Iterator[str]:
    """Yield each side of a comparison that has a number, with its sign; and each modulus.

    Names are equal, numbers are not: `n < LIMIT - 1` and `n < LIMIT` are two thresholds.
    """
    texts = ["x" if token.kind == "name" else token.text for token in tokens]
    numbers = {at for at, token in enumerate(tokens) if token.kind == "number"}
    for at, text in enumerate(texts):
        if text in _REMAINDERS and at + 1 in numbers:
            yield f"{text} {texts[at + 1]}"
        if text not in _COMPARISONS:
            continue
        start, end = at, at + 1
        while start and texts[start - 1] not in _ENDS:
            start -= 1
        while end < len(texts) and texts[end] not in _ENDS:
            end += 1
        if numbers & set(range(start, at)):
            yield f"{' '.join(texts[start:at])} {text}"
        if numbers & set(range(at + 1, end)):
            yield f"{text} {' '.join(texts[at + 1 : end])}"


# A text is compared with many others, one after the other.
@lru_cache(maxsize=1000)
def _normalize_statements(source: SourceText) -> tuple[tuple[str, Statement], ...]:
    """Return a text's statements, each with the form by which it is compared."""
    kept = find_syntax(source.language).keywords
    forms = ((_normalize_statement(part, kept), part) for part in inline_constants(source))
    return tuple((form, part) for form, part in forms if form.strip("x "))


def _normalize_statement(tokens: Statement, kept: frozenset[str]) -> str:
    found: list[str] = []
    for at, token in enumerate(tokens):
        text = _MIRRORED.get(token.text, token.text)
        if token.kind == "number":
            text = _SUFFIX.sub("", text)
        elif token.kind == "name" and text not in kept:
            # What is the standard library's keeps its name, whatever else has that name.
            standard = [t.text for t in tokens[max(0, at - 2) : at]] == ["std", "::"]
            text = text if standard or text in _LOOPS else "x"
        if text not in _LOOPS and text not in _BRACKETS:
            found.append(text)
    return " ".join(sorted(found) if _COMPARISONS & set(found) else found)

"""The words of a C or C++ source, as its compiler reads them.

Translation phases 1 to 3 ([lex.phases] in the C++ standard): trigraphs where the language still
has them, spliced lines, comments, digraphs. What a comment hides, and how a word was spelt over
two lines, is gone after that.
"""

import re
from dataclasses import dataclass

_TRIGRAPHS = dict(zip("=/'()!<>-", "#\\^[]|{}~", strict=True))
_DIGRAPHS = {"<:": "[", ":>": "]", "<%": "{", "%>": "}", "%:": "#", "%:%:": "##"}
_SPLICE = re.compile(r"\\[ \t]*\r?\n")
_WORD = re.compile(
    r"""
    (?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<line>\n)
    |(?P<blank>[^\S\n]+)
    |(?P<raw>(?:u8|[uUL])?R"(?P<delimiter>[^()\\\s]{0,16})\(.*?\)(?P=delimiter)")
    |(?P<string>(?:u8|[uUL])?"(?:\\.|[^"\\\n])*"?)
    |(?P<char>(?:u8|[uUL])?'(?:\\.|[^'\\\n])+')
    |(?P<number>\.?\d(?:[eEpP][+-]|'[\w]|[\w.])*)
    |(?P<name>(?:[^\W\d]|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\$)(?:\w|\\u[0-9a-fA-F]{4}
        |\\U[0-9a-fA-F]{8}|\$)*)
    |(?P<symbol>%:%:|<<=|>>=|<=>|\.\.\.|->\*|\#\#|<:|:>|<%|%>|%:|<<|>>|<=|>=|==|!=|&&|\|\||\+\+|--
        |->|::|\+=|-=|\*=|/=|%=|&=|\|=|\^=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind (name, number, string, char, mark, line), and its text."""

    kind: str
    text: str
    hidden: frozenset[str] = frozenset()
    """Macros that are not expanded in it again ([cpp.rescan])."""
    spaced: bool = False
    """Whether a blank stands before it: `#define F (x)` is no macro with parameters."""


@dataclass(frozen=True)
class TokenizedSource:
    """A source's tokens, with an end of line as a token of its own, and its comments."""

    tokens: tuple[Token, ...]
    comments: tuple[str, ...]


def tokenize_source(source: str, *, trigraphs: bool = False) -> TokenizedSource:
    """Return the tokens of a source.

    Args:
        source: C or C++.
        trigraphs: Whether the language has them: C up to C17; C++17 has none.
    """
    if trigraphs:
        source = re.sub(r"\?\?([=/'()!<>-])", lambda m: _TRIGRAPHS[m[1]], source)
    source = _SPLICE.sub("", source)
    words: list[Token] = []
    comments: list[str] = []
    spaced = False
    for found in _WORD.finditer(source):
        kind, text = found.lastgroup or "", found[0]
        if kind == "comment":
            comments.append(text)
        elif kind != "blank":
            kind = {"raw": "string", "symbol": "mark"}.get(kind, kind)
            words.append(Token(kind, _DIGRAPHS.get(text, text), spaced=spaced))
        spaced = kind in ("comment", "blank")
    return TokenizedSource(tuple(words), tuple(comments))


def strip_quotes(text: str) -> str:
    """Return what a string literal holds; escapes are left as they are written."""
    if (raw := re.match(r'[^"]*R"([^(]*)\(', text)) is not None:
        return text[raw.end() : -len(raw[1]) - 2]
    return text[text.index('"') + 1 :].removesuffix('"')


def split_names(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())

"""Split a text into tokens by its language's lexical rules, and read their values."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from pieforge.records import ProgramText
from pieforge.syntax.declaration import Syntax, find_syntax

# The last alternative matches any character, so that no text stops the tokenizer.
_SYMBOLS = r"<<=|>>=|\.\.\.|->|::|&&|\|\||\+\+|--|<<|>>|[-+*/%&|^=!<>]=|."
_NESTED = re.compile(r"/\*|\*/")
_OPENED = re.compile(r"""\w*(#*)("{3}|'{3}|["'`])""")
_RAW = re.compile(r'\w*R"([^(]*)\(')
_INTEGER = re.compile(
    r"(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|\d+)(?:[uUlLzZ]*|[iu](?:8|16|32|64|128|size))"
)
_REAL = re.compile(r"(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)(?:[fFlLdDjJ]|f32|f64)?")
_MAX_DIGITS = 4000
"""Longer numbers have no value: by default, Python refuses to convert more than 4300 digits."""


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: `comment`, `line` (a line end), `string`, `char`, `number`, `name` or `symbol`.
        text: Its text, with alternative spellings replaced (`Syntax.spellings`).
        space: The blanks before it; a comment counts as one blank.
        hidden: Macros that must not be expanded in it again (`integrity.analysis.macros`).
    """

    kind: str
    text: str
    space: str = ""
    hidden: frozenset[str] = frozenset()


class SourceText(NamedTuple):
    """A program's text with the key of its language."""

    language: str
    text: str

    @classmethod
    def of(cls, program: ProgramText) -> "SourceText":
        """Return the text of a program with its language."""
        return cls(program.language, program.code)


@cache
def _compile(syntax: Syntax) -> re.Pattern[str]:
    # The order matters: a comment begins like an operator, a prefixed string like a name, and a
    # lifetime of Rust, which is a symbol, like a character.
    symbol = f"{syntax.symbol}|{_SYMBOLS}" if syntax.symbol else _SYMBOLS
    return re.compile(
        rf"(?P<comment>{syntax.comment})|(?P<line>\n)|(?P<blank>{syntax.blank})"
        rf"|(?P<string>{syntax.string})|(?P<char>{syntax.char})|(?P<number>{syntax.number})"
        rf"|(?P<name>{syntax.name})|(?P<symbol>{symbol})",
        re.DOTALL,
    )


@lru_cache(maxsize=128)
def tokenize(source: SourceText) -> tuple[Token, ...]:
    """Return all tokens of a text, comments and line ends included; any text has tokens.

    In an indented language, line ends inside brackets are left out.

    Raises:
        ConfigError: The language has no syntax declaration.
    """
    return tuple(_iter_tokens(source.text, find_syntax(source.language)))


class _JoinedLines:
    """A text without its spliced lines, with offsets in both directions.

    Attributes:
        written: The text with its spliced lines.
        text: The text without them.
        spliced: Whether the two differ.
    """

    def __init__(self, written: str, splice: str) -> None:
        found = list(re.finditer(splice, written)) if splice else []
        self.written = written
        self.text = re.sub(splice, "", written) if found else written
        self.spliced = bool(found)
        self._starts = [splice.start() for splice in found]
        self._removed = [0, *accumulate(len(splice[0]) for splice in found)]
        self._joints = [s - r for s, r in zip(self._starts, self._removed, strict=False)]

    def find_written_offset(self, at: int) -> int:
        """Return where the character at an offset of `text` is in `written`."""
        return at + self._removed[bisect_right(self._joints, at)]

    def find_joined_offset(self, at: int) -> int:
        """Return where an offset of `written` is in `text`."""
        return at - self._removed[bisect_left(self._starts, at)]


def _read_raw_string(
    word: str, at: int, end: int, lines: _JoinedLines, pattern: str
) -> tuple[str, int]:
    """Return a raw string as it is written, and where it ends in the joined text.

    C++ reverts splices in raw strings ([lex.pptoken]). Joined lines can therefore contain a closing
    sequence that the compiler does not see, and a program could hide code behind it. Any other
    string is returned unchanged.
    """
    prefix = word.partition('"')[0]
    start = lines.find_written_offset(at + len(prefix))
    found = re.compile(pattern, re.DOTALL).match(lines.written, start)
    if not prefix.endswith("R") or found is None:
        return word, end
    return prefix + found[0], lines.find_joined_offset(found.end())


def _iter_tokens(text: str, syntax: Syntax) -> Iterator[Token]:
    lines = _JoinedLines(syntax.prepare(text), syntax.splice)
    text = lines.text
    match = _compile(syntax).match
    at = depth = 0
    space = ""
    while (found := match(text, at)) is not None:
        kind, word = found.lastgroup or "", found[0]
        # No regular expression matches nested comments: their end is counted.
        if syntax.nested_comments and word.startswith("/*"):
            word = text[at : _find_comment_end(text, at)]
        end = at + len(word)
        if kind == "string" and syntax.raw_string and lines.spliced:
            word, end = _read_raw_string(word, at, end, lines, syntax.raw_string)
        at = end
        if kind == "blank":
            space += word
            continue
        if kind != "line" or not depth:
            yield Token(kind, syntax.spellings.get(word, word), space)
        space = " " if kind == "comment" else ""
        if syntax.indented and kind == "symbol":
            # At least 0: an unmatched closing bracket must not hide the line ends that follow.
            depth = max(0, depth + (word in "([{") - (word in ")]}"))


def _find_comment_end(text: str, start: int) -> int:
    depth = 0
    for found in _NESTED.finditer(text, start):
        depth += 1 if found[0] == "/*" else -1
        if not depth:
            return found.end()
    return len(text)


def list_code_tokens(source: SourceText) -> list[Token]:
    """Return the tokens of a text without comments and line ends."""
    return [token for token in tokenize(source) if token.kind not in ("comment", "line")]


def list_comments(source: SourceText) -> list[str]:
    """Return the comments of a text, with their delimiters, in order."""
    return [token.text for token in tokenize(source) if token.kind == "comment"]


def split_statements(source: SourceText) -> list[list[Token]]:
    """Return the tokens of each statement, split at line ends and semicolons, without comments.

    A loop header with semicolons is several statements. No statement is empty.
    """
    found: list[list[Token]] = [[]]
    for token in tokenize(source):
        if token.kind == "line" or token.text == ";":
            found.append([])
        elif token.kind != "comment":
            found[-1].append(token)
    return [tokens for tokens in found if tokens]


def join_texts(tokens: Sequence[Token]) -> str:
    """Return the texts of the tokens, joined by blanks."""
    return " ".join(token.text for token in tokens)


def unquote(text: str) -> str:
    """Return the content of a string or character literal; escapes are not decoded."""
    if (raw := _RAW.match(text)) is not None:
        return text[raw.end() :].removesuffix(f'){raw[1]}"')
    opened = _OPENED.match(text)
    if opened is None:
        return text
    return text[opened.end() :].removesuffix(opened[2] + opened[1])


def parse_integer(text: str) -> int | None:
    """Return the value of an integer literal; None for anything else."""
    found = _INTEGER.fullmatch(text.replace("'", "").replace("_", ""))
    if found is None or len(found[1]) > _MAX_DIGITS:
        return None
    digits = found[1]
    # `017` is octal in C, and `089` is not a valid number there; Python's int() refuses both.
    octal = len(digits) > 1 and digits[0] == "0" and digits.isdigit() and not {*"89"} & {*digits}
    return int(digits, 8 if octal else 0 if digits[1:2].isalpha() else 10)


def parse_number(text: str) -> int | float | None:
    """Return the value of a number literal; None for anything else."""
    value = parse_integer(text)
    if value is not None:
        return value
    found = _REAL.fullmatch(text.replace("'", "").replace("_", ""))
    return float(found[1]) if found is not None else None

"""The declaration of a language's syntax, and its discovery by key."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pieforge.plugins import choose, discover


def split_words(words: str) -> frozenset[str]:
    """Return the words of a text, separated by blanks, as a set."""
    return frozenset(words.split())


def read_words(table: str) -> dict[str, Any]:
    """Return fields of a `Syntax` that are sets of words, from lines `field: words`.

    Several lines may have the same field.
    """
    found: dict[str, frozenset[str]] = {}
    for line in table.strip().splitlines():
        name, _, words = line.partition(":")
        found[name] = found.get(name, frozenset()) | split_words(words)
    return found


def _keep(text: str) -> str:
    return text


@dataclass(frozen=True, eq=False)
class Syntax:
    """One language: lexical rules as regular expressions, node types by role, words by meaning.

    In the lexical rules, an unclosed literal or comment ends with its line or with the text. No
    rule can match the same characters in two ways, so that no text takes more than linear time.
    """

    grammar: str
    """Python module of the tree-sitter grammar."""

    comment: str = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
    nested_comments: bool = False
    """Whether a comment that begins with `/*` may contain others."""
    blank: str = r"[^\S\n]+"
    """What separates tokens, except line ends and comments."""
    string: str = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    char: str = r"'(?!')[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    number: str = r"0[xXbBoO]\w+|(?:\d\w*(?:\.(?![.A-Za-z_])\w*)?|\.\d\w*)(?:(?<=[eE])[+-]\d\w*)?"
    name: str = r"(?:[^\W\d]|\$)[\w$]*"
    symbol: str = ""
    """Operators of several characters that not all languages have; others: `tokens._SYMBOLS`."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Alternative spellings of operators and brackets, with the usual spelling."""
    splice: str = ""
    """Matches a line end that is removed before tokens are read, except in raw strings."""
    raw_string: str = ""
    """Matches a raw string, in which splices are reverted, from its opening quote; its prefix ends
    in `R`. Empty where the language has no such strings."""
    prepare: Callable[[str], str] = _keep
    """Replaces what the language translates before it reads tokens, such as trigraphs."""
    preprocessed: bool = False
    """Whether the C preprocessor runs before the grammar applies."""
    indented: bool = False
    """Whether a line end outside brackets ends a statement, and indentation is significant."""
    inert_statement: str = r"(?!)"
    """Matches statements that compute nothing, such as imports; tokens are joined by blanks."""
    named_constant: str = r"(?!)"
    """Matches statements that name one constant; each alternative has groups for name and value."""
    keywords: frozenset[str] = frozenset()
    """Keywords, type names and common library functions, which renaming must leave unchanged."""

    functions: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()
    counted_loops: frozenset[str] = frozenset()
    """Loops whose number of iterations is set by their header."""
    branches: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    comprehensions: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    """Node types of `object.name`."""
    subscripts: frozenset[str] = frozenset()
    binary: frozenset[str] = frozenset()
    assignments: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    """Statements without a body."""
    numbers: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset({"comment"})
    inert: frozenset[str] = frozenset({"comment"})
    """Node types that compute nothing: comments, imports, directives, type aliases."""

    input_names: frozenset[str] = frozenset()
    """Library names that read input."""
    output_names: frozenset[str] = frozenset()
    """Library names that write output."""


@cache
def find_syntax(language: str) -> Syntax:
    """Return the syntax of a language by its key in the sandbox.

    Raises:
        ConfigError: The language has no syntax declaration.
    """
    return choose("syntax", language, discover("pieforge.syntax.languages", "SYNTAX", Syntax))

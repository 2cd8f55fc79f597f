"""What a language's declaration says, and where it is found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from pieforge.plugins import choose, discover


def split_words(words: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(words.split())


def read_words(table: str) -> dict[str, Any]:
    """Return a declaration's fields that are sets of words, from lines `field: words`."""
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

    In lexical rules, what is not closed ends with the line or the text, and no rule can match the
    same characters in two ways: no text takes more than linear time.
    """

    grammar: str
    """Module that has the tree-sitter grammar."""

    comment: str = r"//[^\n]*|/\*.*?(?:\*/|\Z)"
    nested_comments: bool = False
    """Whether a comment from `/*` may hold others of its kind."""
    blank: str = r"[^\S\n]+"
    """What separates tokens and says nothing, line ends apart."""
    string: str = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
    char: str = r"'(?!')[^'\\\n]*(?:\\.[^'\\\n]*)*'"
    number: str = r"0[xXbBoO]\w+|(?:\d\w*(?:\.(?![.A-Za-z_])\w*)?|\.\d\w*)(?:(?<=[eE])[+-]\d\w*)?"
    name: str = r"(?:[^\W\d]|\$)[\w$]*"
    symbol: str = ""
    """Signs of several characters that are one token, beyond those of all languages."""
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Signs that mean another one."""
    splice: str = ""
    """Matches a line end that is removed before tokens are read, except in raw strings."""
    raw_string: str = ""
    """Matches a raw string, in which splices are reverted, from its opening quote; its prefix ends
    in `R`. Empty where the language has no such strings."""
    prepare: Callable[[str], str] = _keep
    """Makes of a text what its tokens are read from."""
    preprocessed: bool = False
    """Whether C's preprocessor comes before the grammar."""
    indented: bool = False
    """Whether lines end statements, except inside brackets, and their indentation has a meaning."""
    inert_statement: str = r"(?!)"
    """Matches statements that compute nothing, tokens joined by blanks: includes, imports."""
    named_constant: str = r"(?!)"
    """Matches statements that name one constant: two groups of each form, name and value."""
    keywords: frozenset[str] = frozenset()
    """Words of the language, types included, and library functions of arithmetic."""

    functions: frozenset[str] = frozenset()
    loops: frozenset[str] = frozenset()
    counted_loops: frozenset[str] = frozenset()
    """Loops whose header alone makes them end."""
    branches: frozenset[str] = frozenset()
    blocks: frozenset[str] = frozenset()
    comprehensions: frozenset[str] = frozenset()
    calls: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    """Nodes of `object.name`."""
    subscripts: frozenset[str] = frozenset()
    binary: frozenset[str] = frozenset()
    assignments: frozenset[str] = frozenset()
    statements: frozenset[str] = frozenset()
    """Statements without a body of their own."""
    numbers: frozenset[str] = frozenset()
    characters: frozenset[str] = frozenset()
    strings: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset({"comment"})
    inert: frozenset[str] = frozenset({"comment"})
    """Nodes that say nothing of what is computed: comments, imports, directives, type names."""

    input_names: frozenset[str] = frozenset()
    """Words of the library that read the input."""
    output_names: frozenset[str] = frozenset()


@cache
def find_syntax(language: str) -> Syntax:
    """Return the declaration of a language by its key in the sandbox.

    Raises:
        ConfigError: There is none.
    """
    found = discover("pieforge.syntax.languages", "SYNTAX")
    return cast("Syntax", choose("syntax", language, found))

"""Per language, what the engine needs beyond the syntax: opaque nodes and templates of edits."""

from dataclasses import dataclass
from functools import cache

from pieforge.syntax.declaration import Syntax, find_syntax, split_words
from pieforge.syntax.tree import MAX_PARSED_BYTES, parse

_LANGUAGES = {
    **dict.fromkeys(("cpp", "c++", "cc", "cxx"), "cpp17"),
    **dict.fromkeys(("python", "python3", "py"), "python"),
}
"""The language's key for each name after a fence."""


@dataclass(frozen=True, eq=False, kw_only=True)
class EditGrammar(Syntax):
    """One language; `output_names` also has the names that configure streams."""

    opaque: frozenset[str]
    """Types of nodes that are never edited, with everything below: types, directives,
    signatures."""
    negation: str
    """Template of the opposite of a name or call."""
    negations: frozenset[str]
    """Types of nodes that negate."""
    truths: dict[str, str]
    """Types of the nodes of truth values, with the text of the opposite."""
    extreme: str
    """Template of the larger (`>`) or smaller (`<`) of two values, with `one`, `sign`, `two`,
    `word`."""
    logical: tuple[str, str]
    """The operators for `and` and `or`."""
    division: str
    """The operator for integer division."""

    def has_valid_syntax(self, code: bytes) -> bool:
        """Return whether the code is small enough to parse and parses without an error node."""
        return len(code) <= MAX_PARSED_BYTES and not parse(code, self).has_error


def find_language(fence: str) -> str:
    """Return the key of the language that a fence names; empty for an unknown one."""
    return _LANGUAGES.get(fence, "")


@cache
def find_grammar(fence: str) -> EditGrammar | None:
    """Return the grammar of the language that a fence names, or None."""
    language = find_language(fence)
    if not language:
        return None
    syntax, (opaque, output, templates) = find_syntax(language), _RULES[language]
    output_names = syntax.output_names | split_words(output)
    known = {**vars(syntax), "output_names": output_names, **templates}
    return EditGrammar(**known, opaque=syntax.inert | split_words(opaque))


_RULES = {
    "cpp17": (
        "template_argument_list type_descriptor array_declarator parameter_list field_declaration "
        "static_assert_declaration template_parameter_list",
        "cerr sync_with_stdio tie",
        {
            "negation": "!{}",
            "negations": frozenset({"unary_expression"}),
            "truths": {"true": "false", "false": "true"},
            "extreme": "{one} {sign} {two} ? {one} : {two}",
            "logical": ("&&", "||"),
            "division": "/",
        },
    ),
    "python": (
        "parameters slice type decorator",
        "",
        {
            "negation": "not {}",
            "negations": frozenset({"not_operator"}),
            "truths": {"true": "False", "false": "True"},
            "extreme": "{word}({one}, {two})",
            "logical": ("and", "or"),
            "division": "//",
        },
    ),
}
"""For each language: further opaque nodes, names that configure streams, and templates."""

"""Python: `//` divides, indentation is significant, triple-quoted strings have several lines."""

from pieforge.syntax.declaration import Syntax, read_words

_QUOTED = "|".join(
    rf"{quote * 3}[^{quote}\\]*(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*)*(?:{quote * 3}|\Z)"
    rf"|{quote}[^{quote}\\\n]*(?:\\.[^{quote}\\\n]*)*{quote}?"
    for quote in "\"'"
)

_WORDS = """
keywords: if elif else return break continue and or not in is None True False def class lambda
keywords: pass int float str list dict set tuple min max sum abs len sorted range append
functions: function_definition lambda
loops: for_statement while_statement
counted_loops: for_statement
branches: if_statement elif_clause else_clause with_statement
blocks: block module
comprehensions: list_comprehension set_comprehension dictionary_comprehension generator_expression
calls: call
members: attribute
subscripts: subscript
binary: binary_operator comparison_operator boolean_operator
assignments: assignment augmented_assignment
statements: expression_statement return_statement continue_statement break_statement
statements: pass_statement
numbers: integer float
strings: string
inert: import_statement import_from_statement comment global_statement nonlocal_statement
input_names: input stdin readline readlines
output_names: print stdout stderr
"""

SYNTAX = Syntax(
    grammar="tree_sitter_python",
    comment=r"\#[^\n]*",
    blank=r"(?:[^\S\n]|\\\r?\n)+",
    string=rf"(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?(?:{_QUOTED})",
    char=r"(?!)",  # never matches: single quotes are strings
    symbol=r"\*\*=|//=|\*\*|//|:=",
    indented=True,
    inert_statement=r"(?:import|from) ",
    named_constant=r"([A-Z][A-Z_0-9]*) = ((?:- )?\d\S*)$",
    **read_words(_WORDS),
)

"""Python: `//` divides, indentation has a meaning, strings may go over lines."""

from pieforge.syntax.declaration import Syntax, split_words

_QUOTED = "|".join(
    rf"{quote * 3}[^{quote}\\]*(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*)*(?:{quote * 3}|\Z)"
    rf"|{quote}[^{quote}\\\n]*(?:\\.[^{quote}\\\n]*)*{quote}?"
    for quote in "\"'"
)

SYNTAX = Syntax(
    grammar="tree_sitter_python",
    comment=r"\#[^\n]*",
    blank=r"(?:[^\S\n]|\\\r?\n)+",
    string=rf"(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?(?:{_QUOTED})",
    char=r"(?!)",
    symbol=r"\*\*=|//=|\*\*|//|:=",
    indented=True,
    inert_statement=r"(?:import|from) ",
    named_constant=r"([A-Z][A-Z_0-9]*) = ((?:- )?\d\S*)$",
    keywords=split_words(
        "if elif else return break continue and or not in is None True False def class lambda pass "
        "int float str list dict set tuple min max sum abs len sorted range append"
    ),
    functions=frozenset({"function_definition", "lambda"}),
    loops=frozenset({"for_statement", "while_statement"}),
    counted_loops=frozenset({"for_statement"}),
    branches=split_words("if_statement elif_clause else_clause with_statement"),
    blocks=frozenset({"block", "module"}),
    comprehensions=split_words(
        "list_comprehension set_comprehension dictionary_comprehension generator_expression"
    ),
    calls=frozenset({"call"}),
    members=frozenset({"attribute"}),
    subscripts=frozenset({"subscript"}),
    binary=frozenset({"binary_operator", "comparison_operator", "boolean_operator"}),
    assignments=frozenset({"assignment", "augmented_assignment"}),
    statements=split_words(
        "expression_statement return_statement continue_statement break_statement pass_statement"
    ),
    numbers=frozenset({"integer", "float"}),
    strings=frozenset({"string"}),
    inert=split_words(
        "import_statement import_from_statement comment global_statement nonlocal_statement"
    ),
    input_names=frozenset({"input", "stdin", "readline", "readlines"}),
    output_names=frozenset({"print", "stdout", "stderr"}),
)

"""Lexical rules and words that all versions of C and C++ share ([lex.phases], 1 to 3)."""

import re

from pieforge.syntax.declaration import Syntax, read_words

_TRIGRAPHS = dict(zip("=/'()!<>-", "#\\^[]|{}~", strict=True))
PLAIN_STRING = r'(?:u8|[uUL])?"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
_RAW_STRING = r'"(?P<delimiter>[^()\\\s]{0,16})\(.*?(?:\)(?P=delimiter)"|\Z)'
_CONSTANT = r"((?:- )?(?:\d\S*|'\S*'))$"
_QUALIFIER = "(?:static|constexpr|const)"
_CODE_POINT = r"\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}"


def replace_trigraphs(text: str) -> str:
    """Return a text with each trigraph of C17 replaced; C++17 has none."""
    return re.sub(r"\?\?([=/'()!<>-])", lambda m: _TRIGRAPHS[m[1]], text)


_WORDS = """
keywords: int long short char unsigned signed float double bool auto void if else return break
keywords: continue and or not switch case default do goto true false struct sizeof static const
keywords: min max sum abs sort
functions: function_definition lambda_expression
loops: for_statement while_statement do_statement for_range_loop
counted_loops: for_range_loop
branches: if_statement else_clause switch_statement case_statement
blocks: compound_statement translation_unit
calls: call_expression
members: field_expression
subscripts: subscript_expression
binary: binary_expression
assignments: assignment_expression
statements: expression_statement declaration return_statement continue_statement break_statement
numbers: number_literal
characters: char_literal
strings: string_literal raw_string_literal
inert: preproc_include preproc_def preproc_function_def preproc_call using_declaration
inert: alias_declaration type_definition comment
input_names: cin scanf getchar getchar_unlocked fgets getline fread gets fgetc getc sscanf fscanf
input_names: stdin rdbuf
output_names: cout printf puts putchar putchar_unlocked fwrite fputs fprintf setprecision
"""

CPP = Syntax(
    grammar="tree_sitter_cpp",
    string=rf"(?:u8|[uUL])?R{_RAW_STRING}|{PLAIN_STRING}",
    raw_string=_RAW_STRING,
    char=r"(?:u8|[uUL])?'(?!')[^'\\\n]*(?:\\.[^'\\\n]*)*'",
    # A preprocessing number ([lex.ppnumber]), with digit separators.
    number=r"\.?\d(?:[eEpP][+-]|'\w|[\w.])*",
    name=rf"(?:[^\W\d]|\$|{_CODE_POINT})[\w$]*(?:(?:{_CODE_POINT})[\w$]*)*",
    symbol=r"%:%:|<=>|->\*|\#\#|<:|:>|<%|%>|%:",
    spellings={"<:": "[", ":>": "]", "<%": "{", "%>": "}", "%:": "#", "%:%:": "##"},
    # Compilers also accept blanks between the backslash and the line end.
    splice=r"\\[ \t]*\r?\n",
    preprocessed=True,
    inert_statement=r"# (?:include|pragma)\b",
    named_constant=(
        # The lookahead prevents backtracking into the qualifiers, which would be quadratic.
        rf"(?:{_QUALIFIER} )+(?!{_QUALIFIER} )(?:[\w:]+ )+?(\w+) = {_CONSTANT}"
        rf"|# define (\w+) {_CONSTANT}"
    ),
    **read_words(_WORDS),
)
"""C++17; the other versions replace some of its fields."""

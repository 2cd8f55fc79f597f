"""Go: raw strings between backquotes may extend over several lines."""

from pieforge.syntax.declaration import Syntax, read_words

_WORDS = """
keywords: if else return break continue switch case default goto fallthrough func var const struct
keywords: map range true false nil bool byte rune string int int8 int16 int32 int64 uint uint8
keywords: uint16 uint32 uint64 float32 float64 min max len cap append make
functions: function_declaration method_declaration func_literal
loops: for_statement
branches: if_statement expression_switch_statement expression_case default_case
blocks: block source_file
calls: call_expression
members: selector_expression
subscripts: index_expression
binary: binary_expression
assignments: assignment_statement short_var_declaration
statements: expression_statement assignment_statement short_var_declaration var_declaration
statements: return_statement continue_statement break_statement inc_statement dec_statement
numbers: int_literal float_literal
characters: rune_literal
strings: interpreted_string_literal raw_string_literal
inert: package_clause import_declaration comment
"""

SYNTAX = Syntax(
    grammar="tree_sitter_go",
    string=r'`[^`]*`?|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?',
    symbol=r"&\^=|&\^|:=|<-",
    inert_statement=r'(?:import|package) |"',
    named_constant=r"const (\w+) (?:\w+ )?= ((?:- )?(?:\d\S*|'\S*'))$",
    **read_words(_WORDS),
)

"""Go: strings between backquotes are raw and may go over lines."""

from pieforge.syntax.declaration import Syntax, split_words

SYNTAX = Syntax(
    grammar="tree_sitter_go",
    string=r'`[^`]*`?|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?',
    symbol=r"&\^=|&\^|:=|<-",
    inert_statement=r'(?:import|package) |"',
    named_constant=r"const (\w+) (?:\w+ )?= ((?:- )?(?:\d\S*|'\S*'))$",
    keywords=split_words(
        "if else return break continue switch case default goto fallthrough func var const struct "
        "map range true false nil bool byte rune string int int8 int16 int32 int64 uint uint8 "
        "uint16 uint32 uint64 float32 float64 min max len cap append make"
    ),
    functions=split_words("function_declaration method_declaration func_literal"),
    loops=frozenset({"for_statement"}),
    branches=split_words("if_statement expression_switch_statement expression_case default_case"),
    blocks=frozenset({"block", "source_file"}),
    calls=frozenset({"call_expression"}),
    members=frozenset({"selector_expression"}),
    subscripts=frozenset({"index_expression"}),
    binary=frozenset({"binary_expression"}),
    assignments=frozenset({"assignment_statement", "short_var_declaration"}),
    statements=split_words(
        "expression_statement assignment_statement short_var_declaration var_declaration "
        "return_statement continue_statement break_statement inc_statement dec_statement"
    ),
    numbers=frozenset({"int_literal", "float_literal"}),
    characters=frozenset({"rune_literal"}),
    strings=frozenset({"interpreted_string_literal", "raw_string_literal"}),
    inert=split_words("package_clause import_declaration comment"),
)

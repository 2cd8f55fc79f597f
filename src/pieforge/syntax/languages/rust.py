"""Rust: comments nest, strings may go over lines, a quote may begin a lifetime."""

from pieforge.syntax.declaration import Syntax, split_words

SYNTAX = Syntax(
    grammar="tree_sitter_rust",
    nested_comments=True,
    blank=r"(?:[^\S\n]|r\#(?=[^\W\d]))+",
    string=(
        r'[bc]?r(?P<hashes>\#*)".*?(?:"(?P=hashes)|\Z)'
        r'|[bc]?"[^"\\]*(?:\\.[^"\\]*)*"?'
    ),
    char=r"b?'(?:[^'\\\n]|\\(?:u\{[^}'\n]*\}|x[0-9a-fA-F]{2}|.))'",
    symbol=r"\.\.=|\.\.|=>|'[^\W\d]\w*",
    inert_statement=r"(?:pub )?(?:use|mod|extern) |# !? ?\[",
    named_constant=r"(?:pub )?(?:const|static) (\w+) : \w+ = ((?:- )?(?:\d\S*|'\S*'))$",
    keywords=split_words(
        "if else match return break continue fn let mut ref move struct impl self true false as in "
        "bool char str String Vec i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64 "
        "min max abs len push sum"
    ),
    functions=frozenset({"function_item", "closure_expression"}),
    loops=split_words("for_expression while_expression loop_expression"),
    counted_loops=frozenset({"for_expression"}),
    branches=split_words("if_expression else_clause match_expression match_arm"),
    blocks=frozenset({"block", "source_file"}),
    calls=frozenset({"call_expression", "macro_invocation"}),
    members=frozenset({"field_expression"}),
    subscripts=frozenset({"index_expression"}),
    binary=frozenset({"binary_expression"}),
    assignments=frozenset({"assignment_expression", "compound_assignment_expr"}),
    statements=frozenset({"expression_statement", "let_declaration"}),
    numbers=frozenset({"integer_literal", "float_literal"}),
    characters=frozenset({"char_literal"}),
    strings=frozenset({"string_literal", "raw_string_literal"}),
    comments=frozenset({"line_comment", "block_comment"}),
    inert=split_words("use_declaration attribute_item line_comment block_comment"),
)

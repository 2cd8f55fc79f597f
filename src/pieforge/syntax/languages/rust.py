"""Rust: comments nest, strings may have several lines, a quote may begin a lifetime."""

from pieforge.syntax.declaration import Syntax, read_words

_WORDS = """
keywords: if else match return break continue fn let mut ref move struct impl self true false as
keywords: in bool char str String Vec i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize f32 f64
keywords: min max abs len push sum
functions: function_item closure_expression
loops: for_expression while_expression loop_expression
counted_loops: for_expression
branches: if_expression else_clause match_expression match_arm
blocks: block source_file
calls: call_expression macro_invocation
members: field_expression
subscripts: index_expression
binary: binary_expression
assignments: assignment_expression compound_assignment_expr
statements: expression_statement let_declaration
numbers: integer_literal float_literal
characters: char_literal
strings: string_literal raw_string_literal
comments: line_comment block_comment
inert: use_declaration attribute_item line_comment block_comment
"""

SYNTAX = Syntax(
    grammar="tree_sitter_rust",
    nested_comments=True,
    # `r#name` is the name, so `r#` counts as blank: it must not hide a forbidden name.
    blank=r"(?:[^\S\n]|r\#(?=[^\W\d]))+",
    string=(
        r'[bc]?r(?P<hashes>\#*)".*?(?:"(?P=hashes)|\Z)'
        r'|[bc]?"[^"\\]*(?:\\.[^"\\]*)*"?'
    ),
    char=r"b?'(?:[^'\\\n]|\\(?:u\{[^}'\n]*\}|x[0-9a-fA-F]{2}|.))'",
    symbol=r"\.\.=|\.\.|=>|'[^\W\d]\w*",
    inert_statement=r"(?:pub )?(?:use|mod|extern) |# !? ?\[",
    named_constant=r"(?:pub )?(?:const|static) (\w+) : \w+ = ((?:- )?(?:\d\S*|'\S*'))$",
    **read_words(_WORDS),
)

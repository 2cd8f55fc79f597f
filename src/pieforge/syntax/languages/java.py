"""Java: Unicode escapes come before tokens (JLS 3.3), text blocks go over lines."""

import re

from pieforge.syntax.declaration import Syntax, split_words

_ESCAPE = re.compile(r"\\\\|\\u+([0-9a-fA-F]{4})")


def replace_escapes(text: str) -> str:
    """Return a text with the characters that its Unicode escapes stand for."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[0], text)


SYNTAX = Syntax(
    grammar="tree_sitter_java",
    string=r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\Z)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?',
    symbol=r">>>=|>>>",
    prepare=replace_escapes,
    inert_statement=r"(?:import|package) ",
    named_constant=r"(?:\w+ )*?final \w+ (\w+) = ((?:- )?(?:\d\S*|'\S*'))$",
    keywords=split_words(
        "if else return break continue switch case default new null this true false void boolean "
        "byte char short int long float double String class static final min max abs length size"
    ),
    functions=split_words("method_declaration constructor_declaration lambda_expression"),
    loops=split_words("for_statement enhanced_for_statement while_statement do_statement"),
    counted_loops=frozenset({"enhanced_for_statement"}),
    branches=split_words("if_statement switch_expression switch_block_statement_group"),
    blocks=split_words("block program class_body"),
    calls=frozenset({"method_invocation"}),
    members=frozenset({"field_access"}),
    subscripts=frozenset({"array_access"}),
    binary=frozenset({"binary_expression"}),
    assignments=frozenset({"assignment_expression"}),
    statements=split_words(
        "expression_statement local_variable_declaration return_statement continue_statement "
        "break_statement"
    ),
    numbers=split_words(
        "decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal "
        "decimal_floating_point_literal hex_floating_point_literal"
    ),
    characters=frozenset({"character_literal"}),
    strings=frozenset({"string_literal"}),
    comments=frozenset({"line_comment", "block_comment"}),
    inert=split_words("package_declaration import_declaration line_comment block_comment"),
)

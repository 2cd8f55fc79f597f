"""Java: Unicode escapes are translated before tokens (JLS 3.3); text blocks have several lines."""

import re

from pieforge.syntax.declaration import Syntax, read_words

_ESCAPE = re.compile(r"\\\\|\\u+([0-9a-fA-F]{4})")


def replace_escapes(text: str) -> str:
    """Return a text with its Unicode escapes translated; an escaped backslash begins none."""
    return _ESCAPE.sub(lambda m: chr(int(m[1], 16)) if m[1] else m[0], text)


_WORDS = """
keywords: if else return break continue switch case default new null this true false void boolean
keywords: byte char short int long float double String class static final min max abs length size
functions: method_declaration constructor_declaration lambda_expression
loops: for_statement enhanced_for_statement while_statement do_statement
counted_loops: enhanced_for_statement
branches: if_statement switch_expression switch_block_statement_group
blocks: block program class_body
calls: method_invocation
members: field_access
subscripts: array_access
binary: binary_expression
assignments: assignment_expression
statements: expression_statement local_variable_declaration return_statement continue_statement
statements: break_statement
numbers: decimal_integer_literal hex_integer_literal octal_integer_literal binary_integer_literal
numbers: decimal_floating_point_literal hex_floating_point_literal
characters: character_literal
strings: string_literal
comments: line_comment block_comment
inert: package_declaration import_declaration line_comment block_comment
"""

SYNTAX = Syntax(
    grammar="tree_sitter_java",
    string=r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:"""|\Z)|"[^"\\\n]*(?:\\.[^"\\\n]*)*"?',
    symbol=r">>>=|>>>",
    prepare=replace_escapes,
    inert_statement=r"(?:import|package) ",
    named_constant=r"(?:\w+ )*?final \w+ (\w+) = ((?:- )?(?:\d\S*|'\S*'))$",
    **read_words(_WORDS),
)

"""C17, which differs from C++ in two lexical rules: it has trigraphs and no raw strings."""

from dataclasses import replace

from pieforge.syntax.languages.c_family import CPP, PLAIN_STRING, replace_trigraphs

SYNTAX = replace(
    CPP,
    grammar="tree_sitter_c",
    string=PLAIN_STRING,
    raw_string="",
    prepare=replace_trigraphs,
)

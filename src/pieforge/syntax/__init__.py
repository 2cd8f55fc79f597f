"""Tokens and syntax trees of programs; each language is one file in `languages/`.

tree-sitter makes the trees (`tree.py`). Tokens follow each language's lexical rules (`tokens.py`).
They are exact where a tree is not: in broken text, in preprocessor directives and across spliced
lines. Tokenizing takes linear time.
"""

"""Tokens and syntax trees of program texts; one language a file in `languages/`, found by its name.

Trees are tree-sitter's (`tree.py`). Tokens follow each language's own lexical rules (`tokens.py`):
they are exact where a tree is not, in broken text, in the directives of C's preprocessor and over
spliced lines, and take time linear in the text.
"""

"""Edits that several anti-patterns make."""

from tree_sitter import Node

from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit


def delete_statement(program: RewritableProgram, node: Node) -> TextEdit:
    """Return the edit that removes a statement of a block, up to the next statement."""
    parent = node.parent
    if parent is not None and parent.type == "expression_statement":
        node = parent
    following = node.next_sibling
    if following is not None:
        return TextEdit(node.start_byte, following.start_byte, "")
    before = program.code.rfind(b"\n", 0, node.start_byte)
    return TextEdit(before, node.end_byte, "")

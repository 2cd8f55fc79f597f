"""Edits that several anti-patterns make."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from tree_sitter import Node

from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit, apply_edits
from pieforge.syntax.tree import get_text


def find_statement(program: RewritableProgram, node: Node) -> Node | None:
    """Return the statement in the nearest block around a node that holds it, or is it."""
    pairs = pairwise([node, *program.iter_around(node)])
    return next((it for it, parent in pairs if parent.type in program.syntax.blocks), None)


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


UseTable = Sequence[tuple[str, str]]
"""Templates of what a program does with a container `$c`, each with what takes its place; of two
that fit one use the outer one counts, then the earlier one. A `$x` that is written twice is
computed once; other parts are written twice only if they are simple."""


def rewrite_uses(
    program: RewritableProgram,
    name: str,
    within: Node,
    table: UseTable,
    values: Mapping[str, Node | str],
) -> list[TextEdit] | None:
    """Return the edits that rewrite all uses of a container in a subtree.

    None where a use fits no template.

    Args:
        program: The program.
        name: The container.
        within: The subtree.
        table: How each use is rewritten.
        values: Further metavariables of what takes the place of a use.
    """
    edits: list[TextEdit] = []
    for use in program.find_uses(name, within):
        end = edits[-1].end if edits else 0
        if use.start_byte < end:
            continue  # rewritten as a part of the one before
        edit = _rewrite_use(program, use, table, values)
        if edit is None or edit.start < max(end, within.start_byte):
            return None
        edits.append(edit)
    return edits


def _rewrite_use(
    program: RewritableProgram, use: Node, table: UseTable, values: Mapping[str, Node | str]
) -> TextEdit | None:
    around = [it for it, _ in zip(program.iter_around(use), range(_LEVELS), strict=False)]
    for node in reversed(around):
        for template, slow in table:
            match = program.match(template, node)
            if match is None or match["c"] != use:
                continue
            if "\n" in slow and not program.is_statement(match.first):
                return None
            parts: dict[str, Node | str] = {**values, "c": use}
            for key, part in match.nodes.items():
                if key == "c":
                    continue
                inner = rewrite_uses(program, get_text(use), part, table, values)
                twice = slow.count(f"${key}") > 1
                if inner is None or (twice and (inner or not _may_repeat(program, key, part))):
                    return None
                parts[key] = part
                if inner:
                    text = apply_edits(program.code[: part.end_byte], inner).encode()
                    parts[key] = text[part.start_byte :].decode()
            return program.replace(match, slow, parts)
    return None


def _may_repeat(program: RewritableProgram, key: str, part: Node) -> bool:
    return key == "x" or program.is_simple(part)


_LEVELS = 5
"""Nodes around a use of a container that may belong to it: `entry = c.insert(x).first->second`."""

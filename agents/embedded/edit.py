"""The edits of a program: their kinds and their weights."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from pieforge.syntax.tree import get_text


class MutationKind(StrEnum):
    """The kind of an edit."""

    ARITHMETIC = "arithmetic"
    """Another arithmetic or bitwise operator."""
    COMPARISON = "comparison"
    LOGICAL = "logical"
    """`and` instead of `or`, or the reverse."""
    CONSTANT = "constant"
    """Another number or character."""
    SIGN = "sign"
    """The opposite sign of a value or of an added term."""
    CONDITION = "condition"
    """The opposite condition."""
    AGGREGATE = "aggregate"
    """Sum, maximum or minimum instead of another of them."""
    INITIAL = "initial"
    """Another initial value."""
    RESULT = "result"
    """Another return value of a function."""
    DELETION = "deletion"
    SWAP = "swap"
    """Two statements in the opposite order."""
    LOOP = "loop"
    """Another step of a loop."""


_KIND_WEIGHTS = {
    MutationKind.ARITHMETIC: 1.0,
    MutationKind.COMPARISON: 0.7,
    MutationKind.LOGICAL: 0.6,
    MutationKind.CONSTANT: 1.0,
    MutationKind.SIGN: 0.6,
    MutationKind.CONDITION: 0.5,
    MutationKind.AGGREGATE: 1.0,
    MutationKind.INITIAL: 0.4,
    MutationKind.RESULT: 0.5,
    MutationKind.DELETION: 0.5,
    MutationKind.SWAP: 0.3,
    MutationKind.LOOP: 0.15,
}
"""How likely an edit of each kind gives a new behavior at the same cost; estimated from trials."""


@dataclass(frozen=True)
class Edit:
    """One replacement in the source."""

    start: int
    """Position of the first replaced byte."""
    end: int
    """Position after the last replaced byte."""
    text: bytes
    kind: MutationKind
    description: str
    """The change in words, in a form that follows "but"."""
    weight: float
    """Weight in the random choice, above 0."""


Proposal = tuple[MutationKind, Node | tuple[Node, Node], str, str, float]
"""An edit as a rule returns it: its kind, the node (or the first and the last node) that it
replaces, the new text, the change in words, and the weight of its site."""
Proposals = Iterator[Proposal]


def create_edit(proposal: Proposal) -> Edit:
    """Return the edit of a proposal; its weight is that of the site times that of the kind."""
    kind, nodes, text, what, weight = proposal
    first, last = nodes if isinstance(nodes, tuple) else (nodes, nodes)
    weight *= _KIND_WEIGHTS[kind]
    return Edit(first.start_byte, last.end_byte, text.encode(), kind, what, weight)


def abbreviate(node: Node) -> str:
    """Return a node's source on one line of at most 60 characters, for prose."""
    text = " ".join(get_text(node).split()).replace("`", "'")  # descriptions quote it in backticks
    return text if len(text) <= 60 else text[:57] + "..."

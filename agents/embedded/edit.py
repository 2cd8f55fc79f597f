"""What an edit of a program is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from tree_sitter import Node

from pieforge.syntax.tree import get_text


class MutationKind(StrEnum):
    """What an edit does."""

    ARITHMETIC = "arithmetic"
    """Another arithmetic or bitwise operator."""
    COMPARISON = "comparison"
    LOGICAL = "logical"
    """And for or, or for and."""
    CONSTANT = "constant"
    """Another number or character."""
    SIGN = "sign"
    """A value, or what is added, with the other sign."""
    CONDITION = "condition"
    """The opposite condition."""
    AGGREGATE = "aggregate"
    """Sum, largest, smallest: another of them."""
    INITIAL = "initial"
    """Another value to start from."""
    RESULT = "result"
    """Another answer of a function."""
    DELETION = "deletion"
    SWAP = "swap"
    """Two statements in the other order."""
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
"""How likely each kind gives a new behaviour at the same cost, as trials suggested."""


@dataclass(frozen=True)
class Edit:
    """One replacement in the source."""

    start: int
    """First byte replaced."""
    end: int
    """Byte after the last one replaced."""
    text: bytes
    kind: MutationKind
    description: str
    """The change in words, to follow "but"."""
    weight: float
    """How promising it is, above 0."""


Proposal = tuple[MutationKind, Node | tuple[Node, Node], str, str, float]
"""An edit as a rule gives it: its kind, the node or the first and the last node that it replaces,
the new text, the change in words, and the weight of its place."""
Proposals = Iterator[Proposal]


def create_edit(proposal: Proposal) -> Edit:
    """Return the edit that is proposed."""
    kind, place, text, what, weight = proposal
    first, last = place if isinstance(place, tuple) else (place, place)
    weight *= _KIND_WEIGHTS[kind]
    return Edit(first.start_byte, last.end_byte, text.encode(), kind, what, weight)


def abbreviate(node: Node) -> str:
    """Return a node's source on one line, shortened, for prose."""
    text = " ".join(get_text(node).split()).replace("`", "'")
    return text if len(text) <= 60 else text[:57] + "..."

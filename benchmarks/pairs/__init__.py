"""Pairs of programs with known truth: equal on every valid input, or different on rare inputs.

A family is the set for one bundled problem: its submissions, variants with other behavior, and
edits that preserve the behavior (with the reason) or change it on rare inputs (with an input that
shows it).
"""

from collections.abc import Iterable
from dataclasses import dataclass

Edit = tuple[str, str]
"""A text that occurs once in a program, and its replacement."""

EQUAL_KINDS = (
    "algorithm",
    "data structure",
    "reader",
    "arithmetic",
    "types",
    "order",
    "names",
    "constants",
    "comparisons",
    "loops",
)
DIFFER_KINDS = (
    "boundary",
    "overflow",
    "tie",
    "size",
    "minimal",
    "constant",
    "character",
    "structure",
)


@dataclass(frozen=True)
class EqualEdit:
    """An edit that changes no output on any valid input.

    Attributes:
        kind: One of `EQUAL_KINDS`.
        reason: Why no output changes, within the problem's constraints.
        base: The submission that is edited: "fast" or "slow".
        edits: The replacements.
    """

    kind: str
    reason: str
    base: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class DifferentEdit:
    """An edit that changes the output on rare valid inputs only.

    Attributes:
        kind: One of `DIFFER_KINDS`.
        what: Describes the inputs on which it changes.
        witness: One of these inputs.
        base: The submission that is edited: "fast" or "slow".
        edits: The replacements.
    """

    kind: str
    what: str
    witness: str
    base: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True)
class Family:
    """The edits for one problem.

    Attributes:
        problem: Name of the bundled package.
        behaviors: Edits that give both submissions, fast and slow, another behavior.
        equal: Edits that preserve the behavior.
        differ: Edits that change the behavior on rare inputs.
        suffix: File suffix of the submissions.
    """

    problem: str
    behaviors: tuple[Edit, ...]
    equal: tuple[EqualEdit, ...]
    differ: tuple[DifferentEdit, ...]
    suffix: str = ".cpp"


def equal(kind: str, reason: str, *edits: Edit, base: str = "fast") -> EqualEdit:
    """Return an edit that preserves the behavior."""
    return EqualEdit(kind, reason, base, edits)


def differ(kind: str, what: str, witness: str, *edits: Edit, base: str = "fast") -> DifferentEdit:
    """Return an edit that changes the behavior on rare inputs."""
    return DifferentEdit(kind, what, witness, base, edits)


def lines(*rows: str | Iterable[object]) -> str:
    """Return an input with a line for each row; blanks separate the parts of a row."""
    return "".join(
        (row if isinstance(row, str) else " ".join(map(str, row))) + "\n" for row in rows
    )

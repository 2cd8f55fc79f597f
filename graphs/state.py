"""The state of the graphs: ids and counts alone, since every checkpoint writes it whole.

Texts, rows and measurements are in the ledger (see `results`).
"""

import operator
from typing import Annotated, TypedDict


def format_batch_key(round_number: int, batch: int) -> str:
    """Return the ledger's subject for a batch; the subjects' order is the batches' order."""
    return f"{round_number:03}/{batch:04}"


def merge_unique(one: list[str], other: list[str]) -> list[str]:
    """Return what either holds, once each: a subgraph hands back what it was given, too."""
    return list(dict.fromkeys([*one, *other]))


class RoundState(TypedDict, total=False):
    """Of the run: which round, which batch of it."""

    round: int
    batch: int
    batches: int
    """Batches of this round."""
    kept: Annotated[int, operator.add]
    open: Annotated[list[str], merge_unique]
    """Subjects whose stages the infrastructure failed."""


class BatchState(TypedDict, total=False):
    """Of one batch."""

    round: int
    batch: int
    calls: list[str]
    programs: list[str]
    members: list[str]
    kept: int
    open: Annotated[list[str], merge_unique]


class CallState(TypedDict):
    """Of one call of the author."""

    round: int
    batch: int
    call: str


class ProgramState(TypedDict):
    """Of one new program that is to be run."""

    program: str


class CandidateState(TypedDict, total=False):
    """Of one slow program on its way through optimizer, verification and confirmation."""

    round: int
    batch: int
    member: str
    candidates: list[str]
    right: list[str]
    fast: list[str]
    """Right and fast enough, or perhaps so where another simulator than the counter decides; the
    fastest first."""
    open: Annotated[list[str], merge_unique]


class CandidateOutput(TypedDict, total=False):
    """What a candidate's graph hands back to its batch."""

    open: Annotated[list[str], merge_unique]

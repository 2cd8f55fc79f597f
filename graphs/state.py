"""The state of the graphs.

A round's and a batch's hold ids and counts alone, since every checkpoint writes them whole; texts,
rows and measurements are in the ledger (see `results`). A candidate's graph is not checkpointed:
its state holds the record that its nodes fill in.
"""

import operator
from typing import Annotated, TypedDict

from pieforge.graphs.results import CandidateResult, OptimizerTurn, TriedAnswer
from pieforge.records import Pending, Program

EVALUATION = "evaluation"
"""The ledger's subject for an evaluation, in the place of a batch."""


def format_batch_key(round_number: int, batch: int) -> str:
    """Return the ledger's subject for a batch; the subjects' order is the batches' order."""
    return f"{format_round_key(round_number)}/{batch:04}"


def format_round_key(round_number: int) -> str:
    """Return the ledger's subject for a round."""
    return f"{round_number:03}"


def merge_unique(one: list[Pending], other: list[Pending]) -> list[Pending]:
    """Return what either holds, once each: a subgraph hands back what it was given, too."""
    return list(dict.fromkeys([*one, *other]))


class RoundState(TypedDict, total=False):
    """Of the run: which round, which batch of it."""

    round: int
    batch: int
    batches: int
    """Batches of this round."""
    kept: Annotated[int, operator.add]
    """Kept pairs that are not surplus."""
    stopped: str
    """Key of the configuration that ends the run after this batch; empty for none."""
    model: str
    """Name of the model that was fine-tuned after this round; empty for none."""
    awaits: bool
    """Whether calls wait for a batch endpoint: the next round builds on their answers."""
    open: Annotated[list[Pending], merge_unique]


class BatchState(TypedDict, total=False):
    """Of one batch."""

    round: int
    batch: int
    calls: list[str]
    programs: list[str]
    members: list[str]
    kept: int
    stopped: str
    open: Annotated[list[Pending], merge_unique]


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
    """Its program id."""
    candidate: CandidateResult
    """What is known of it so far."""
    pending: Pending
    """The stage that the infrastructure failed; the last node hands it to the batch."""
    open: Annotated[list[Pending], merge_unique]


class EvaluationState(TypedDict, total=False):
    """Of one evaluation; it is not checkpointed."""

    programs: list[Program]
    """The slow programs."""
    open: Annotated[list[Pending], merge_unique]


class TurnsState(TypedDict, total=False):
    """Of the questions to the optimizer about one slow program."""

    slow: Program
    batch: str
    turns: list[OptimizerTurn]
    best: TriedAnswer
    """The fastest right answer so far; the last one where none is right."""


class CandidateOutput(TypedDict, total=False):
    """What a candidate's graph hands back to its batch."""

    open: Annotated[list[Pending], merge_unique]

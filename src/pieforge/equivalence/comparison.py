"""Whether a fast program does what the slow one does, on inputs that selection did not see."""

from typing import ClassVar

from pieforge.equivalence.observation import Observation, find_first_difference
from pieforge.records import Record, RejectReason, Verdict

REASON_OF: dict[Verdict, RejectReason] = {
    Verdict.CE: RejectReason.DOES_NOT_COMPILE,
    Verdict.TLE: RejectReason.TIMED_OUT,
    Verdict.MLE: RejectReason.TOO_MUCH_MEMORY,
    Verdict.RE: RejectReason.CRASHED,
    Verdict.OLE: RejectReason.TOO_MUCH_OUTPUT,
}
"""The reason to refuse a program whose run ended with a verdict."""


class OutputComparison(Record):
    """The outcome of one comparison.

    Attributes:
        reason: None where they agree on every input, otherwise why the pair is refused.
        at: Index of the input that shows it; -1 where none does.
        equal_on: Number of inputs on which both outputs are known and equal.
        detail: More about the failure.
    """

    KIND: ClassVar[str] = "output_comparison"

    reason: RejectReason | None
    at: int = -1
    equal_on: int = 0
    detail: str = ""


def compare_observations(slow: Observation, fast: Observation) -> OutputComparison:
    """Compare two observations on the same inputs.

    The slow program's own failure is found first: such a pair says nothing about the fast one.
    """
    equal_on = sum(
        x is not None and x == y for x, y in zip(slow.outputs, fast.outputs, strict=False)
    )
    if slow.verdict is not Verdict.AC:
        return OutputComparison(
            reason=RejectReason.SLOW_FAILS, at=slow.at, equal_on=equal_on, detail=str(slow.verdict)
        )
    if fast.verdict is not Verdict.AC:
        return OutputComparison(
            reason=REASON_OF[fast.verdict], at=fast.at, equal_on=equal_on, detail=fast.detail
        )
    where = find_first_difference(slow, fast)
    if where is not None:
        return OutputComparison(reason=RejectReason.DIFFERENT_OUTPUT, at=where, equal_on=equal_on)
    return OutputComparison(reason=None, equal_on=equal_on)

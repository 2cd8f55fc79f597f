"""Whether two outputs are equal under a problem's rules, and two programs on a list of inputs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

from pieforge.equivalence.observation import Observation, hash_output
from pieforge.equivalence.output_validator import OutputRules
from pieforge.records import Record, RejectReason, Verdict
from pieforge.sandbox.sandbox import RunResult

Judge = Callable[[OutputRules, bytes, bytes, bytes], Awaitable[str]]
"""Takes a problem's rules, an input, the answer and an output; returns what is wrong with it."""


@dataclass(frozen=True)
class ComparableOutput:
    """An output by its digest; its bytes are read only where a judge has to see them.

    Attributes:
        digest: Of the canonical output, as `hash_output` gives it.
    """

    digest: str
    read: Callable[[], Awaitable[bytes]]

    @classmethod
    def from_bytes(cls, data: bytes) -> "ComparableOutput":
        """Return an output that is at hand."""

        async def read() -> bytes:
            return data

        return cls(hash_output(data), read)

    @classmethod
    def from_run(cls, result: RunResult) -> "ComparableOutput":
        """Return a run's output, which was kept whole if a judge may have to see it."""

        async def read() -> bytes:
            return result.stdout

        return cls(result.output.digest, read)


async def explain_difference(
    output_rules: OutputRules,
    judge: Judge,
    data: bytes,
    answer: ComparableOutput,
    output: ComparableOutput,
    *,
    from_package: bool = False,
) -> str:
    """Return how an output differs from an answer; empty where both are equal.

    The only place that decides this. Equal canonical bytes are equal. Of two programs' outputs
    others differ, unless the package gives a tolerance or brings an output validator.

    Args:
        output_rules: What the package says about right outputs.
        judge: Runs the package's output validator, or the format's default one.
        data: The input.
        answer: What is right: the package's answer, or the slow program's output.
        output: What is compared with it.
        from_package: Whether the answer is the package's: the format's default validator, which
            takes words and no layout, decides then even where the package says nothing.

    Raises:
        PackageError: The output validator fails.
    """
    if answer.digest == output.digest:
        return ""
    rules = output_rules.select(data)
    if not (rules.lenient or from_package):
        return "the outputs differ"
    return await judge(rules, data, await answer.read(), await output.read())


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
        reason: Why the pair is refused; None where the outputs are equal on every input.
        at: Index of the input that shows it; -1 where none does.
        equal_on: Number of inputs on which both outputs are known and equal.
        detail: More about the failure.
    """

    KIND: ClassVar[str] = "output_comparison"

    reason: RejectReason | None
    at: int = -1
    equal_on: int = 0
    detail: str = ""


def find_failure(slow: Observation, fast: Observation) -> OutputComparison | None:
    """Return why two programs cannot be compared, because a run failed; None where none did.

    The slow program's own failure is found first: such a pair says nothing about the fast one.
    """
    pairs = zip(slow.outputs, fast.outputs, strict=False)
    equal_on = sum(x is not None and x == y for x, y in pairs)
    if slow.verdict is not Verdict.AC:
        return OutputComparison(
            reason=RejectReason.SLOW_FAILS, at=slow.at, equal_on=equal_on, detail=str(slow.verdict)
        )
    if fast.verdict is not Verdict.AC:
        return OutputComparison(
            reason=REASON_OF[fast.verdict], at=fast.at, equal_on=equal_on, detail=fast.detail
        )
    return None

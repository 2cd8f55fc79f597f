"""Two programs of one problem on the same inputs: equal, different, or unknown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.equivalence.output_validator import OutputRules
from pieforge.records import ProgramText, Verdict
from pieforge.sandbox.sandbox import RunResult


class PairOutcome(StrEnum):
    """What two programs' runs on one input say of them."""

    EQUAL = "equal"
    """Both ended well, with outputs that are equal or, where the problem allows it, both right."""
    DIFFERENT = "different"
    """Their outputs differ, or only one of them ended well."""
    UNKNOWN = "unknown"
    """One of them reached the limit on time or memory, or both failed."""


class ProgramRunner(Protocol):
    """What a pair needs of the executor, which stands above this package."""

    async def run_all(
        self, program: ProgramText, inputs: Sequence[bytes], *, whole: bool = False
    ) -> list[RunResult]:
        """Run a program on every input, with the output `whole` or only its beginning."""
        ...

    async def judge(
        self, output_rules: OutputRules, data: bytes, answer: bytes, output: bytes
    ) -> str:
        """Return what a problem's judge has against an output, or an empty string."""
        ...


@dataclass(frozen=True)
class ProgramPair:
    """Two programs of one problem, side by side.

    Attributes:
        a: One of them, the one whose output is the answer for a lenient judge.
        b: The other.
        output_rules: How the problem wants outputs compared.
    """

    runner: ProgramRunner
    a: ProgramText
    b: ProgramText
    output_rules: OutputRules

    async def compare_on(self, inputs: Sequence[bytes]) -> list[PairOutcome]:
        """Run both on every input and compare what they did.

        Raises:
            UserInputError: One of them does not compile.
        """
        runs = zip(inputs, await self.run_both(inputs), strict=True)
        return [await self.compare_runs(data, a, b) for data, (a, b) in runs]

    async def run_both(self, inputs: Sequence[bytes]) -> list[tuple[RunResult, RunResult]]:
        """Run both on every input."""
        whole = self.output_rules.lenient
        a, b = [await self.runner.run_all(it, inputs, whole=whole) for it in (self.a, self.b)]
        return list(zip(a, b, strict=True))

    async def compare_runs(self, data: bytes, a: RunResult, b: RunResult) -> PairOutcome:
        """Compare what both did on one input."""
        if {Verdict.TLE, Verdict.MLE} & {a.verdict, b.verdict}:
            return PairOutcome.UNKNOWN
        if a.verdict is not Verdict.AC and b.verdict is not Verdict.AC:
            return PairOutcome.UNKNOWN
        if a.verdict is not b.verdict:
            return PairOutcome.DIFFERENT
        return (
            PairOutcome.DIFFERENT
            if await self.explain_difference(data, a, b)
            else PairOutcome.EQUAL
        )

    async def explain_difference(self, data: bytes, a: RunResult, b: RunResult) -> str:
        """Return how the outputs of two runs that ended well differ; empty where they do not."""
        return await explain_difference(
            self.output_rules,
            self.runner.judge,
            data,
            ComparableOutput.from_run(a),
            ComparableOutput.from_run(b),
        )

"""What a program does on a list of inputs."""

from collections.abc import Sequence
from typing import ClassVar

from pieforge.records import Record, Verdict, digest
from pieforge.sandbox.sandbox import RunResult

_LIMITED = {Verdict.TLE: "time", Verdict.MLE: "memory", Verdict.OLE: "output"}


class Observation(Record):
    """A program's behavior on a list of inputs.

    Attributes:
        outputs: For each input, in order, the hash of the canonical output; None where the
            output is unknown (time limit) or the run failed.
        verdict: AC if no run failed, otherwise that of the first failing run.
        at: Index of that run; -1 if there is none.
        detail: What is known of that failure.
    """

    KIND: ClassVar[str] = "observation"

    outputs: tuple[str | None, ...] = ()
    verdict: Verdict = Verdict.AC
    at: int = -1
    detail: str = ""

    @property
    def complete(self) -> bool:
        """Whether every output is known."""
        return self.verdict is Verdict.AC and None not in self.outputs


class RunOutcome(Record):
    """The outcome of one run of a program on one input.

    Attributes:
        output: Hash of the canonical output; None where the run did not end well.
        detail: What is known of a failure.
        blob: The whole output in the ledger; empty for one that was too large to keep.
    """

    KIND: ClassVar[str] = "run_outcome"

    verdict: Verdict = Verdict.AC
    output: str | None = None
    detail: str = ""
    blob: str = ""

    @property
    def unknown(self) -> bool:
        """Whether it says nothing about the program's behavior: the time limit was reached."""
        return self.verdict is Verdict.TLE

    @property
    def label(self) -> str | None:
        """What is compared: the output's hash, or a failure's verdict; None if unknown."""
        if self.verdict is Verdict.AC:
            return self.output
        return None if self.unknown else f"!{self.verdict}"


def canonicalize(output: bytes) -> bytes:
    """Return the canonical output: lines without trailing blanks, no blank lines at the end.

    Every other difference counts.
    """
    lines = [line.rstrip() for line in output.split(b"\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\n".join(lines)


def hash_output(output: bytes) -> str:
    """Return the hash by which outputs are compared."""
    return digest(canonicalize(output))


def summarize_run(result: RunResult) -> RunOutcome:
    """Turn one run into its outcome."""
    if result.verdict is Verdict.AC:
        return RunOutcome(output=result.output.digest)
    return RunOutcome(verdict=result.verdict, detail=_describe_failure(result))


def combine_outcomes(outcomes: Sequence[RunOutcome], inputs: int) -> Observation:
    """Turn the runs of one program into its observation; inputs that were not run are unknown."""
    outputs = tuple(each.output for each in outcomes) + (None,) * (inputs - len(outcomes))
    for index, each in enumerate(outcomes):
        if each.verdict is not Verdict.AC:
            return Observation(outputs=outputs, verdict=each.verdict, at=index, detail=each.detail)
    return Observation(outputs=outputs)


def _describe_failure(result: RunResult) -> str:
    # Whatever signal ended it.
    if result.verdict in _LIMITED:
        return f"more {_LIMITED[result.verdict]} than the limit"
    if result.signal is not None:
        return f"signal {result.signal}"
    if result.exit_code:
        last = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return f"exit status {result.exit_code}" + "".join(f": {line[:200]}" for line in last)
    return ""

"""Convert the supervisor's record of a run into a result with a verdict."""

import os
import signal
from dataclasses import dataclass

from pieforge.records import Verdict
from pieforge.sandbox.limits import Limits
from pieforge.sandbox.output import ProgramOutput
from pieforge.sandbox.protocol import EndReason, RunRecord

_OUT_OF_MEMORY = (b"std::bad_alloc", b"MemoryError", b"OutOfMemoryError", b"out of memory")
"""Messages of the run-time systems of C++, Python, Java and Go."""
_NEAR_LIMIT = 0.9
"""A failed run with a peak above this share of the limit counts as out of memory."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """The result of one run. Times in seconds, sizes in bytes.

    Attributes:
        verdict: AC means that the program ended by itself with status 0; its output was not
            compared.
        exit_code: Exit status; None if a signal ended the program.
        signal: The signal that ended the program, or None.
        cpu_s: CPU time of all its threads.
        wall_s: Wall time from its start to its end.
        memory_bytes: Peak of resident memory.
        output: Standard output, up to the limit on output.
        stderr: The first 4 KiB of standard error.
    """

    verdict: Verdict
    exit_code: int | None
    signal: int | None
    cpu_s: float
    wall_s: float
    memory_bytes: int
    output: ProgramOutput
    stderr: bytes

    @property
    def stdout(self) -> bytes:
        """Return the first 32 KiB of the output; the whole one if it was loaded."""
        return self.output.head


def interpret_record(record: RunRecord, limits: Limits) -> RunResult:
    """Return a record's result, with its output cut at the limit."""
    ended_by = os.WTERMSIG(record.status) if os.WIFSIGNALED(record.status) else None
    code = os.WEXITSTATUS(record.status) if os.WIFEXITED(record.status) else None
    return RunResult(
        verdict=_determine_verdict(record, limits, ended_by),
        exit_code=code,
        signal=ended_by,
        cpu_s=record.cpu_s,
        wall_s=record.wall_s,
        memory_bytes=record.memory_bytes,
        output=record.output.truncate(limits.output_bytes),
        stderr=record.stderr,
    )


def _determine_verdict(record: RunRecord, limits: Limits, ended_by: int | None) -> Verdict:
    if record.reason is EndReason.MEMORY_LIMIT:
        return Verdict.MLE
    if (
        record.reason is not EndReason.ENDED
        or ended_by == signal.SIGXCPU
        or record.cpu_s > limits.cpu_s
    ):
        return Verdict.TLE
    written = max(record.output.size, record.stderr_bytes)
    if ended_by == signal.SIGXFSZ or written > limits.output_bytes:
        return Verdict.OLE
    if record.memory_bytes > limits.memory_bytes:
        return Verdict.MLE
    if record.status == 0:
        return Verdict.AC
    # The kernel may refuse an allocation before the peak reaches the limit; the program then
    # fails in its own way.
    near = record.memory_bytes > _NEAR_LIMIT * limits.memory_bytes
    reported = any(message in record.stderr for message in _OUT_OF_MEMORY)
    return Verdict.MLE if near or reported else Verdict.RE

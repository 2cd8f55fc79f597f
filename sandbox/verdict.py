"""What a run's record means."""

import os
import signal
from dataclasses import dataclass

from pieforge.records import Verdict
from pieforge.sandbox.limits import Limits
from pieforge.sandbox.output import ProgramOutput
from pieforge.sandbox.protocol import EndReason, RunRecord

_OUT_OF_MEMORY = (b"std::bad_alloc", b"MemoryError", b"OutOfMemoryError", b"out of memory")
_NEAR_LIMIT = 0.9


@dataclass(frozen=True, slots=True)
class RunResult:
    """What became of one run. Times in seconds, sizes in bytes.

    Attributes:
        verdict: AC means that it ended by itself with status 0; nothing was compared.
        exit_code: None where a signal ended it.
        signal: The signal that ended it, or None.
        cpu_s: CPU time of all its threads.
        wall_s: Time from its start to its end.
        memory_bytes: Peak of resident memory.
        output: What it wrote on standard output, up to the limit on output.
        stderr: Its first 4 KiB.
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
        """Return the output's beginning: all of it up to 32 KiB, or where it was asked for."""
        return self.output.head


def interpret_record(record: RunRecord, limits: Limits) -> RunResult:
    """Return the result that a record amounts to."""
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
    near = record.memory_bytes > _NEAR_LIMIT * limits.memory_bytes
    starved = any(words in record.stderr for words in _OUT_OF_MEMORY)
    return Verdict.MLE if near or starved else Verdict.RE

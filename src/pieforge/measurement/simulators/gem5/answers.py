"""Interpret gem5's answers: the cause of a run's end, and the statistics."""

import io
import json
import os
import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pieforge.errors import SimulatorError
from pieforge.measurement.simulators import Measurement
from pieforge.records import Verdict
from pieforge.sandbox.output import ProgramOutput
from pieforge.sandbox.protocol import RunRecord

TICKS_PER_SECOND = 10**12
"""gem5's default, which inside.py does not change."""

_EXITED = "exiting with last active thread context"
_OUT_OF_TICKS = "simulate() limit reached"

_FATAL_PREFIX = r"(?:panic|fatal): (?:(?:panic|fatal) condition .*? occurred: )?"
_PROGRAM_FAULT = re.compile(
    _FATAL_PREFIX + r"(?:Tried to \w+ unmapped address|Page table fault when accessing"
    r"|fault \([\w-]+\) detected|Alignment fault|Abort exception"
    r"|Unrecognized/invalid instruction executed:[^}]*?two byte,\s+op = 0xb,)"  # ud2
    r"|warn: need to stop all queues"  # RISC-V's ebreak, which gem5 prints without end
)
"""A fault for which a kernel would send a signal; SE mode has no signals."""
_UNSUPPORTED = re.compile(
    _FATAL_PREFIX + r"((?:[Ss]yscall .*?(?:unimplemented|out of range)"
    r"|Unrecognized/invalid instruction executed|Unimpfault).*)"
)
_OUT_OF_MEMORY = re.compile(_FATAL_PREFIX + "Out of memory")
_FINAL_MESSAGE = re.compile(f"(?:{_FATAL_PREFIX}|script: )(.*)")

_STATISTIC = re.compile(r"^(\S+) +(-?[\d.]+(?:e[+-]?\d+)?)(?:\s|$)", re.MULTILINE)
_STATISTICS_BEGIN = "---------- Begin Simulation Statistics ----------"
_STATISTICS_END = "---------- End Simulation Statistics   ----------"

_COUNT_NAMES: Mapping[str, tuple[str, ...]] = {
    "instructions": ("simInsts",),
    "micro_ops": ("simOps",),
    "cycles": ("system.cpu.numCycles",),
    "i1_misses": ("system.cpu.icache.overallMisses::total",),
    "d1_misses": ("system.cpu.dcache.overallMisses::total",),
    "l2_misses": ("system.l2cache.overallMisses::total",),
    "l3_misses": ("system.l3cache.overallMisses::total",),
    "branches": ("system.cpu.commitStats0.numBranches", "system.cpu.branchPred.lookups"),
    "mispredicts": ("system.cpu.commit.branchMispredicts", "system.cpu.branchPred.condIncorrect"),
}
"""The statistics that a measurement keeps: pieforge's name, and gem5's alternative names, of which
the first that exists counts."""


class Gem5Crash(Exception):  # noqa: N818 - not the program's, and not yet an error: it is tried again
    """gem5 ended for a reason that is neither the program's fault nor a known limit of gem5."""


@dataclass(frozen=True)
class Gem5Answer:
    """The answer of inside.py for one input.

    Attributes:
        status: Status of the forked gem5, as `wait4` returns it.
        exceeded_output: Whether the program was stopped because its output was too large.
        cpu_s: CPU seconds of gem5 for this input.
        output: The program's output.
        messages: The end of gem5's messages.
        result: A line of JSON about the end of the simulation, then the statistics; empty if the
            simulation did not end.
    """

    status: int
    exceeded_output: bool
    cpu_s: float
    output: bytes
    messages: str
    result: str


def parse_answers(data: bytes) -> Iterator[Gem5Answer]:
    """Yield the complete answers of a job; a last, incomplete one is left out."""
    stream = io.BytesIO(data)
    while (line := stream.readline()).endswith(b"\n"):
        head = json.loads(line)
        output, messages, result = parts = [stream.read(size) for size in head["sizes"]]
        if [*map(len, parts)] != head["sizes"]:
            return
        texts = messages.decode(errors="replace"), result.decode(errors="replace")
        yield Gem5Answer(head["status"], head["full"], head["cpu_s"], output, *texts)


def interpret_answer(answer: Gem5Answer, start_s: float = 0.0) -> Measurement:
    """Return the measurement that an answer amounts to.

    Args:
        answer: The answer for one input.
        start_s: CPU seconds of gem5's start, to be counted with this input.

    Raises:
        Gem5Crash: gem5 failed for another reason than the program; the text is its last message.
    """
    output = ProgramOutput(answer.output)
    cpu_s = answer.cpu_s + start_s
    seen = Measurement(Verdict.AC, 0, {}, output.head, output.digest, cpu_s)
    # Limits first: gem5 was killed by them, and its messages then say nothing about the cause.
    if answer.exceeded_output:
        return replace(seen, verdict=Verdict.OLE)
    if os.WIFSIGNALED(answer.status) and os.WTERMSIG(answer.status) == signal.SIGXCPU:
        return replace(seen, verdict=Verdict.TLE)
    if answer.status == 0 and answer.result:
        return _interpret_simulation(answer.result, seen)
    if _PROGRAM_FAULT.search(answer.messages):
        return replace(seen, verdict=Verdict.RE)
    if _OUT_OF_MEMORY.search(answer.messages):
        return replace(seen, verdict=Verdict.MLE)
    if limit := _UNSUPPORTED.search(answer.messages):
        return replace(seen, verdict=Verdict.IE, limit=limit[1].strip())
    final = _FINAL_MESSAGE.findall(answer.messages)
    raise Gem5Crash(final[-1].strip() if final else f"gem5 ended with status {answer.status:#x}")


def _interpret_simulation(result: str, seen: Measurement) -> Measurement:
    line, _, text = result.partition("\n")
    end = json.loads(line)
    counts = select_counts(parse_statistics(text))
    # Ticks of a gem5 with another default would be converted wrongly to seconds.
    if end["frequency"] != TICKS_PER_SECOND:
        raise Gem5Crash(f"a second has {end['frequency']} ticks")
    bounded = end["cause"] == _OUT_OF_TICKS
    # Without a budget the limit is gem5's largest tick: all threads wait for something forever.
    if bounded and end["budget"] is None:
        return replace(seen, verdict=Verdict.TLE)
    if not bounded and (end["cause"] != _EXITED or end["code"] != 0):
        return replace(seen, verdict=Verdict.RE)
    verdict = Verdict.TLE if bounded else Verdict.AC
    return replace(seen, verdict=verdict, ticks=end["ticks"], counts=counts, bounded=bounded)


def create_unstarted_answer(record: RunRecord) -> Gem5Answer:
    """Return the answer of a gem5 that ended before an input, for example while loading it."""
    messages = record.stderr.decode(errors="replace")
    # Exit status 0 without an answer is a failure too; 1 << 8 is wait4's form of exit status 1.
    status = record.status or 1 << 8
    return Gem5Answer(status, False, record.cpu_s, b"", messages, "")  # noqa: FBT003


def parse_statistics(text: str) -> dict[str, float]:
    """Return the numbers of the last block of a statistics file (gem5's stats.txt), by name.

    Raises:
        SimulatorError: There is no complete block.
    """
    # The last one: a program can make gem5 print earlier blocks with gem5's own instructions.
    begin = text.rfind(_STATISTICS_BEGIN)
    end = text.find(_STATISTICS_END, begin)
    if begin < 0 or end < 0:
        raise SimulatorError("gem5's statistics are incomplete", where=text[-200:].strip())
    return {name: float(figure) for name, figure in _STATISTIC.findall(text[begin:end])}


def select_counts(figures: Mapping[str, float]) -> dict[str, int]:
    """Return the statistics that a measurement keeps, by pieforge's names."""
    return {
        name: int(figures[their])
        for name, theirs in _COUNT_NAMES.items()
        for their in reversed(theirs)  # a later entry overwrites: so the first name counts
        if their in figures
    }

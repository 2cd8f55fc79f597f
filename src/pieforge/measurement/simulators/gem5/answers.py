"""What gem5 said, and what it means: whose fault an end was, and the figures of its statistics."""

import json
import os
import re
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from pieforge.errors import SimulatorError
from pieforge.measurement.simulators import Measurement
from pieforge.records import Verdict
from pieforge.sandbox.output import Output
from pieforge.sandbox.protocol import Record

TICKS_PER_SECOND = 10**12
"""gem5's default, which inside.py leaves as it is."""

_EXITED = "exiting with last active thread context"
_OUT_OF_TICKS = "simulate() limit reached"

_DIED = r"(?:panic|fatal): (?:(?:panic|fatal) condition .*? occurred: )?"
_PROGRAMS_FAULTS = re.compile(
    _DIED + r"(?:Tried to \w+ unmapped address|Page table fault when accessing"
    r"|fault \([\w-]+\) detected|Alignment fault|Abort exception"
    r"|Unrecognized/invalid instruction executed:[^}]*?two byte,\s+op = 0xb,)"  # ud2
    r"|warn: need to stop all queues"  # ebreak of RISC-V, said again and again
)
"""A fault that a kernel would have answered with a signal; SE mode has none."""
_SIMULATORS_LIMITS = re.compile(
    _DIED + r"((?:[Ss]yscall .*?(?:unimplemented|out of range)"
    r"|Unrecognized/invalid instruction executed|Unimpfault).*)"
)
_OUT_OF_MEMORY = re.compile(_DIED + "Out of memory")
_LAST_WORDS = re.compile(f"(?:{_DIED}|script: )(.*)")

_STATISTIC = re.compile(r"^(\S+) +(-?[\d.]+(?:e[+-]?\d+)?)(?:\s|$)", re.MULTILINE)
_BEGIN = "---------- Begin Simulation Statistics ----------"
_END = "---------- End Simulation Statistics   ----------"

_COUNTS: Mapping[str, tuple[str, ...]] = {
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
"""What is kept of the statistics: our name, and gem5's, the first that is there."""


class MachineryFault(Exception):  # noqa: N818 - not the program's, and not yet an error: it is tried again
    """gem5 died of something that is neither the program's fault nor a known limit of its own."""


@dataclass(frozen=True)
class Answer:
    """What gem5's side says of one input; see inside.py.

    Attributes:
        status: As `wait4` has it.
        full: Whether the program was stopped because it wrote too much.
        cpu_s: CPU seconds that gem5 took for this input.
        output: What the program wrote.
        messages: The end of what gem5 said.
        result: How it ended, then the statistics; empty where gem5 did not come to that.
    """

    status: int
    full: bool
    cpu_s: float
    output: bytes
    messages: str
    result: str


def answers(data: bytes) -> Iterator[Answer]:
    """Yield the answers of a job, as many as are whole."""
    at = 0
    while (end := data.find(b"\n", at)) >= 0:
        head = json.loads(data[at:end])
        parts = []
        at = end + 1
        for size in head["sizes"]:
            parts.append(data[at : at + size])
            at += size
        if at > len(data):
            return
        output, messages, result = parts
        yield Answer(
            status=head["status"],
            full=head["full"],
            cpu_s=head["cpu_s"],
            output=output,
            messages=messages.decode(errors="replace"),
            result=result.decode(errors="replace"),
        )


def measurement(answer: Answer, start_s: float = 0.0) -> Measurement:
    """Return what an answer means.

    Args:
        answer: Of one input.
        start_s: CPU seconds that gem5 took to start, to be counted with this input.

    Raises:
        MachineryFault: It says nothing of the program; its text is gem5's last words.
    """
    answer = replace(answer, cpu_s=answer.cpu_s + start_s)
    if answer.full:
        return _ended(answer, Verdict.OLE)
    if os.WIFSIGNALED(answer.status) and os.WTERMSIG(answer.status) == signal.SIGXCPU:
        return _ended(answer, Verdict.TLE)
    if answer.status == 0 and answer.result:
        return _simulated(answer)
    if _PROGRAMS_FAULTS.search(answer.messages):
        return _ended(answer, Verdict.RE)
    if _OUT_OF_MEMORY.search(answer.messages):
        return _ended(answer, Verdict.MLE)
    if limit := _SIMULATORS_LIMITS.search(answer.messages):
        return _ended(answer, Verdict.IE, limit=limit[1].strip())
    raise MachineryFault(last_words(answer))


def last_words(answer: Answer) -> str:
    """Return why gem5 stopped, in its own words if it had any."""
    said = _LAST_WORDS.findall(answer.messages)
    return said[-1].strip() if said else f"gem5 ended with status {answer.status:#x}"


def _simulated(answer: Answer) -> Measurement:
    line, _, text = answer.result.partition("\n")
    end = json.loads(line)
    counts = counted(statistics(text))
    if end["frequency"] != TICKS_PER_SECOND:
        raise MachineryFault(f"a second has {end['frequency']} ticks")
    if end["cause"] == _OUT_OF_TICKS and end["budget"] is None:  # it waits for what never comes
        return _ended(answer, Verdict.TLE)
    if end["cause"] == _OUT_OF_TICKS:
        return _ended(answer, Verdict.TLE, ticks=end["ticks"], counts=counts, bounded=True)
    if end["cause"] != _EXITED or end["code"] != 0:
        return _ended(answer, Verdict.RE)
    return _ended(answer, Verdict.AC, ticks=end["ticks"], counts=counts)


def _ended(
    answer: Answer,
    verdict: Verdict,
    *,
    ticks: int = 0,
    counts: Mapping[str, int] | None = None,
    bounded: bool = False,
    limit: str = "",
) -> Measurement:
    output = Output(answer.output)
    return Measurement(
        verdict=verdict,
        ticks=ticks,
        counts=counts or {},
        stdout=output.head,
        output_sha=output.digest,
        cpu_s=answer.cpu_s,
        bounded=bounded,
        limit=limit,
    )


def unstarted(record: Record) -> Answer:
    """Return the answer of a gem5 that ended before it came to an input: loading failed, say."""
    said = record.stderr.decode(errors="replace")
    status = record.status or 1 << 8  # ended well, but said nothing: that is no success
    return Answer(status, full=False, cpu_s=record.cpu_s, output=b"", messages=said, result="")


def beyond(words: str) -> Measurement:
    """Return the measurement of a run that gem5 cannot simulate, with its words."""
    return Measurement(Verdict.IE, 0, {}, b"", Output(b"").digest, 0.0, limit=words)


def statistics(text: str) -> dict[str, float]:
    """Return the figures of the last block of a statistics file (gem5's stats.txt), by name.

    Raises:
        SimulatorError: There is no whole block.
    """
    begin = text.rfind(_BEGIN)
    end = text.find(_END, begin)
    if begin < 0 or end < 0:
        raise SimulatorError("gem5's statistics are not whole", where=text[-200:].strip())
    return {name: float(figure) for name, figure in _STATISTIC.findall(text[begin:end])}


def counted(figures: Mapping[str, float]) -> dict[str, int]:
    """Return what a measurement keeps of the statistics, under names of our own."""
    found = {}
    for name, theirs in _COUNTS.items():
        known = next((figures[their] for their in theirs if their in figures), None)
        if known is not None:
            found[name] = int(known)
    return found

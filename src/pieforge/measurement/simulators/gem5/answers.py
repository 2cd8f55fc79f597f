"""What gem5 said, and what it means: whose fault an end was, and the figures of its statistics."""

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
"""gem5's default, which inside.py leaves as it is."""

_EXITED = "exiting with last active thread context"
_OUT_OF_TICKS = "simulate() limit reached"

_FATAL_PREFIX = r"(?:panic|fatal): (?:(?:panic|fatal) condition .*? occurred: )?"
_PROGRAM_FAULT = re.compile(
    _FATAL_PREFIX + r"(?:Tried to \w+ unmapped address|Page table fault when accessing"
    r"|fault \([\w-]+\) detected|Alignment fault|Abort exception"
    r"|Unrecognized/invalid instruction executed:[^}]*?two byte,\s+op = 0xb,)"  # ud2
    r"|warn: need to stop all queues"  # ebreak of RISC-V, said again and again
)
"""A fault that a kernel would have answered with a signal; SE mode has none."""
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
"""What is kept of the statistics: our name, and gem5's, the first that is there."""


class Gem5Crash(Exception):  # noqa: N818 - not the program's, and not yet an error: it is tried again
    """gem5 died of something that is neither the program's fault nor a known limit of its own."""


@dataclass(frozen=True)
class Gem5Answer:
    """What gem5's side says of one input; see inside.py.

    Attributes:
        status: As `wait4` has it.
        exceeded_output: Whether the program was stopped because it wrote too much.
        cpu_s: CPU seconds that gem5 took for this input.
        output: What the program wrote.
        messages: The end of what gem5 said.
        result: How it ended, then the statistics; empty where gem5 did not come to that.
    """

    status: int
    exceeded_output: bool
    cpu_s: float
    output: bytes
    messages: str
    result: str


def parse_answers(data: bytes) -> Iterator[Gem5Answer]:
    """Yield the answers of a job, as many as are whole."""
    stream = io.BytesIO(data)
    while (line := stream.readline()).endswith(b"\n"):
        head = json.loads(line)
        output, messages, result = parts = [stream.read(size) for size in head["sizes"]]
        if [*map(len, parts)] != head["sizes"]:
            return
        texts = messages.decode(errors="replace"), result.decode(errors="replace")
        yield Gem5Answer(head["status"], head["full"], head["cpu_s"], output, *texts)


def interpret_answer(answer: Gem5Answer, start_s: float = 0.0) -> Measurement:
    """Return what an answer means.

    Args:
        answer: Of one input.
        start_s: CPU seconds that gem5 took to start, to be counted with this input.

    Raises:
        Gem5Crash: It says nothing of the program; its text is gem5's last words.
    """
    output = ProgramOutput(answer.output)
    cpu_s = answer.cpu_s + start_s
    seen = Measurement(Verdict.AC, 0, {}, output.head, output.digest, cpu_s)
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
    said = _FINAL_MESSAGE.findall(answer.messages)
    raise Gem5Crash(said[-1].strip() if said else f"gem5 ended with status {answer.status:#x}")


def _interpret_simulation(result: str, seen: Measurement) -> Measurement:
    line, _, text = result.partition("\n")
    end = json.loads(line)
    counts = select_counts(parse_statistics(text))
    if end["frequency"] != TICKS_PER_SECOND:
        raise Gem5Crash(f"a second has {end['frequency']} ticks")
    bounded = end["cause"] == _OUT_OF_TICKS
    if bounded and end["budget"] is None:  # it waits for what never comes
        return replace(seen, verdict=Verdict.TLE)
    if not bounded and (end["cause"] != _EXITED or end["code"] != 0):
        return replace(seen, verdict=Verdict.RE)
    verdict = Verdict.TLE if bounded else Verdict.AC
    return replace(seen, verdict=verdict, ticks=end["ticks"], counts=counts, bounded=bounded)


def create_unstarted_answer(record: RunRecord) -> Gem5Answer:
    """Return the answer of a gem5 that ended before it came to an input: loading failed, say."""
    said = record.stderr.decode(errors="replace")
    status = record.status or 1 << 8  # ended well, but said nothing: that is no success
    return Gem5Answer(status, False, record.cpu_s, b"", said, "")  # noqa: FBT003


def parse_statistics(text: str) -> dict[str, float]:
    """Return the figures of the last block of a statistics file (gem5's stats.txt), by name.

    Raises:
        SimulatorError: There is no whole block.
    """
    begin = text.rfind(_STATISTICS_BEGIN)
    end = text.find(_STATISTICS_END, begin)
    if begin < 0 or end < 0:
        raise SimulatorError("gem5's statistics are not whole", where=text[-200:].strip())
    return {name: float(figure) for name, figure in _STATISTIC.findall(text[begin:end])}


def select_counts(figures: Mapping[str, float]) -> dict[str, int]:
    """Return what a measurement keeps of the statistics, under names of our own."""
    return {
        name: int(figures[their])
        for name, theirs in _COUNT_NAMES.items()
        for their in reversed(theirs)  # the first one counts
        if their in figures
    }

"""Simulations that are kept as they come, one line of JSON each: a broken run goes on."""

import resource
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, TypeVar

from pieforge.errors import SimulatorError
from pieforge.inputs import NamedInput
from pieforge.measurement.race import RaceResult
from pieforge.measurement.simulators import Measurement, Simulator, SimulatorProxy
from pieforge.records import FrozenModel, Verdict, digest
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

LIMITS = Limits(cpu_s=1200.0)
"""Of one simulation. PIE's 120 s would cut the largest off on a slow machine."""
_STARTS = 5
"""Starts whose cost is averaged."""


class Figure(FrozenModel):
    """One program simulated on one input, whole.

    Attributes:
        key: Digest of simulator, program and input.
        output: Hash of what it wrote.
        cpu_s: CPU seconds, without those that the simulator takes to start.
    """

    key: str
    ticks: int
    counts: dict[str, int]
    output: str
    cpu_s: float

    @property
    def instructions(self) -> int:
        """Instructions that were simulated."""
        return self.counts["instructions"]


class Raced(FrozenModel):
    """One race, and what it took.

    Attributes:
        key: Digest of simulator, programs, inputs and threshold.
        instructions: Simulated ones.
        cpu_s: CPU seconds, without those that the simulator takes to start.
        starts: How often the simulator was started.
    """

    key: str
    race: RaceResult
    instructions: int
    cpu_s: float
    starts: int


class Begun(FrozenModel):
    """CPU seconds that one start of a simulator takes, beside what it tells of its runs."""

    key: str
    cpu_s: float


R = TypeVar("R", Figure, Raced, Begun)


class Kept(Generic[R]):
    """Records of one kind in a file, by key; a line that was broken off counts as none.

    Args:
        path: The file; made when there is something to keep.
        kind: What its lines are.
    """

    def __init__(self, path: Path, kind: type[R]) -> None:
        self._path = path
        text = path.read_text() if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]
        if whole != text:
            path.write_text(whole)
        records = map(kind.model_validate_json, whole.splitlines())
        self._known: dict[str, R] = {record.key: record for record in records}

    def get(self, key: str) -> R | None:
        """Return what is kept under a key."""
        return self._known.get(key)

    def add(self, record: R) -> R:
        """Keep a record, and return it."""
        self._known[record.key] = record
        with self._path.open("a") as file:
            file.write(record.model_dump_json() + "\n")
        return record


class Metered(SimulatorProxy):
    """Another simulator, and what was simulated through this one.

    Args:
        inner: Measures.
    """

    def __init__(self, inner: Simulator) -> None:
        super().__init__(inner)
        self.instructions = 0
        self.cpu_s = 0.0
        self.starts = 0

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return measurements in order, and add up what they took; see `Simulator`."""
        found = await self._inner.measure(sandbox, executable, inputs, limits, budget=budget)
        self.instructions += sum(item.counts.get("instructions", 0) for item in found)
        self.cpu_s += sum(item.cpu_s for item in found)
        self.starts += 1
        return found


def figure_key(simulator: Simulator, executable: Executable, item: NamedInput) -> str:
    """Return what names one whole simulation."""
    return digest(simulator.sha, executable.sha, item.data)


async def whole(
    simulator: Simulator, sandbox: Sandbox, executable: Executable, item: NamedInput
) -> Figure:
    """Simulate a program on one input to its end, in a process of its own, as PIE does.

    Raises:
        SimulatorError: It does not end well.
    """
    [told] = await simulator.measure(sandbox, executable, [item.data], LIMITS)
    if told.verdict is not Verdict.AC:
        raise SimulatorError(f"a run ended with {told.verdict}: {told.limit}", where=item.name)
    return Figure(
        key=figure_key(simulator, executable, item),
        ticks=told.ticks,
        counts=dict(told.counts),
        output=told.output_sha,
        cpu_s=told.cpu_s,
    )


async def begun(simulator: Simulator, sandbox: Sandbox) -> Begun:
    """Measure what a start takes, by an empty program; nothing else may run meanwhile."""
    language = get_language("c17")
    compiled = await sandbox.compile(language, language.empty_program)
    assert compiled.executable is not None, compiled.diagnostics
    before, told = _children(), 0.0
    for _ in range(_STARTS):
        [measured] = await simulator.measure(sandbox, compiled.executable, [b""])
        told += measured.cpu_s
    spent = _children() - before
    return Begun(key=simulator.sha, cpu_s=max(0.0, spent - told) / _STARTS)


def _children() -> float:
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


class Clock:
    """Says when nothing new should be begun.

    Args:
        minutes: From now.
    """

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes

    @property
    def over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self._end

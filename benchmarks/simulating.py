"""Simulations, each stored at once as a line of JSON: an interrupted benchmark can continue."""

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
"""Limits of one simulation. On a slow machine PIE's 120 s would stop the largest."""
_STARTS = 5
"""Number of starts whose cost is averaged."""


class Figure(FrozenModel):
    """The complete simulation of one program on one input.

    Attributes:
        key: Digest of simulator, program and input.
        output: Hash of the program's output.
        cpu_s: CPU seconds, without the simulator's start.
    """

    key: str
    ticks: int
    counts: dict[str, int]
    output: str
    cpu_s: float

    @property
    def instructions(self) -> int:
        """Number of simulated instructions."""
        return self.counts["instructions"]


class Raced(FrozenModel):
    """One race and its cost.

    Attributes:
        key: Digest of simulator, programs, inputs and threshold.
        instructions: Number of simulated instructions.
        cpu_s: CPU seconds, without the simulator's starts.
        starts: Number of starts of the simulator.
    """

    key: str
    race: RaceResult
    instructions: int
    cpu_s: float
    starts: int


class Begun(FrozenModel):
    """CPU seconds of one start of a simulator, which its measurements do not include."""

    key: str
    cpu_s: float


R = TypeVar("R", Figure, Raced, Begun)


class Kept(Generic[R]):
    """Records of one kind in a file, by key; an incomplete last line is dropped.

    Args:
        path: The file; created with the first record.
        kind: Type of the records.
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
        """Return the record with a key, or None."""
        return self._known.get(key)

    def add(self, record: R) -> R:
        """Store a record, and return it."""
        self._known[record.key] = record
        with self._path.open("a") as file:
            file.write(record.model_dump_json() + "\n")
        return record


class Metered(SimulatorProxy):
    """Another simulator, with the total cost of its simulations.

    Args:
        inner: The other simulator.
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
        """Return measurements in order, and add up their cost; see `Simulator`."""
        found = await self._inner.measure(sandbox, executable, inputs, limits, budget=budget)
        self.instructions += sum(item.counts.get("instructions", 0) for item in found)
        self.cpu_s += sum(item.cpu_s for item in found)
        self.starts += 1
        return found


def figure_key(simulator: Simulator, executable: Executable, item: NamedInput) -> str:
    """Return the key of one complete simulation."""
    return digest(simulator.sha, executable.sha, item.data)


async def whole(
    simulator: Simulator, sandbox: Sandbox, executable: Executable, item: NamedInput
) -> Figure:
    """Simulate a program on one input to its end, in a process of its own, as PIE does.

    Raises:
        SimulatorError: The run failed, or reached a limit.
    """
    [run] = await simulator.measure(sandbox, executable, [item.data], LIMITS)
    if run.verdict is not Verdict.AC:
        raise SimulatorError(f"a run ended with {run.verdict}: {run.limit}", where=item.name)
    return Figure(
        key=figure_key(simulator, executable, item),
        ticks=run.ticks,
        counts=dict(run.counts),
        output=run.output_sha,
        cpu_s=run.cpu_s,
    )


async def begun(simulator: Simulator, sandbox: Sandbox) -> Begun:
    """Measure the cost of a simulator's start by an empty program.

    No other child process may run at the same time: its CPU time would count too.
    """
    language = get_language("c17")
    compiled = await sandbox.compile(language, language.empty_program)
    assert compiled.executable is not None, compiled.diagnostics
    before, measured_cpu_s = _children(), 0.0
    for _ in range(_STARTS):
        [measured] = await simulator.measure(sandbox, compiled.executable, [b""])
        measured_cpu_s += measured.cpu_s
    spent = _children() - before
    return Begun(key=simulator.sha, cpu_s=max(0.0, spent - measured_cpu_s) / _STARTS)


def _children() -> float:
    use = resource.getrusage(resource.RUSAGE_CHILDREN)
    return use.ru_utime + use.ru_stime


class Clock:
    """A time limit after which no simulation is started.

    Args:
        minutes: Minutes from now.
    """

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes

    @property
    def over(self) -> bool:
        """Whether the time is used up."""
        return time.monotonic() >= self._end

"""CPU simulators: one per file, whose stem is the simulator's key.

A simulator module declares `SIMULATOR`, a factory that takes the module's own settings
(its `SETTINGS`, all with defaults) and returns a `Simulator`. A simulator is not a sandbox:
valgrind executes the program natively and gem5 passes its system calls to the host. So simulators
run inside the sandbox. The caller compares a program's output, as after any run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Protocol, cast

from pydantic import BaseModel, ConfigDict

from pieforge.errors import ConfigError, SimulatorError
from pieforge.plugins import discover
from pieforge.records import Verdict
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox


@dataclass(frozen=True)
class Measurement:
    """The measurement of one simulated run.

    Attributes:
        verdict: Verdict of the simulated run. If it is not AC, ticks and counts are meaningless,
            except for a `bounded` run. IE if the simulator itself could not continue, see `limit`.
        ticks: Simulated time in the simulator's unit (see `convert_to_seconds`), start-up included;
            0 if the run did not end.
        counts: Numbers of events by name; empty if the run did not end.
        stdout: The program's output, or the beginning of a long one.
        output_sha: Hash of its canonical output.
        cpu_s: CPU seconds of the simulation.
        bounded: Whether the budget stopped the run. Then its verdict is TLE, it takes more than
            `ticks`, and `counts` are those until it was stopped.
        limit: The simulator's message about something that it cannot simulate; the program is not
            at fault.
    """

    __pydantic_config__ = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    verdict: Verdict
    ticks: int
    counts: Mapping[str, int]
    stdout: bytes
    output_sha: str
    cpu_s: float
    bounded: bool = False
    limit: str = ""


class Simulator(Protocol):
    """Measures runs in ticks; the same run always takes exactly the same ticks."""

    name: str
    """The simulator's key."""
    sha: str
    """Digest of the tool's version, its build, the time model and the configuration."""
    tools: Mapping[str, str]
    """The components of `sha` in readable form, by name: version, build and so on."""
    processor: str
    """Processor whose programs it runs, by the name in `Language.cross_builds`; empty for this
    machine's processor."""
    memory_bytes: int
    """Memory of one simulation; 0 if it is little more than the program's."""

    def convert_to_seconds(self, ticks: int) -> float:
        """Return simulated seconds."""

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return one measurement for each input, in order, until the budget is used up.

        Args:
            sandbox: Where the simulator runs.
            executable: Program that `Sandbox.compile` returned, for the simulator's `processor`.
            inputs: Standard inputs.
            limits: Limits of the simulation of each run, which is ten to ten thousand times slower
                than the run; the simulator's own limits if None.
            budget: Ticks of all runs together. The run that reaches it is stopped there if the
                simulator supports that (`bounded`), and no further input is run.

        Raises:
            SimulatorError: The simulator failed, twice.
            SandboxError: The sandbox failed, twice.
        """


class SimulatorProxy:
    """Base of simulators that measure through another one and have its name and identity.

    Args:
        inner: The other simulator.
    """

    def __init__(self, inner: Simulator) -> None:
        self._inner = inner
        self.name, self.sha = inner.name, inner.sha
        self.tools, self.processor = inner.tools, inner.processor
        self.memory_bytes = inner.memory_bytes

    def convert_to_seconds(self, ticks: int) -> float:
        """Return simulated seconds."""
        return self._inner.convert_to_seconds(ticks)


@cache
def discover_simulators() -> Mapping[str, Callable[..., Simulator]]:
    """Return every simulator's factory, by key."""
    return cast("Mapping[str, Callable[..., Simulator]]", discover(__name__, "SIMULATOR", object))


@cache
def discover_settings() -> Mapping[str, type[BaseModel]]:
    """Return every simulator's settings, by key."""
    return cast("Mapping[str, type[BaseModel]]", discover(__name__, "SETTINGS", type))


def choose_confirmer(simulator: str, language: Language, processor: str = "") -> str:
    """Return the simulator that confirms a language's programs: the chosen one or its fallback.

    Args:
        simulator: Key of the chosen simulator.
        language: The language.
        processor: Processor whose programs the simulator runs; empty for this machine's.

    Raises:
        ConfigError: It does not support the language, and the language declares no fallback.
    """
    built = not processor or processor in {build.name for build in language.cross_builds}
    if simulator in language.simulators and built:
        return simulator
    if language.fallback_simulator:
        return language.fallback_simulator
    why = dict(language.refusals).get(simulator, "")
    if not built:
        why = f"nothing builds it for {processor}"
    able = ", ".join(sorted(language.simulators)) or "none yet"
    raise ConfigError(
        f"the simulator {simulator} does not support {language.title}{': ' if why else ''}{why}",
        fix=f"simulators that support it: {able}; leave the language out, or choose another",
    )


def require_support(simulator: str, language: Language) -> None:
    """Check that a simulator itself supports a language, without its fallback.

    Raises:
        ConfigError: It does not.
    """
    choose_confirmer(simulator, replace(language, fallback_simulator=""))


MAX_STARTUP_FACTOR = 8
"""A program's run on an empty input counts as its start-up if it takes at most this factor of the
language's empty program; a longer run does other work."""


async def measure_program_startup(
    simulator: Simulator, sandbox: Sandbox, executable: Executable, empty_run: Measurement
) -> int:
    """Return the ticks of a program's start-up, measured on an empty input.

    They depend on the libraries that it links: with iostreams they are twice those with stdio. For
    a program that fails without input, or takes longer, those of the empty program count.

    Args:
        simulator: The simulator.
        sandbox: Where it runs.
        executable: The program.
        empty_run: Measurement of the language's empty program, from `measure_startup`.

    Raises:
        SimulatorError: The simulator failed, twice.
    """
    budget = MAX_STARTUP_FACTOR * empty_run.ticks
    [run] = await simulator.measure(sandbox, executable, [b""], budget=budget)
    # A simulator that cannot stop within a run exceeds the budget.
    ended = run.verdict is Verdict.AC and run.ticks <= budget
    return run.ticks if ended else empty_run.ticks


async def measure_startup(
    simulator: Simulator, sandbox: Sandbox, language: Language
) -> Measurement:
    """Return the measurement of a language's empty program.

    Raises:
        SimulatorError: The empty program cannot be measured.
    """
    compiled = await sandbox.compile(
        language.apply_cross_build(simulator.processor), language.empty_program
    )
    if compiled.executable is None:
        raise SimulatorError(
            f"the empty {language.title} program does not compile", where=compiled.diagnostics
        )
    [measured] = await simulator.measure(sandbox, compiled.executable, [b""])
    if measured.verdict is not Verdict.AC:
        raise SimulatorError(
            f"the empty {language.title} program ended with {measured.verdict} in {simulator.name}"
        )
    return measured

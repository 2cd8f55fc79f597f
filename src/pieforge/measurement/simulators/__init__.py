"""CPU simulators: one a file, found by its name, inside the same sandbox as any other run.

A simulator module declares `SIMULATOR`, a factory that takes the module's own settings
(its `SETTINGS`, all with defaults) and returns a `Simulator`. A simulator is no sandbox:
valgrind runs the program natively and gem5 hands its system calls to the host, so both run
where the program would. What a program wrote is compared by the caller, as after any run.
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
    """What simulating one run gave.

    Attributes:
        verdict: Of the simulated run; where it is not AC, the figures say nothing, but see
            `bounded`. IE where the simulator itself could not go on, see `limit`.
        ticks: Simulated time, start-up included, in the simulator's own unit (`convert_to_seconds`
            tells it in seconds); 0 where the run did not end.
        counts: What happened meanwhile, by name; empty where the run did not end.
        stdout: What the program wrote, its beginning where that is long.
        output_sha: Hash of its canonical output.
        cpu_s: CPU seconds that simulating took.
        bounded: Whether the run was stopped because the budget was used up; its verdict is TLE,
            it takes more than `ticks`, and `counts` are of what there was of it.
        limit: What the simulator cannot simulate, in its own words; the program is not to blame.
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
    """Measures runs in ticks that repeat to the last digit."""

    name: str
    """The simulator's key."""
    sha: str
    """Identity of the tool's version, its build, the model of time and the configuration."""
    tools: Mapping[str, str]
    """What `sha` is made of, for people, by name: the version and so on."""
    processor: str
    """Whose programs it runs, a name in `Language.cross_builds`; empty for this machine's."""
    memory_bytes: int
    """Memory of one simulation; 0 where that is hardly more than the program's."""

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
        """Return one measurement for each input, in order, up to where the budget is used up.

        Args:
            sandbox: Where it runs.
            executable: What `Sandbox.compile` gave, for the simulator's `processor`.
            inputs: Standard inputs.
            limits: Of the simulation of each run, which is tens to ten thousands of times slower
                than the run; a simulator has its own where None.
            budget: Ticks that all the runs together may take. The run that reaches it is stopped
                there where the simulator can (`bounded`), and no further input is run.

        Raises:
            SimulatorError: The simulator failed, twice.
            SandboxError: The sandbox failed, twice.
        """


class SimulatorProxy:
    """Base of simulators that measure through another one, under its name and identity.

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
    return cast("Mapping[str, Callable[..., Simulator]]", discover(__name__, "SIMULATOR"))


@cache
def discover_settings() -> Mapping[str, type[BaseModel]]:
    """Return every simulator's settings, by key."""
    return cast("Mapping[str, type[BaseModel]]", discover(__name__, "SETTINGS"))


def choose_confirmer(simulator: str, language: Language, processor: str = "") -> str:
    """Return which simulator confirms a language's programs: the one asked for, or a stand-in.

    Args:
        simulator: Its key.
        language: The language.
        processor: Whose programs the simulator runs.

    Raises:
        ConfigError: It does not take the language, and there is no stand-in.
    """
    built = not processor or processor in {build.name for build in language.cross_builds}
    if simulator in language.simulators and built:
        return simulator
    if language.fallback_simulator:
        return language.fallback_simulator
    why = dict(language.refusals).get(simulator, "")
    if not built:
        why = f"nothing builds it for {processor}"
    able = ", ".join(sorted(language.simulators)) or "none does yet"
    raise ConfigError(
        f"the simulator {simulator} does not take {language.title}{': ' if why else ''}{why}",
        fix=f"simulators that take it: {able}; leave the language out, or choose another",
    )


def require_support(simulator: str, language: Language) -> None:
    """Return if a simulator itself takes programs of a language.

    Raises:
        ConfigError: It does not.
    """
    choose_confirmer(simulator, replace(language, fallback_simulator=""))


MAX_STARTUP_FACTOR = 8
"""A program's run on no input counts as its start-up if it takes at most so many times what the
language's empty program takes: beyond that it does something."""


async def measure_program_startup(
    simulator: Simulator, sandbox: Sandbox, executable: Executable, empty_run: Measurement
) -> int:
    """Return the ticks that a program takes on an empty input: its start, and giving up.

    What it links decides about that: with iostreams it is twice what it is with stdio. A program
    that fails without input, or works on, counts as its language's empty program.

    Args:
        simulator: Measures it.
        sandbox: Where it runs.
        executable: The program.
        empty_run: The language's empty program, as `measure_startup` gives it.

    Raises:
        SimulatorError: The simulator failed, twice.
    """
    budget = MAX_STARTUP_FACTOR * empty_run.ticks
    [found] = await simulator.measure(sandbox, executable, [b""], budget=budget)
    ended = found.verdict is Verdict.AC and found.ticks <= budget
    return found.ticks if ended else empty_run.ticks


async def measure_startup(
    simulator: Simulator, sandbox: Sandbox, language: Language
) -> Measurement:
    """Return what a language's empty program costs, to be reported with a measurement.

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

"""gem5: simulates a core with its caches and memory, about 20,000 times slower than a real one.

pieforge uses the SE mode (system call emulation) of gem5 v23.1 to v25, with a static program at
`/prog`: for X86 this machine's ordinary build, for RISC-V and Arm the build of a cross-compiler.
machine.py describes the simulated machine; gem5 runs inside.py, the other side of this module;
docs/reference/gem5.md lists every parameter. Time is measured in gem5's ticks (picoseconds). The
same program, input and gem5 give exactly the same ticks, because path, environment, working folder
and user are fixed.

gem5 is not a sandbox: it passes the simulated program's system calls to the host. So it runs inside
the sandbox, where it may start processes (it forks for each input) and write to a small folder that
is deleted with the sandbox. There is no /proc, by which a program could open gem5's files.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pieforge.errors import ConfigError, SimulatorError
from pieforge.measurement.simulators import Measurement
from pieforge.measurement.simulators.gem5.answers import (
    TICKS_PER_SECOND,
    Gem5Crash,
    create_unstarted_answer,
    interpret_answer,
    parse_answers,
)
from pieforge.measurement.simulators.gem5.binary import (
    ENVIRONMENT,
    OPTIONS,
    PROCESSORS,
    SCRATCH,
    SCRIPTS,
    START_TIMEOUT_S,
    find_binary,
    inspect_binary,
)
from pieforge.records import FromUser, FrozenModel, Verdict, digest
from pieforge.sandbox import languages
from pieforge.sandbox.bubblewrap import SandboxContents, SeccompProfile
from pieforge.sandbox.limits import MIB
from pieforge.sandbox.output import ProgramOutput
from pieforge.sandbox.protocol import EndReason, RunRequest
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

# Fixed paths inside the sandbox: with other paths the same run would take other ticks.
_BINARY = "/gem5"
_SCRIPT_FOLDER = "/machine"
_SCRATCH_BYTES = 96 * MIB
_GEM5_BYTES = 1024 * MIB
"""Memory that gem5 itself may take, in addition to the simulated one."""
_SPACE_BYTES = 4096 * MIB
_ANSWER_BYTES = 10 * MIB
"""Largest size of messages and statistics of one input."""
_STACK_BYTES = 64 * MIB
_PROCESSES = 4
_WALL_PER_CPU = 5
"""Wall time limit over CPU time limit: enough on a busy machine for a gem5 that computes. A gem5
that reaches it waits forever, which is not the program's fault."""


class Gem5Settings(FrozenModel):
    """Settings of gem5."""

    binary: Annotated[Path | None, FromUser(required=False)] = None
    """Path of gem5, v23.1 to v25, for X86, RISC-V or Arm; if unset, the environment variable
    GEM5_BINARY."""
    model: str = Field(default="verbatim", pattern="^(verbatim|timing)$")
    """`verbatim`: PIE's out-of-order core. `timing`: one instruction at a time, on the same
    caches; faster, but no prediction of the other's results."""
    memory_mb: int = Field(default=1024, ge=128)
    """Simulated memory in MiB."""
    cpu_s: float = Field(default=120.0, gt=0)
    """CPU seconds of the simulation of one run (PIE: 120)."""


class Gem5:
    """Measures by simulating; see the module's docstring.

    Raises:
        MissingToolError: No path of gem5 is configured, or there is no program at the path.
        MachineError: gem5 cannot be used: another ISA, no SE mode, its Python does not start, an
            unknown version.
    """

    name = "gem5"

    def __init__(self, settings: Gem5Settings | None = None) -> None:
        self._settings = settings or Gem5Settings()
        self._binary = find_binary(self._settings.binary)
        self._info = inspect_binary(self._binary)
        configuration = digest(
            *(script.read_bytes() for script in SCRIPTS), *OPTIONS, self._settings.model
        )
        self.tools: Mapping[str, str] = {
            "gem5": self._info["version"],
            "isa": self._info["isa"],
            "build": self._info["build"],
            "model": self._settings.model,
            "configuration": configuration,
        }
        self.processor = PROCESSORS[self._info["isa"]]
        self.sha = digest(*self.tools.values(), str(self._settings.memory_mb))
        self.memory_bytes = self._settings.memory_mb * MIB + _GEM5_BYTES

    def convert_to_seconds(self, ticks: int) -> float:
        """Return simulated seconds; a tick is a picosecond."""
        return ticks / TICKS_PER_SECOND

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return measurements in order; see `Simulator`.

        If gem5 itself fails on an input, that input is tried once more in another sandbox.

        Raises:
            ConfigError: gem5 does not support programs of this language.
            SimulatorError: gem5 failed twice on an input, with different messages.
        """
        limits = limits or Limits(cpu_s=self._settings.cpu_s)
        if languages.get_language(executable.language).folders:
            raise ConfigError(
                f"gem5 simulates static programs only, and {executable.language} has none"
            )
        measured: list[Measurement] = []
        failed: dict[int, str] = {}
        left = budget
        while len(measured) < len(inputs) and (left is None or left > 0):
            rest = inputs[len(measured) :]
            some, fault = await self._run_job(sandbox, executable, rest, limits, left)
            measured += some
            left = None if left is None else left - sum(item.ticks for item in some)
            if fault:
                _handle_fault(failed, measured, fault)
        return measured

    async def _run_job(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits,
        budget: int | None,
    ) -> tuple[list[Measurement], str]:
        """Run one gem5 process for the inputs.

        Returns:
            The measurements, and why gem5 failed on the input after them; empty if it did not.
        """
        contents, request, stdin = self._prepare_job(executable, inputs, limits, budget)
        [record] = await sandbox.run_request(contents, request, [stdin])
        record.output.load()
        answers = list(parse_answers(record.output.head))
        # gem5's own start counts with the first input, so that all CPU time is accounted for.
        start_s = record.cpu_s - sum(answer.cpu_s for answer in answers)
        measured: list[Measurement] = []
        try:
            for answer in answers:
                measured.append(interpret_answer(answer, 0.0 if measured else start_s))
            spent = sum(item.ticks for item in measured)
            if len(measured) == len(inputs) or (budget is not None and spent >= budget):
                return measured, ""
            if record.reason is EndReason.WALL_LIMIT:
                return measured, f"no end after {limits.cpu_s * _WALL_PER_CPU:g} s"
            # gem5 ended before the next input: its exit status and messages say why.
            measured.append(interpret_answer(create_unstarted_answer(record)))
        except Gem5Crash as fault:
            return measured, str(fault)
        return measured, ""

    def _prepare_job(
        self, executable: Executable, inputs: Sequence[bytes], limits: Limits, budget: int | None
    ) -> tuple[SandboxContents, RunRequest, bytes]:
        """Return the sandbox's contents, the request, and gem5's standard input (see inside.py)."""
        memory = self._settings.memory_mb * MIB
        job = {
            "model": self._settings.model,
            "memory_bytes": memory,
            "cpu_s": limits.cpu_s,
            "output_bytes": limits.output_bytes,
            "budget": budget,
            "sizes": [len(data) for data in inputs],
        }
        request = RunRequest(
            argv=(_BINARY, *OPTIONS, f"{_SCRIPT_FOLDER}/{SCRIPTS[0].name}", "simulate"),
            cpu_s=limits.cpu_s + START_TIMEOUT_S,
            # For all inputs together: inside.py limits the CPU time of each by itself.
            wall_s=limits.cpu_s * _WALL_PER_CPU * len(inputs) + START_TIMEOUT_S,
            data_bytes=memory + _GEM5_BYTES,
            space_bytes=memory + _SPACE_BYTES,
            stack_bytes=_STACK_BYTES,
            file_bytes=(limits.output_bytes + _ANSWER_BYTES) * len(inputs),
            processes=_PROCESSES,
            environment=ENVIRONMENT,
            total_memory_bytes=memory + _GEM5_BYTES,
        )
        scripts = {f"{_SCRIPT_FOLDER}/{script.name}": script for script in SCRIPTS}
        contents = SandboxContents(
            files={languages.PROGRAM: executable.artifact, **scripts},
            mounts={_BINARY: self._binary},  # too large to copy for each run
            mounts_root=self._binary.parent,
            folders=languages.SYSTEM_FOLDERS,
            scratch={SCRATCH: _SCRATCH_BYTES},
            has_dev_null=True,
            profile=SeccompProfile.BUILD,
        )
        return contents, request, json.dumps(job).encode() + b"\n" + b"".join(inputs)


def _handle_fault(failed: dict[int, str], measured: list[Measurement], fault: str) -> None:
    """Handle gem5's failure on the input after the measured ones.

    After the first failure the input is tried again. If gem5 fails twice with the same message, the
    cause is permanent: gem5 cannot simulate the program, and the input's measurement says so.

    Args:
        failed: Messages of first failures, by index of the input; changed.
        measured: The measurements so far; changed.
        fault: The message.

    Raises:
        SimulatorError: gem5 failed twice, with different messages.
    """
    before = failed.get(len(measured))
    if before is None:
        failed[len(measured)] = fault
    elif before == fault:
        nothing = ProgramOutput(b"").digest
        measured.append(Measurement(Verdict.IE, 0, {}, b"", nothing, 0.0, limit=fault))
    else:
        raise SimulatorError("gem5 failed twice", where=f"{before}; {fault}")


SETTINGS = Gem5Settings
SIMULATOR = Gem5

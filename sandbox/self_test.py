"""Whether the walls and limits hold on this machine: a program tries them from inside."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pieforge.errors import ContainmentError
from pieforge.records import Verdict, digest
from pieforge.sandbox.bubblewrap import Cell, Contents, Profile, Walls
from pieforge.sandbox.limits import MIB, Limits
from pieforge.sandbox.native.build import write_whole
from pieforge.sandbox.protocol import Request
from pieforge.sandbox.verdict import RunResult, judge

_DOORS = {
    "files": "the host's files are absent",
    "writing": "nothing can be written",
    "network": "there is no network",
    "namespaces": "no namespace and no mount can be made",
    "processes": "no process can be started",
    "filter": "the filter of system calls bites",
    "first process": "it has a process namespace of its own",
    "user": "it cannot change its user",
    "descriptors": "no file of ours is open",
}

KERNEL_FIX = "a kernel of 5.14 or newer, with seccomp and user namespaces"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class _Trial:
    """What the probe is asked to overrun, under which limits, and what its result must show."""

    name: str
    argument: str
    limits: Limits
    holds: Callable[[RunResult], bool]


_TRIALS = (
    _Trial(
        "the memory limit bites",
        "memory",
        Limits(cpu_s=5.0, memory_bytes=64 * MIB),
        lambda run: run.verdict is Verdict.MLE,
    ),
    _Trial(
        "peak memory is the program's own",
        "peak",
        Limits(cpu_s=5.0),
        lambda run: 10 * MIB <= run.memory_bytes < 11 * MIB,
    ),
    _Trial(
        "CPU time is counted and limited",
        "cpu",
        Limits(cpu_s=0.1, wall_s=20.0),
        lambda run: run.verdict is Verdict.TLE and 0.1 <= run.cpu_s < 1.5,
    ),
    _Trial(
        "wall time is limited",
        "wall",
        Limits(cpu_s=5.0, wall_s=0.1),
        lambda run: run.verdict is Verdict.TLE and run.cpu_s < 0.1,
    ),
    _Trial(
        "output is limited",
        "output",
        Limits(cpu_s=5.0, output_bytes=MIB),
        lambda run: run.verdict is Verdict.OLE and run.output.size == MIB,
    ),
)


async def limits_hold(walls: Walls, program: Path) -> dict[str, tuple[bool, str]]:
    """Return, for each limit, whether it was found to hold, and what was seen.

    Raises:
        ContainmentError: The walls cannot be built at all.
        IsolationError: The sandbox died.
    """
    found = {}
    async with Cell(walls, Contents(files={"/prog": program}), Profile.RUN) as cell:
        for trial in _TRIALS:
            request = _request(trial.limits, trial.argument)
            [record] = [record async for record in cell.run(request, [b""])]
            seen = judge(record, trial.limits)
            found[trial.name] = (
                trial.holds(seen),
                (
                    f"{seen.verdict}: {seen.cpu_s:.2f} s CPU, {seen.wall_s:.2f} s wall, "
                    f"{seen.memory_bytes / MIB:.1f} MiB, {seen.output.size} bytes"
                ),
            )
    return found


def _request(limits: Limits, *arguments: str) -> Request:
    return Request(
        argv=("/prog", *arguments),
        cpu_s=limits.cpu_s,
        wall_s=limits.wall,
        data_bytes=limits.memory_bytes + 16 * MIB,
        space_bytes=limits.memory_bytes + 256 * MIB,
        stack_bytes=8 * MIB,
        file_bytes=limits.output_bytes + 1,
        processes=1,
    )


async def doors(walls: Walls, program: Path) -> dict[str, bool]:
    """Return, for each property of the walls, whether the probe found it to hold.

    Args:
        walls: What is tried.
        program: The compiled probe.

    Raises:
        ContainmentError: The walls cannot be built at all.
        IsolationError: The sandbox died.
    """
    request = _request(Limits(cpu_s=1.0, wall_s=10.0))
    said = b""
    async with Cell(walls, Contents(files={"/prog": program}), Profile.RUN) as cell:
        async for record in cell.run(request, [b""]):
            said = record.output.head
    held = dict(line.rsplit(" ", 1) for line in said.decode().splitlines())
    return {text: held.get(door) == "1" for door, text in _DOORS.items()}


async def prove(walls: Walls, program: Path) -> None:
    """Return if the walls hold.

    Raises:
        ContainmentError: They do not; what is open is named.
    """
    _refuse([text for text, holds in (await doors(walls, program)).items() if not holds])


async def prove_limits(walls: Walls, program: Path, cache: Path) -> None:
    """Return if the limits hold; tried once in each boot of the machine, for it takes a while.

    Args:
        walls: What is tried.
        program: The compiled probe.
        cache: Folder in which it is remembered that they hold.

    Raises:
        ContainmentError: They do not hold; which is named.
    """
    remembered = _memory_of(walls, program, cache)
    if _exists(remembered):
        return
    _refuse([name for name, (ok, _) in (await limits_hold(walls, program)).items() if not ok])
    write_whole(remembered, b"")


def _memory_of(walls: Walls, program: Path, cache: Path) -> Path:
    """Return the file that exists once the limits have been found to hold since the last boot."""
    boot = _BOOT_ID.read_text() if _BOOT_ID.exists() else ""
    key = digest(boot, walls.bwrap, *walls.launcher, walls.supervisor.name, program.name)
    return cache / "own" / f"held-{key[:32]}"


def _exists(path: Path) -> bool:
    return path.exists()


def _refuse(missing: list[str]) -> None:
    if missing:
        raise ContainmentError(
            f"untrusted code would not be contained; this does not hold: {', '.join(missing)}",
            fix=f"pieforge doctor says more; {KERNEL_FIX} is needed",
        )

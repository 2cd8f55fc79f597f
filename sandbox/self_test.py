"""Test from inside whether the sandbox and its limits work on this machine (probe.c)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.errors import ContainmentError
from pieforge.files import FileCache
from pieforge.records import Verdict, digest
from pieforge.sandbox.bubblewrap import BubblewrapSetup, SandboxContents, SandboxProcess
from pieforge.sandbox.limits import MIB, Limits
from pieforge.sandbox.protocol import RunRequest
from pieforge.sandbox.verdict import RunResult, interpret_record

# By the names that probe.c prints.
_CONTAINMENT_PROPERTIES = {
    "files": "the host's files are absent",
    "writing": "nothing can be written",
    "network": "there is no network",
    "namespaces": "no namespace and no mount can be made",
    "processes": "no process can be started",
    "filter": "the system call filter is active",
    "first process": "the program has its own process namespace",
    "user": "the program cannot change its user",
    "descriptors": "no file of pieforge is open",
}

# Since 5.14 RLIMIT_NPROC counts the processes of a user namespace, not of the user on the host.
KERNEL_FIX = "a kernel of 5.14 or newer, with seccomp and user namespaces"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class _LimitTrial:
    """A limit that the probe tries to exceed, and what the result must show.

    Attributes:
        argument: The probe's argument (see `try_limit` in probe.c).
        limits: Limits of the run.
        holds: Whether a result shows that the limit works.
    """

    argument: str
    limits: Limits
    holds: Callable[[RunResult], bool]


_LIMIT_TRIALS = {
    "the memory limit is enforced": _LimitTrial(
        "memory", Limits(cpu_s=5.0, memory_bytes=64 * MIB), lambda run: run.verdict is Verdict.MLE
    ),
    # The probe touches 10 MiB; the peak must not contain memory of the process that started it.
    # Linux counts resident pages for each CPU apart: the sum it reports may be a little less.
    "peak memory is the program's own": _LimitTrial(
        "peak", Limits(cpu_s=5.0), lambda run: 9 * MIB <= run.memory_bytes < 12 * MIB
    ),
    "CPU time is counted and limited": _LimitTrial(
        "cpu",
        # A long wall time and a wide range of CPU time, because the machine may be busy.
        Limits(cpu_s=0.1, wall_s=20.0),
        lambda run: run.verdict is Verdict.TLE and 0.1 <= run.cpu_s < 1.5,
    ),
    "wall time is limited": _LimitTrial(
        "wall",
        Limits(cpu_s=5.0, wall_s=0.1),
        lambda run: run.verdict is Verdict.TLE and run.cpu_s < 0.1,
    ),
    "output is limited": _LimitTrial(
        "output",
        Limits(cpu_s=5.0, output_bytes=MIB),
        lambda run: run.verdict is Verdict.OLE and run.output.size == MIB,
    ),
}


async def probe_limits(bubblewrap: BubblewrapSetup, program: Path) -> dict[str, tuple[bool, str]]:
    """Return, for each limit, whether it holds, and the measurements that show it.

    Raises:
        ContainmentError: The sandbox cannot be built at all.
        SandboxError: The sandbox died.
    """
    calls = [(trial.limits, (trial.argument,)) for trial in _LIMIT_TRIALS.values()]
    outcomes = {}
    for (name, trial), result in zip(
        _LIMIT_TRIALS.items(), await _run_probe(bubblewrap, program, calls), strict=True
    ):
        detail = (
            f"{result.verdict}: {result.cpu_s:.2f} s CPU, {result.wall_s:.2f} s wall, "
            f"{result.memory_bytes / MIB:.1f} MiB, {result.output.size} bytes"
        )
        outcomes[name] = trial.holds(result), detail
    return outcomes


async def _run_probe(
    bubblewrap: BubblewrapSetup, program: Path, calls: Sequence[tuple[Limits, tuple[str, ...]]]
) -> list[RunResult]:
    """Run the probe once for each pair of limits and arguments, in one sandbox."""
    contents = SandboxContents(files={"/prog": program})
    results = []
    async with SandboxProcess(bubblewrap, contents) as process:
        for limits, arguments in calls:
            request = RunRequest(
                argv=("/prog", *arguments),
                cpu_s=limits.cpu_s,
                wall_s=limits.effective_wall_s,
                data_bytes=limits.memory_bytes + 16 * MIB,
                space_bytes=limits.memory_bytes + 256 * MIB,
                stack_bytes=8 * MIB,
                file_bytes=limits.output_bytes + 1,
                processes=1,
            )
            [record] = [record async for record in process.run(request, [b""])]
            results.append(interpret_record(record, limits))
    return results


async def probe_containment(bubblewrap: BubblewrapSetup, program: Path) -> dict[str, bool]:
    """Return, for each property of the sandbox, whether the probe confirms it.

    Args:
        bubblewrap: The sandbox to test.
        program: The compiled probe.

    Raises:
        ContainmentError: The sandbox cannot be built at all.
        SandboxError: The sandbox died.
    """
    limits = Limits(cpu_s=1.0, wall_s=10.0)
    [result] = await _run_probe(bubblewrap, program, [(limits, ())])
    # A property that the probe does not report, because it crashed or was stopped, does not hold.
    held = dict(line.rsplit(" ", 1) for line in result.stdout.decode().splitlines())
    return {text: held.get(key) == "1" for key, text in _CONTAINMENT_PROPERTIES.items()}


async def require_containment(bubblewrap: BubblewrapSetup, program: Path) -> None:
    """Check that the sandbox contains a program on this machine.

    Raises:
        ContainmentError: It does not; the message names the properties that do not hold.
    """
    held = await probe_containment(bubblewrap, program)
    _raise_if_missing([text for text, holds in held.items() if not holds])


async def require_limits(bubblewrap: BubblewrapSetup, program: Path, cache: Path) -> None:
    """Check that the limits hold: once after each boot of the machine, because it takes a while.

    Args:
        bubblewrap: The sandbox to test.
        program: The compiled probe.
        cache: Folder with the marker file of a successful test.

    Raises:
        ContainmentError: They do not hold; the message names those that fail.
    """
    marker = _get_marker_name(bubblewrap, program)
    files = FileCache(cache)
    if files.find(marker):
        return
    held = await probe_limits(bubblewrap, program)
    _raise_if_missing([name for name, (holds, _) in held.items() if not holds])
    files.write(marker, b"")


def _get_marker_name(bubblewrap: BubblewrapSetup, program: Path) -> str:
    """Return the name of the file that exists if the limits were tested since the last boot.

    The boot counts, because a reboot may bring another kernel or other settings.
    """
    boot = _BOOT_ID.read_text() if _BOOT_ID.exists() else ""
    launcher, *words = bubblewrap.launcher or (bubblewrap.bwrap,)
    programs = (Path(launcher), bubblewrap.supervisor, program)
    key = digest(boot, bubblewrap.bwrap, *words, *(path.read_bytes() for path in programs))
    return f"own/held-{key[:32]}"


def _raise_if_missing(missing: list[str]) -> None:
    if missing:
        raise ContainmentError(
            f"untrusted code would not be contained; this does not hold: {', '.join(missing)}",
            fix=f"run pieforge doctor for details; pieforge needs {KERNEL_FIX}",
        )

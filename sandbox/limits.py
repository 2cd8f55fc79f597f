"""Limits of a run, limits inherited from the parent process, the configuration of the sandbox."""

import resource
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from pieforge.errors import ContainmentError
from pieforge.records import FromUser, FrozenModel

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Limits of one run. Times in seconds, sizes in bytes.

    Attributes:
        cpu_s: CPU time of all threads together.
        wall_s: Wall time; if None, twice the CPU time plus half a second.
        memory_bytes: Peak of resident memory.
        output_bytes: Size of standard output, and of standard error.
        randomize_layout: Whether every run gets another address layout. By default all runs
            share one, so that the behavior of an incorrect program is repeatable.
    """

    cpu_s: float = 2.0
    wall_s: float | None = None
    memory_bytes: int = 256 * MIB
    output_bytes: int = 16 * MIB
    randomize_layout: bool = False

    @property
    def effective_wall_s(self) -> float:
        """The limit on wall time in seconds."""
        return 2 * self.cpu_s + 0.5 if self.wall_s is None else self.wall_s


class SandboxSettings(FrozenModel):
    """How untrusted code is compiled and isolated."""

    compile_cpu_s: float = Field(default=10.0, gt=0)
    """CPU seconds of one compilation."""
    compile_memory_bytes: int = Field(default=2048 * MIB, gt=0)
    """Address space of each process of a compilation, and memory of all of them together."""
    artifact_bytes: int = Field(default=64 * MIB, gt=0)
    """Largest compiled program."""
    diagnostics_bytes: int = Field(default=64 << 10, gt=0, le=64 << 10)
    """Bytes of a compiler's messages that are kept."""
    uid: Annotated[int, FromUser(required=False)] = Field(default=60600, gt=0)
    """User and group id of untrusted code when pieforge runs as root; it must own no file.
    60600 lies in a range that neither Debian nor systemd assigns."""
    cache: Annotated[Path | None, FromUser(required=False)] = None
    """Folder of compiled programs; $XDG_CACHE_HOME/pieforge or ~/.cache/pieforge if unset."""


_INHERITED = {
    "-v": (resource.RLIMIT_AS, resource.RLIM_INFINITY, 1024),
    "-d": (resource.RLIMIT_DATA, resource.RLIM_INFINITY, 1024),
    "-s": (resource.RLIMIT_STACK, 256 * MIB, 1024),
    "-f": (resource.RLIMIT_FSIZE, 1024 * MIB, 1024),
    "-n": (resource.RLIMIT_NOFILE, 1024, 1),
    "-u": (resource.RLIMIT_NPROC, 512, 1),
    "-t": (resource.RLIMIT_CPU, 3600, 1),
}
"""By the option of `ulimit`: the limit, the least value that suffices, and the option's unit.

Sanitizers reserve terabytes of address space. A compilation has up to 32 processes and 1,024 open
files. The supervisor can lower what it inherits, but not raise it."""


def find_low_limits() -> list[str]:
    """Return the hard limits of this process that are too low, as `ulimit -v 4194304`.

    A soft limit that is too low is raised: everything that this process starts inherits it.
    """
    low = []
    for option, (which, needed, unit) in _INHERITED.items():
        soft, hard = resource.getrlimit(which)
        if _is_below(hard, needed):
            low.append(f"ulimit {option} {hard // unit}")
        # Linux places shared libraries by the soft limit on the stack, so that one stays.
        elif _is_below(soft, needed) and which != resource.RLIMIT_STACK:
            resource.setrlimit(which, (needed, hard))
    return low


def _is_below(limit: int, needed: int) -> bool:
    return limit != resource.RLIM_INFINITY and (needed == resource.RLIM_INFINITY or limit < needed)


def require_sufficient_limits() -> None:
    """Check the limits that this process has inherited; programs would fail by them.

    Raises:
        ContainmentError: One is too low, and cannot be raised.
    """
    if low := find_low_limits():
        options = " ".join(f"{item.split()[1]} {_format_needed(item.split()[1])}" for item in low)
        raise ContainmentError(
            f"this process has inherited limits that are too low: {', '.join(low)}",
            where="ulimit -H -a",
            fix=f"start pieforge from a shell or a job with at least: ulimit {options}",
        )


def _format_needed(option: str) -> str:
    _, needed, unit = _INHERITED[option]
    return "unlimited" if needed == resource.RLIM_INFINITY else str(needed // unit)

"""Limits of a run, and the configuration of the sandbox."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from pieforge.records import FrozenModel

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
    uid: int = Field(default=60600, gt=0)
    """User and group id of untrusted code when pieforge runs as root; it must own no file.
    60600 lies in a range that neither Debian nor systemd assigns."""
    cache: Path | None = None
    """Folder of compiled programs; $XDG_CACHE_HOME/pieforge or ~/.cache/pieforge if unset."""

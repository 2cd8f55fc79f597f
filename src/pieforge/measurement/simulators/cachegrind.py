"""valgrind's cachegrind: counts instructions, cache misses and wrong branches, and weighs them.

Cycles are estimated as KCachegrind does ("Cycle Estimation", in its own documentation and in
callgrind_annotate of valgrind's sources: CEst = Ir + 10 Bm + 10 L1m + 20 Ge + 100 L2m + 100
LLm; cachegrind knows neither Ge nor L2m):

    cycles = Ir + 10 Bm + 10 L1m + 100 LLm

with Ir instructions executed, Bm mispredicted branches (conditional and indirect), L1m misses
of either first-level cache (instructions, reads, writes), LLm misses of the last level.

Its limits: every instruction costs one cycle, so that a division counts as an addition does
and wide cores gain nothing; misses do not overlap; there is no prefetcher, no TLB and no
kernel. Against gem5's out-of-order core its ratios were seen to err by up to 2.5 times in
both directions. It ranks; where a figure near a threshold matters, gem5 decides.

The caches are fixed, whatever this machine has: 32 KiB, 8 ways, first level; 2 MiB, 16 ways,
last level; lines of 64 bytes: the sizes of PIE's Skylake configuration. With the address
layout, environment, paths and user fixed by the sandbox, the same program and input give the
same counts to the last digit. An interpreter asks for its program's `stat` and keeps small
numbers in a table, so that the number of a device decides which line of the cache is read:
its program is a held one (see isolate.py), whose device never changes.

A program runs in valgrind's own process and could, in principle, disturb its counters; the
sandbox holds all the same. The log is another way: valgrind prints for a program that asks, and
/proc opens any descriptor anew. The true summary is always the log's last words, so that one
more than the true one is the program's doing, and its verdict is RE.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import Field

from pieforge.errors import MissingToolError, SimulatorError
from pieforge.measurement.simulators import Measurement
from pieforge.records import FrozenModel, Verdict, digest
from pieforge.sandbox import languages
from pieforge.sandbox.bubblewrap import SandboxContents, SeccompProfile
from pieforge.sandbox.protocol import RunRequest
from pieforge.sandbox.sandbox import (
    Executable,
    Limits,
    Sandbox,
    build_program_contents,
    build_program_request,
)
from pieforge.sandbox.verdict import interpret_record
from pieforge.tools import query_tool

_TOOL_FOLDERS = "/usr/libexec/valgrind:/usr/lib/x86_64-linux-gnu/valgrind"
_TOOL = "cachegrind-amd64-linux"
_LOG_FD = 60
"""Above the 52 descriptors that valgrind leaves to a program when the limit is 64."""
_OPTIONS = (
    "--tool=cachegrind",
    "--cache-sim=yes",
    "--branch-sim=yes",
    "--I1=32768,8,64",
    "--D1=32768,8,64",
    "--LL=2097152,16,64",
    "--cachegrind-out-file=/dev/null",
    f"--log-fd={_LOG_FD}",
    "--vgdb=no",
    f"--main-stacksize={256 << 20}",  # as deep as outside; valgrind's own is 16 MiB
)
_SCRATCH_BYTES = 64 << 10
_TOOL_BYTES = 1 << 30
_THREADS = 8

_SUMMARY_LINE = re.compile(
    r"==\d+== (I +refs|I1 +misses|LLi misses|D +refs|D1 +misses|LLd misses|Branches|Mispredicts):"
    r" +([\d,]+)(?: +\( *([\d,]+) \w+ +\+ +([\d,]+) \w+\))?",
)
_MISSES = ("i1_misses", "d1_read_misses", "d1_write_misses")
_FAR_MISSES = ("lli_misses", "lld_read_misses", "lld_write_misses")
_MISPREDICTS = ("conditional_mispredicts", "indirect_mispredicts")
_COUNT_NAMES: Mapping[str, tuple[str, ...]] = {
    "I refs": ("instructions",),
    "I1 misses": _MISSES[:1],
    "LLi misses": _FAR_MISSES[:1],
    "D refs": ("", "reads", "writes"),
    "D1 misses": ("", *_MISSES[1:]),
    "LLd misses": ("", *_FAR_MISSES[1:]),
    "Branches": ("", "conditional_branches", "indirect_branches"),
    "Mispredicts": ("", *_MISPREDICTS),
}
"""What the figures of a line of the summary are called; its sum, with parts behind it, is not."""
_CYCLE_WEIGHTS: Mapping[str, int] = {
    "instructions": 1,
    **dict.fromkeys((*_MISPREDICTS, *_MISSES), 10),
    **dict.fromkeys(_FAR_MISSES, 100),
}


class CachegrindSettings(FrozenModel):
    """Settings of cachegrind."""

    cpu_s: float = Field(default=60.0, gt=0)
    """CPU seconds that simulating one run may take; some 12 times those of the run."""
    clock_hz: float = Field(default=3.5e9, gt=0)
    """Nominal clock, to tell cycles as seconds."""


class Cachegrind:
    """Measures by counting; see the module's text for the model and its limits.

    Raises:
        MissingToolError: valgrind is not installed.
    """

    name = "cachegrind"
    processor = ""
    memory_bytes = 0

    def __init__(self, settings: CachegrindSettings | None = None) -> None:
        self._settings = settings or CachegrindSettings()
        self._tool = _find_tool()
        weights = (f"{name}={weight}" for name, weight in _CYCLE_WEIGHTS.items())
        self.tools: Mapping[str, str] = {"valgrind": _query_version()}
        clock = f"clock={self._settings.clock_hz}"
        self.sha = digest(self.tools["valgrind"], *_OPTIONS, *weights, clock)

    def convert_to_seconds(self, ticks: int) -> float:
        """Return simulated seconds at the nominal clock; a tick is a cycle."""
        return ticks / self._settings.clock_hz

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return measurements in order; see `Simulator`. A run that has begun is run to its end."""
        limits = limits or Limits(cpu_s=self._settings.cpu_s)
        measured: list[Measurement] = []
        for stdin in inputs:
            measured.append(await self._measure_one(sandbox, executable, stdin, limits))
            if budget is not None and sum(item.ticks for item in measured) >= budget:
                break
        return measured

    async def _measure_one(
        self, sandbox: Sandbox, executable: Executable, stdin: bytes, limits: Limits
    ) -> Measurement:
        """Measure one input in a sandbox of its own, for valgrind needs a scratch folder there."""
        contents, request = self._prepare_run(executable, limits)
        for _ in range(2):
            [record] = await sandbox.run_request(contents, request, [stdin])
            result = interpret_record(record, limits)
            summaries = _SUMMARY_LINE.findall(record.log.decode(errors="replace"))
            verdict = result.verdict
            if verdict is Verdict.AC and len(summaries) > len(_COUNT_NAMES):
                verdict = Verdict.RE
            counts = _parse_counts(summaries) if verdict is Verdict.AC else {}
            if counts is not None:
                sha, ticks = result.output.digest, estimate_cycles(counts)
                return Measurement(verdict, ticks, counts, result.stdout, sha, result.cpu_s)
        said = (record.log or record.stderr).decode(errors="replace").strip()
        raise SimulatorError("cachegrind gave no counts", where=said[-500:])

    def _prepare_run(
        self, executable: Executable, limits: Limits
    ) -> tuple[SandboxContents, RunRequest]:
        language = languages.get_language(executable.language)
        contents = build_program_contents(executable)
        contents = replace(
            contents,
            folders=contents.folders or (str(self._tool.parent),),
            scratch={languages.SCRATCH: _SCRATCH_BYTES},
            has_dev_null=True,
            has_proc=True,
            memory_file=languages.PROGRAM if language.folders else "",
            profile=SeccompProfile.SIMULATE,
        )
        command = (str(self._tool), *_OPTIONS, *language.expand_command(language.run))
        extra_bytes = language.extra_bytes + _TOOL_BYTES
        wider = replace(language, threads=_THREADS, extra_bytes=extra_bytes, shadow_bytes=0)
        request = build_program_request(wider, limits, command)
        # Valgrind's variable stands first: the order of variables decides addresses, so counts.
        environment = {"VALGRIND_LAUNCHER": "/usr/bin/valgrind", **request.environment}
        return contents, replace(request, log_fd=_LOG_FD, environment=environment)


def estimate_cycles(counts: Mapping[str, int]) -> int:
    """Return the estimate of the module's text for counts under its names."""
    return sum(weight * counts.get(name, 0) for name, weight in _CYCLE_WEIGHTS.items())


def _find_tool() -> Path:
    tool = shutil.which(_TOOL, path=_TOOL_FOLDERS)
    if tool is None:
        raise MissingToolError("valgrind's cachegrind is not installed", fix="apt install valgrind")
    return Path(tool)


def _query_version() -> str:
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise MissingToolError("valgrind is not installed", fix="apt install valgrind")
    return query_tool([valgrind, "--version"]).strip()


def _parse_counts(lines: list[tuple[str, ...]]) -> dict[str, int] | None:
    """Return the counts of cachegrind's summary; None where there is not exactly one."""
    counts: dict[str, int] = {}
    for title, *figures in lines:
        for name, figure in zip(_COUNT_NAMES[" ".join(title.split())], figures, strict=False):
            if name:
                counts[name] = int(figure.replace(",", "") or 0)
    return counts if len(lines) == len(_COUNT_NAMES) else None


SETTINGS = CachegrindSettings
SIMULATOR = Cachegrind

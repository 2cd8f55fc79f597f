"""valgrind's cachegrind: a weighted sum of instructions, cache misses and branch mispredictions.

Cycles are estimated as in KCachegrind ("Cycle Estimation", in its documentation and in
callgrind_annotate of valgrind's sources: CEst = Ir + 10 Bm + 10 L1m + 20 Ge + 100 L2m + 100
LLm; cachegrind counts neither Ge nor L2m):

    cycles = Ir + 10 Bm + 10 L1m + 100 LLm


"Ir" is the number of executed instructions, "Bm" of mispredicted branches (conditional and
indirect), "L1m" of misses of either first-level cache (instructions, reads, writes), "LLm" of
misses of the last-level cache.

Limits of the model: every instruction costs one cycle, so that a division costs the same as an
addition and wide cores have no advantage; misses do not overlap; there is no prefetcher, no TLB
and no kernel. Compared with gem5's out-of-order core, its ratios were off by up to a factor of 2.5
in both directions. It is good for ranking; gem5 decides where a ratio is close to the threshold.

The simulated caches do not depend on this machine: 32 KiB, 8 ways, first level; 2 MiB, 16 ways,
last level; lines of 64 bytes, which are the sizes of PIE's Skylake configuration. The sandbox fixes
address layout, environment, paths and user, so that the same program and input give exactly the
same counts.

glibc (copying, strings, mathematics) and OpenSSL choose their code by the processor's features and
cache sizes, and valgrind counts every iteration of `rep movsb` as an instruction: one program took
5.6 times the instructions on a processor that has it. `BASELINE` binds both to the code for SSE2,
which every x86-64 processor has. A name that a library does not know has no effect and no message,
so `pieforge doctor` counts what a copy takes (`measure_copy_instructions`). libstdc++ and CPython
do not choose by processor. Not pinned: what a program itself asks the processor for (CPUID).
valgrind answers as one model of Intel's on every host with AVX2. On older hosts it answers
otherwise, and glibc's start-up takes up to 10,000 instructions more or fewer: their identity
differs.

valgrind translates on behind a branch, and evaluates both conditions of an `a && b` without a
branch in between: it counts instructions that the processor would not execute, and hides branches.
Without that (`--vex-guest-chase=no`) most programs count the same within 0.1 %, but one with a
condition that no predictor guesses took a third more cycles. Only interpreters run without it.

An interpreter's start takes more than most programs. So it is a fork server (fork_server.c): it is
started once, and each run is a fork, made before the interpreter has read anything of its program.
A run's counts include the start's, as if it had started by itself, whatever ran before: the few
instructions of earlier forks are subtracted (`_ROUND_COUNTS`). What a program imports is counted as
its own. Interpreters call `stat` on their program, and its device number affects which cache lines
they read; so their program is a sealed memory file, whose device number is constant. Counts of a
program with several threads depend on how the kernel schedules them.

A program runs in valgrind's process and could, in principle, change its counters, but it stays in
the sandbox. It can also write to the log: by valgrind's client requests, or by opening the log's
descriptor in /proc. The true summary is always the end of the log. So if there is more than one
summary, the program wrote the others, and its verdict is RE.
"""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

from pydantic import Field

from pieforge.errors import MissingToolError, SimulatorError
from pieforge.measurement.simulators import Measurement
from pieforge.records import FrozenModel, Verdict, digest
from pieforge.sandbox import languages, native
from pieforge.sandbox.bubblewrap import SandboxContents, SeccompProfile
from pieforge.sandbox.protocol import PROGRAM_FD, RunRequest
from pieforge.sandbox.sandbox import (
    FORK_SERVER,
    Executable,
    Limits,
    Sandbox,
    build_program_contents,
    build_program_request,
)
from pieforge.sandbox.verdict import interpret_record
from pieforge.tools import query_tool

_TOOL_FOLDERS = "/usr/libexec/valgrind:/usr/lib/x86_64-linux-gnu/valgrind"
_LOG_FD = 60
"""Above the 52 descriptors that valgrind leaves to a program when the limit is 64."""
_OPTIONS = (
    "--tool=cachegrind",
    "--cache-sim=yes",
    "--branch-sim=yes",
    "--I1=32768,8,64",
    "--D1=32768,8,64",
    "--LL=2097152,16,64",
    "--cachegrind-out-file=/dev/null",  # the counts by line; the log has the sums
    f"--log-fd={_LOG_FD}",
    "--vgdb=no",
    # The stack of an ordinary run (`sandbox._STACK_BYTES`); valgrind's default is 16 MiB.
    f"--main-stacksize={256 << 20}",
)
# A third less time for a run that executes most of its code only once, as the interpreter's start.
_INTERPRETER_OPTIONS = ("--vex-guest-chase=no",)
_HWCAPS = (
    *("-AVX2", "-AVX", "-ERMS", "-SSSE3", "-SSE4_1", "-SSE4_2", "-FMA", "-FMA4"),
    # What glibc derives from the model.
    *("-AVX_Fast_Unaligned_Load", "Fast_Unaligned_Load", "Fast_Unaligned_Copy"),
    *("-Slow_BSF", "-Fast_Copy_Backward"),
)
BASELINE: Mapping[str, str] = {
    # Unless a comma ends the list, glibc 2.36 reads on behind it, up to random bytes on the stack:
    # one of ten runs took a few instructions more.
    "GLIBC_TUNABLES": f"glibc.cpu.hwcaps={','.join(_HWCAPS)},"
    # Copies from this size on bypass the caches: three quarters of the simulated last level, as
    # glibc sets it. Every tunable costs 3,000 instructions at start-up, so there are no more.
    f":glibc.cpu.x86_non_temporal_threshold={(2 << 20) * 3 // 4}",
    "OPENSSL_ia32cap": "0x7000000:0",  # FXSR, SSE and SSE2
}
"""Variables of every simulated run that bind libraries to one level of processor features."""
_ROUND_COUNTS: Mapping[str, int] = {"instructions": 14, "reads": 2, "conditional_branches": 1}
"""What each earlier fork of a fork server adds; see `wait_for_run` in fork_server.c."""
_ELF_HEADER_BYTES = 64
_SCRATCH_BYTES = 64 << 10
_TOOL_BYTES = 1 << 30
"""Memory that valgrind may take in addition to the program's."""
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
"""Names of the numbers in each line of the summary. A total that is followed by its parts has an
empty name and is not kept."""
_CYCLE_WEIGHTS: Mapping[str, int] = {
    "instructions": 1,
    **dict.fromkeys((*_MISPREDICTS, *_MISSES), 10),
    **dict.fromkeys(_FAR_MISSES, 100),
}


class CachegrindSettings(FrozenModel):
    """Settings of cachegrind."""

    cpu_s: float = Field(default=60.0, gt=0)
    """CPU seconds of the simulation of one run, about 12 times those of the run."""
    clock_hz: float = Field(default=3.5e9, gt=0)
    """Nominal clock, to convert cycles to seconds."""


class Cachegrind:
    """Measures by counting; see the module's docstring for the model and its limits.

    Raises:
        MissingToolError: valgrind is not installed.
    """

    name = "cachegrind"
    processor = ""
    memory_bytes = 0

    def __init__(self, settings: CachegrindSettings | None = None) -> None:
        self._settings = settings or CachegrindSettings()
        self._tool = find_valgrind_tool("cachegrind")
        weights = (f"{name}={weight}" for name, weight in _CYCLE_WEIGHTS.items())
        self.tools: Mapping[str, str] = {
            "valgrind": _query_version(),
            "processor": "x86-64 with SSE2" + ("" if _has_avx2() else ", on a host without AVX2"),
        }
        clock = f"clock={self._settings.clock_hz}"
        variables = (f"{name}={value}" for name, value in BASELINE.items())
        server = resources.files(native).joinpath("fork_server.c").read_text()
        options = (*_OPTIONS, *_INTERPRETER_OPTIONS)
        self.sha = digest(*self.tools.values(), *options, *weights, *variables, clock, server)

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
        """Return measurements in order; see `Simulator`.

        The budget does not stop a run that has started.
        """
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
        """Measure one input in a sandbox of its own.

        Runs share no sandbox, because valgrind's writable scratch folder could pass data on.

        Raises:
            SimulatorError: cachegrind wrote no summary, twice.
        """
        contents, request = self._prepare_run(sandbox, executable, limits)
        for _ in range(2):
            [record] = await sandbox.run_request(contents, request, [stdin])
            result = interpret_record(record, limits)
            summaries = _SUMMARY_LINE.findall(record.log.decode(errors="replace"))
            verdict = result.verdict
            if verdict is Verdict.AC and len(summaries) > len(_COUNT_NAMES):
                verdict = Verdict.RE
            counts = _parse_counts(summaries) if verdict is Verdict.AC else {}
            if counts is not None:
                for name in counts.keys() & _ROUND_COUNTS.keys():
                    counts[name] -= record.earlier_forks * _ROUND_COUNTS[name]
                sha, ticks = result.output.digest, estimate_cycles(counts)
                return Measurement(verdict, ticks, counts, result.stdout, sha, result.cpu_s)
        messages = (record.log or record.stderr).decode(errors="replace").strip()
        raise SimulatorError("cachegrind gave no counts", where=messages[-500:])

    def _prepare_run(
        self, sandbox: Sandbox, executable: Executable, limits: Limits
    ) -> tuple[SandboxContents, RunRequest]:
        language = languages.get_language(executable.language)
        options = (*_OPTIONS, *(_INTERPRETER_OPTIONS if language.forks else ()))
        contents, request = prepare_valgrind_run(self._tool, options, executable, limits)
        request = replace(request, log_fd=_LOG_FD)
        if not language.forks:
            program = _hide_sections(executable.artifact.read_bytes())
            return replace(contents, files={languages.PROGRAM: program}), request
        contents = replace(
            contents,
            files={FORK_SERVER: sandbox.fork_server},
            links={languages.PROGRAM: f"/proc/self/fd/{PROGRAM_FD}"},
            profile=SeccompProfile.FORK,
        )
        environment = {**request.environment, "LD_PRELOAD": FORK_SERVER}
        return contents, replace(request, program=executable.artifact, environment=environment)


def _hide_sections(program: bytes) -> bytes:
    """Return a 64-bit ELF file whose header names no sections; anything else as it is.

    Only tools read sections (ELF specification, "Sections"), the kernel reads segments. valgrind
    reads all symbols of a program, a fifth of its start with one that is linked statically.
    """
    if not program.startswith(b"\x7fELF\x02") or len(program) < _ELF_HEADER_BYTES:
        return program
    header = bytearray(program[:_ELF_HEADER_BYTES])
    header[0x28:0x30] = bytes(8)  # e_shoff
    header[0x3C:0x40] = bytes(4)  # e_shnum, e_shstrndx
    return bytes(header) + program[_ELF_HEADER_BYTES:]


def prepare_valgrind_run(
    tool: Path, options: Sequence[str], executable: Executable, limits: Limits
) -> tuple[SandboxContents, RunRequest]:
    """Return how a program is run by one of valgrind's tools."""
    language = languages.get_language(executable.language)
    contents = build_program_contents(executable)
    contents = replace(
        contents,
        # A static program's sandbox has no /usr: only the folder of the static tool is added.
        folders=contents.folders or (str(tool.parent),),
        scratch={languages.SCRATCH: _SCRATCH_BYTES},
        has_dev_null=True,
        has_proc=True,
        profile=SeccompProfile.SIMULATE,
    )
    command = (str(tool), *options, *language.expand_command(language.run))
    extra_bytes = language.extra_bytes + _TOOL_BYTES
    wider = replace(language, threads=_THREADS, extra_bytes=extra_bytes, shadow_bytes=0)
    request = build_program_request(wider, limits, command)
    # The order of variables affects addresses and so counts: valgrind's variable comes first.
    # The launcher would set it; the tool refuses to start without it.
    launcher = {"VALGRIND_LAUNCHER": "/usr/bin/valgrind"}
    return contents, replace(request, environment={**launcher, **request.environment, **BASELINE})


def estimate_cycles(counts: Mapping[str, int]) -> int:
    """Return the estimated cycles (see the module's docstring) for counts by their names here."""
    return sum(weight * counts.get(name, 0) for name, weight in _CYCLE_WEIGHTS.items())


_COPYING = (
    "#include <cstdio>\n#include <cstring>\nstatic char from[1 << 16], to[1 << 16];\n"
    'int main() { int n; if (scanf("%d", &n) != 1) return 3;\n'
    "for (int i = 0; i < n; i++) { memcpy(to, from, sizeof to); from[i] = to[i + 1] + 1; }\n"
    'printf("%d\\n", from[3]); }\n'
)
COPY_INSTRUCTIONS = (0.15, 0.25)
"""Instructions for each copied byte with SSE2: a load, a store and a part of the loop for 16 bytes.
With AVX there are half as many, with `rep movsb` there is 1."""


async def measure_copy_instructions(simulator: Cachegrind, sandbox: Sandbox) -> float:
    """Return the instructions for each byte that glibc's `memcpy` copies, to check `BASELINE`.

    Raises:
        SimulatorError: The copying program does not compile or run.
    """
    compiled = await sandbox.compile(languages.get_language("cpp17"), _COPYING)
    if compiled.executable is None:
        raise SimulatorError("the copying program does not compile", where=compiled.diagnostics)
    none, some = await simulator.measure(sandbox, compiled.executable, [b"0", b"20"])
    if {none.verdict, some.verdict} != {Verdict.AC}:
        raise SimulatorError(f"the copying program ended with {none.verdict}, {some.verdict}")
    return (some.counts["instructions"] - none.counts["instructions"]) / (20 << 16)


def _has_avx2() -> bool:
    return " avx2 " in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")


def find_valgrind_tool(name: str) -> Path:
    """Return one of valgrind's tools, such as `cachegrind`.

    The tool itself: the launcher `valgrind` would execute it, which the system call filter refuses.

    Raises:
        MissingToolError: It is not installed.
    """
    tool = shutil.which(f"{name}-amd64-linux", path=_TOOL_FOLDERS)
    if tool is None:
        raise MissingToolError(f"valgrind's {name} is not installed", fix="apt install valgrind")
    return Path(tool)


def _query_version() -> str:
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise MissingToolError("valgrind is not installed", fix="apt install valgrind")
    return query_tool([valgrind, "--version"]).strip()


def _parse_counts(lines: list[tuple[str, ...]]) -> dict[str, int] | None:
    """Return the counts of cachegrind's summary; None if there is not exactly one summary."""
    counts: dict[str, int] = {}
    for title, *figures in lines:
        for name, figure in zip(_COUNT_NAMES[" ".join(title.split())], figures, strict=False):
            if name:
                counts[name] = int(figure.replace(",", "") or 0)  # 1,234,567
    return counts if len(lines) == len(_COUNT_NAMES) else None


SETTINGS = CachegrindSettings
SIMULATOR = Cachegrind

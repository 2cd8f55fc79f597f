"""Run programs that count their own work: hits of every edge, and their sum.

A C or C++ program is compiled with the functions of counting.c after its own text, a Python
program by count_python.py. The counts do not depend on the machine, its load or the time that a run
takes. A run ends after a given number of steps, so that a limit on time decides nothing.

Counts guide a search, and no verdict depends on them. The report has a mark that is a digest of the
program's text, so that a program cannot contain it; a run that crashes or ends by `_exit` has none.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources

from pieforge.inputs.fuzzing.instrumentation import LOG_FD, read_runtime
from pieforge.records import digest
from pieforge.sandbox import languages
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import (
    Executable,
    Limits,
    Sandbox,
    build_program_contents,
    build_program_request,
)

# The layout of the report: the same constants and structure as in counting.c.
_ENTRIES = 2000
_EDGE_BITS = 12
_REPORT = struct.Struct(f"<{_ENTRIES + 4}Q")
_MAX_STEPS = 1 << 50
_LIMITS = Limits(cpu_s=10.0, memory_bytes=1 << 30)
"""Of one run; the number of steps ends it long before, unless it works in code not counted."""


@dataclass(frozen=True)
class CountingProgram:
    """A build of a program that counts its work.

    Attributes:
        magic: The mark of its reports.
    """

    executable: Executable
    magic: int


@dataclass(frozen=True)
class Work:
    """What one run of a program did.

    Attributes:
        steps: Blocks executed, and bytes or items handled by the library in units of several.
        edges: The part of it that each edge has; at most 2,000 edges, in no particular order. Empty
            where the run gave no report, because the program crashed.
        is_cut_off: Whether the run ended because it reached the number of steps allowed.
        cpu_s: CPU time that it took, which nothing but a safety net may depend on.
    """

    steps: int
    edges: Mapping[int, int] = field(repr=False)
    is_cut_off: bool
    cpu_s: float

    @property
    def is_whole(self) -> bool:
        """Whether the program came to its end."""
        return bool(self.edges) and not self.is_cut_off


@cache
def _read_script() -> str:
    return resources.files(__package__).joinpath("count_python.py").read_text()


async def compile_counting(
    sandbox: Sandbox, language: Language, source: str
) -> CountingProgram | None:
    """Return the build of a program that counts its work; None where there is none.

    There is none for languages without a `counting_command`, and for programs that do not compile
    with it.

    Raises:
        MissingToolError: The compiler is not installed.
        SandboxError: The sandbox failed twice.
    """
    if not language.counting_command:
        return None
    magic = int(digest("counting", source)[:15], 16)
    command = (word.replace("{magic}", str(magic)) for word in language.counting_command)
    counting = replace(language, compile=tuple(command))
    if language.header_kind:
        runtime = f"#define PF_MAGIC {magic}ul\n{read_runtime(__package__, 'counting.c')}"
        built = await sandbox.compile(counting, f"{source}\n{runtime}")
    else:
        built = await sandbox.compile(counting, source, {"count_python.py": _read_script()})
    return CountingProgram(built.executable, magic) if built.executable else None


async def count_work(
    sandbox: Sandbox,
    program: CountingProgram,
    inputs: Sequence[bytes],
    max_steps: int = _MAX_STEPS,
) -> list[Work]:
    """Run a program on every input, each time for at most `max_steps` steps.

    Raises:
        SandboxError: The sandbox failed twice on the same input.
    """
    language = languages.get_language(program.executable.language)
    environment = {"PF_MOST": str(max_steps)}
    request = build_program_request(language, _LIMITS, environment=environment)
    request = replace(request, log_fd=LOG_FD)
    contents = build_program_contents(program.executable)
    if language.forks:
        contents, request = sandbox.share_interpreter(contents, request)
    found = []
    for record in await sandbox.run_request(contents, request, inputs):
        record.output.discard_tail()
        found.append(_parse_report(record.log, program.magic, record.cpu_s))
    return found


def _parse_report(log: bytes, magic: int, cpu_s: float) -> Work:
    """Return what the report at the end of a log says; nothing where there is no such report."""
    if len(log) >= _REPORT.size:
        *entries, used, steps, stopped, mark = _REPORT.unpack(log[-_REPORT.size :])
        if mark == magic:
            edges = {entry % (1 << _EDGE_BITS): entry >> _EDGE_BITS for entry in entries[:used]}
            return Work(steps, edges, bool(stopped), cpu_s)
    return Work(0, {}, is_cut_off=False, cpu_s=cpu_s)

"""Run programs with instrumentation that reports edges taken and operands compared.

A C or C++ program is compiled once more with gcc's -fsanitize-coverage=trace-pc,trace-cmp and the
callbacks of runtime.c and coverage.c after its own text. At its end it sends a report through a
separate pipe (as a simulator sends its log), so that nothing that the program prints is mistaken
for it. A report that the program forges can only misguide the search: no verdict depends on it.

A run that crashes, reaches a limit or ends by `_exit` gives no report. A language without
instrumentation (no `coverage_command` in its declaration) has none at all.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import NamedTuple

from pieforge.sandbox import languages
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import (
    Executable,
    Limits,
    RunResult,
    Sandbox,
    build_program_contents,
    build_program_request,
)
from pieforge.sandbox.verdict import interpret_record

LOG_FD = 60
"""Descriptor to which instrumented programs write their reports; mirrored in runtime.c."""

# The layout of the report: the same constants and structures as in coverage.c.
_EDGES = 8192
_MAX_SITES = 128
_MAGIC = 0x65676170666F7270
_SITE = struct.Struct("<2I6q")
_END = struct.Struct("<2Q")
_REPORT_BYTES = _EDGES + _MAX_SITES * _SITE.size + _END.size
_CONSTANT_FLAG = 8


class ComparisonOutcome:
    """Outcome of a comparison, left to right; a set of outcomes is their sum."""

    LESS = 1
    EQUAL = 2
    GREATER = 4
    ALL = 7


class Operands(NamedTuple):
    """The operands of one comparison, left and right, as signed 64-bit numbers."""

    a: int
    b: int


@dataclass(frozen=True, slots=True)
class ComparisonSite:
    """All executions of one comparison instruction in a run.

    Attributes:
        address: Its address, which is the same in every run of a build.
        outcomes: Sum of the outcomes seen.
        constant: Whether the left operand is a constant.
        operands: Of the first time, of the least difference other than 0, of the last time.
    """

    address: int
    outcomes: int
    constant: bool
    operands: tuple[Operands, Operands, Operands]


@dataclass(frozen=True, slots=True)
class CoverageTrace:
    """One run of an instrumented program.

    Attributes:
        result: As of any run; times and memory are those of the instrumented program.
        edges: A bit for each (edge, power of two of how often it was taken); 0: no report.
        sites: The comparisons executed, in no particular order.
    """

    result: RunResult
    edges: int = field(repr=False)
    sites: tuple[ComparisonSite, ...]


@cache
def read_runtime(package: str, name: str) -> str:
    """Return what follows an instrumented program: runtime.c, then a C file of a package."""
    parts = ((__package__, "runtime.c"), (package, name))
    return "".join(resources.files(where).joinpath(part).read_text() for where, part in parts)


async def compile_instrumented(
    sandbox: Sandbox, language: Language, source: str
) -> Executable | None:
    """Return the instrumented build of a program; None where there is none.

    There is none for languages without instrumentation, and for programs that do not compile with
    it, for instance because they define a name that the instrumentation uses.

    Raises:
        MissingToolError: The compiler is not installed.
        SandboxError: The sandbox failed twice.
    """
    if not language.coverage_command:
        return None
    traced = replace(language, compile=language.coverage_command)
    return (
        await sandbox.compile(traced, f"{source}\n{read_runtime(__package__, 'coverage.c')}")
    ).executable


async def run_instrumented(
    sandbox: Sandbox, executable: Executable, inputs: Sequence[bytes], limits: Limits
) -> list[CoverageTrace]:
    """Run an instrumented program on every input.

    Raises:
        SandboxError: The sandbox failed twice on the same input.
    """
    language = languages.get_language(executable.language)
    request = replace(build_program_request(language, limits), log_fd=LOG_FD)
    contents = build_program_contents(executable)
    found = []
    for record in await sandbox.run_request(contents, request, inputs):
        result = interpret_record(record, limits)
        result.output.discard_tail()
        edges, sites = _parse_report(record.log)
        found.append(CoverageTrace(result, edges, sites))
    return found


def _parse_report(log: bytes) -> tuple[int, tuple[ComparisonSite, ...]]:
    """Return edges and sites of the report at the end of a log; 0 and none if there is none."""
    report = log[-_REPORT_BYTES:]
    if len(report) < _REPORT_BYTES or _END.unpack(report[-_END.size :])[1] != _MAGIC:
        return 0, ()
    sites = (
        ComparisonSite(
            address=address,
            outcomes=outcomes & ComparisonOutcome.ALL,
            constant=bool(outcomes & _CONSTANT_FLAG),
            operands=(Operands(*sides[0:2]), Operands(*sides[2:4]), Operands(*sides[4:6])),
        )
        for address, outcomes, *sides in _SITE.iter_unpack(report[_EDGES : -_END.size])
        if outcomes & ComparisonOutcome.ALL
    )
    return int.from_bytes(report[:_EDGES], "little"), tuple(sites)

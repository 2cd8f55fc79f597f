"""What each line of a program costs, to tell a model where the time goes.

A C or C++ program is compiled without inlining and run by valgrind's callgrind: a line costs its
own instructions and those of the library functions that it calls. A Python program is traced: a
line costs 1 each time it is executed, so that the work of built-in functions does not show.

The report comes at the end of the program's standard output. A program could forge it, which would
only misguide a prompt: no verdict depends on it.
"""

import json
import re
from collections import Counter
from dataclasses import replace
from importlib import resources
from typing import ClassVar

from pydantic import Field

from pieforge.measurement.simulators.cachegrind import find_valgrind_tool, prepare_valgrind_run
from pieforge.records import Record, Verdict
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import Limits, Sandbox
from pieforge.sandbox.verdict import interpret_record

_COMPILER_OPTIONS = ("-O1", "-g", "-fno-inline")
"""They come last, and so replace the ordinary level of optimization."""
_OPTIONS = (
    "--tool=callgrind",
    "--callgrind-out-file=/proc/self/fd/1",
    "--compress-strings=no",
    "--compress-pos=no",
    "--vgdb=no",
    f"--main-stacksize={256 << 20}",
)
_MARK = b"# callgrind format\n"
_COST = re.compile(r"(\d+) (\d+)")


class LineProfile(Record):
    """The cost of each line of a program on one input."""

    KIND: ClassVar[str] = "line_profile"

    costs: dict[int, int] = Field(default_factory=dict)
    """By line, from 1; empty where nothing could be measured."""


async def profile_lines(
    sandbox: Sandbox, language: Language, source: str, stdin: bytes, limits: Limits
) -> LineProfile:
    """Return what each line of a program costs on an input.

    It is empty for languages other than C, C++ and Python, and where the run fails or reaches a
    limit.

    Raises:
        MissingToolError: valgrind or the compiler is not installed.
        SandboxError: The sandbox failed twice.
    """
    if language.key == "python":
        script = resources.files(__package__).joinpath("trace_lines.py").read_bytes()
        files = {"trace_lines.py": script, "main.py": source.encode()}
        argv = ("trace_lines.py", "main.py")
        result = await sandbox.run_script(files, argv, stdin, limits)
        _, _, report = result.stdout.rpartition(b"\n")
        return LineProfile(costs=_parse_trace(report) if result.verdict is Verdict.AC else {})
    if not language.header_kind:
        return LineProfile()
    build = replace(language, compile=(*language.compile, *_COMPILER_OPTIONS))
    executable = (await sandbox.compile(build, source)).executable
    if executable is None:
        return LineProfile()
    tool = find_valgrind_tool("callgrind")
    contents, request = prepare_valgrind_run(tool, _OPTIONS, executable, limits)
    [record] = await sandbox.run_request(contents, request, [stdin])
    result = interpret_record(record, limits)
    result.output.load()
    _, mark, report = result.stdout.rpartition(_MARK)
    is_whole = result.verdict is Verdict.AC and mark
    text = report.decode(errors="replace")
    return LineProfile(costs=_parse_callgrind(text, language.source_name) if is_whole else {})


def _parse_trace(report: bytes) -> dict[int, int]:
    try:
        return {int(line): count for line, count in json.loads(report).items()}
    except (ValueError, AttributeError):
        return {}


def _parse_callgrind(report: str, source_name: str) -> dict[int, int]:
    """Return the cost of each line of a file: its own, and that of calls that leave the file."""
    costs: Counter[int] = Counter()
    here = is_call = False
    callee: bool | None = None
    """Whether the called function is in the file; None where it is in that of the line."""
    for line in report.splitlines():
        key, _, value = line.partition("=")
        is_own = value.rpartition("/")[2] == source_name
        if key in {"fl", "fi", "fe"}:
            here = is_own
        elif key in {"cfi", "cfl"}:
            callee = is_own
        elif key == "calls":
            is_call = True
        elif found := _COST.match(line):
            if here and not (is_call and callee is not False):
                costs[int(found[1])] += int(found[2])
            is_call, callee = False, None
    return dict(costs)

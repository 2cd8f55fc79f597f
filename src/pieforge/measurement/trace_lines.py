"""Runs a Python program and reports how often each of its lines was executed.

usage: python -B trace_lines.py PROGRAM

The report is the last line of the output: a JSON object, counts by line. A program that executes
too many lines is ended early, always at the same one. The file is copied into the sandbox as text,
so it imports nothing of its own project.
"""

import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any

_MOST = 3_000_000
"""Lines that are executed at most."""


def main() -> None:
    """Run the program that the first argument names."""
    name = sys.argv[1]
    counts: dict[int, int] = {}
    left = _MOST

    def trace_line(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401
        nonlocal left
        if event == "line":
            line = frame.f_lineno
            counts[line] = counts.get(line, 0) + 1
            left -= 1
            if left <= 0:
                finish()
        return trace_line

    def trace_call(frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401
        return trace_line(frame, event, None) if frame.f_code.co_filename == name else None

    def finish() -> None:
        sys.settrace(None)
        sys.stdout.flush()
        os.write(1, b"\n" + json.dumps(counts).encode())
        os._exit(0)

    code = compile(Path(name).read_bytes(), name, "exec")
    sys.argv = [name]
    sys.settrace(trace_call)
    with suppress(SystemExit):
        exec(code, {"__name__": "__main__"})  # noqa: S102  this is the sandbox
    finish()


if __name__ == "__main__":
    main()

"""Ask an installed tool for its version or its settings; import an optional package."""

import subprocess
from collections.abc import Sequence
from typing import Any

from pieforge.errors import MissingToolError


def query_tool(command: Sequence[str]) -> str:
    """Return what a command prints on standard output.

    Raises:
        MissingToolError: It cannot be started, or fails: identities of compilers and simulators
            are made of its output, so that a partial one must not pass for the whole.
    """
    try:
        # A session of its own: Ctrl-C in the terminal ends pieforge, and not this tool first.
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, start_new_session=True
        )
    except OSError as error:
        raise MissingToolError(
            f"{command[0]} cannot be started: {error}",
            where=" ".join(command),
            fix="reinstall it; `pieforge doctor` tests the tools",
        ) from error
    if done.returncode:
        raise MissingToolError(
            f"{command[0]} failed with status {done.returncode}: {done.stderr.strip()[:200]}",
            where=" ".join(command),
            fix="reinstall it; `pieforge doctor` tests the tools",
        )
    return done.stdout


def import_arrow() -> Any:  # noqa: ANN401 - a module
    """Return the package pyarrow, with its module `parquet`.

    Raises:
        MissingToolError: It is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ImportError as error:
        raise MissingToolError(
            "Parquet files need the package pyarrow", fix="pip install 'pieforge[hf]'"
        ) from error
    return pa

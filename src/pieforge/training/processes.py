"""Programs of the user that a command starts and ends: trainers and servers. Not untrusted code."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from pieforge.errors import MissingToolError
from pieforge.files import translate_os_errors

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
"""A model is a folder or a file: nothing is looked up or fetched."""
_END_S = 10.0
"""Seconds for which a program may clean up."""


@asynccontextmanager
async def open_process(
    command: Sequence[str], folder: Path, log: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a program in a session of its own during the block; end it and its children after it.

    It also ends when this process is killed. Its output is appended to `log`.

    Raises:
        MissingToolError: It cannot be started.
        StorageError: The log cannot be written.
    """
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise MissingToolError("setpriv is not installed", fix="install the package util-linux")
    if shutil.which(command[0]) is None:
        raise MissingToolError(
            f"{command[0]} is not installed, or is no program",
            where=" ".join(command),
            fix="install it, or correct the configuration",
        )
    with translate_os_errors(log), log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(
            *(setpriv, "--pdeathsig", "KILL", "--", *command),
            cwd=folder,
            env={**os.environ, **_OFFLINE},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """End a program with its whole session."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), _END_S)


def read_last_line(log: Path) -> str:
    """Return the last line with text of a program's output."""
    with translate_os_errors(log, "cannot be read"), log.open("rb") as stream:
        stream.seek(max(0, log.stat().st_size - 4096))
        lines = stream.read().decode(errors="replace").splitlines()
    return next((line.strip() for line in reversed(lines) if line.strip()), "no output")[:300]

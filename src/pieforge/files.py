"""Writing files so that nothing half-written is ever left under a final name."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jsonlines

from pieforge.errors import RunFolderError, StorageError


def write_text(path: Path, text: str) -> None:
    """Write a whole file, or nothing: a temporary file beside it, flushed to disk, then renamed.

    Raises:
        StorageError: The disk is full or refuses.
    """
    with replace_file(path) as temporary:
        temporary.write_text(text)


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as JSON lines, whole or not at all (see `write_text`)."""
    with replace_file(path) as temporary, jsonlines.open(temporary, "w") as lines:
        lines.write_all(rows)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file.

    Raises:
        RunFolderError: The file is missing, or a line is not a JSON object; the line is named.
    """
    try:
        with jsonlines.open(path) as lines:
            return list(lines.iter(type=dict))
    except jsonlines.InvalidLineError as error:
        raise RunFolderError(
            f"line {error.lineno} is not a JSON object: {error}", where=str(path)
        ) from error
    except FileNotFoundError as error:
        raise RunFolderError(
            "the file is missing", where=str(path), fix="name the folder that a run has written"
        ) from error


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Give a temporary path to write to; on success it becomes `path`, otherwise it vanishes."""
    with translate_os_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        temporary = Path(name)
        try:
            yield temporary
            os.fsync(handle)
            temporary.chmod(0o644)
            temporary.replace(path)
        finally:
            os.close(handle)
            temporary.unlink(missing_ok=True)


@contextmanager
def translate_os_errors(path: Path) -> Iterator[None]:
    """Turn the file system's refusals into a `StorageError` that names the place and the fix."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                "the disk is full",
                where=str(path),
                fix="free disk space, then go on with: pieforge run --resume RUN",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EFBIG, errno.ENOTDIR):
            raise StorageError(
                f"cannot be written: {error.strerror}",
                where=str(path),
                fix="choose another folder with --out, or mend its permissions",
            ) from error
        raise


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Hold a lock file for as long as the block runs; it goes with the process, however that ends.

    Raises:
        RunFolderError: Another process holds it.
    """
    with translate_os_errors(path):
        handle = path.open("a")
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RunFolderError(
                "another process is working in this run folder",
                where=str(path.parent.parent),
                fix="wait for it to end, or start a run under another name",
            ) from error
        yield

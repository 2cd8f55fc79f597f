"""Write files atomically: results, caches and locks; a file is complete or absent."""

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
    """Write a file atomically: a temporary file next to it is flushed to disk, then renamed.

    Raises:
        StorageError: The disk is full or refuses the write.
    """
    with replace_file(path) as temporary:
        temporary.write_text(text)


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as JSON lines, atomically (see `write_text`)."""
    with replace_file(path) as temporary, jsonlines.open(temporary, "w", compact=True) as lines:
        lines.write_all(rows)


def read_jsonl(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file.

    Raises:
        RunFolderError: The file is missing, or a line is not a JSON object; the message names the
            line.
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
            "the file is missing", where=str(path), fix="give the folder of a run"
        ) from error


@contextmanager
def replace_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path to write to; rename it to `path` on success, else delete it."""
    with translate_os_errors(path), _replace(path, 0o644, durable=True) as temporary:
        yield temporary


@contextmanager
def _replace(path: Path, mode: int, *, durable: bool) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)  # the kernel does not start a program that is open for writing (ETXTBSY)
    temporary = Path(name)
    try:
        yield temporary
        if durable:
            # Before the rename: after a crash the new name must not belong to an empty file.
            with temporary.open() as stream:
                os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class FileCache:
    """A folder of reproducible files, each with a name that identifies its content.

    Processes share it without a lock: a file is complete or absent, and two processes write the
    same content under the same name. Nothing is flushed to disk, so that a crash of the machine can
    leave an incomplete file: readers have to detect it, or the user has to delete it.

    Args:
        folder: The folder; created if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes, mode: int = 0o600) -> Path:
        """Write a file with the permissions `mode` atomically; return its path.

        Raises:
            StorageError: The disk is full or refuses the write.
        """
        path = self.folder / name
        with _translate_cache_errors(path), _replace(path, mode, durable=False) as temporary:
            temporary.write_bytes(content)
        return path

    def count(self, name: str) -> int:
        """Increment the counter `name`, and return its value before.

        Raises:
            StorageError: The disk is full or refuses the write.
        """
        path = self.folder / name
        with _translate_cache_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # The counter is the file's size: appending a byte needs no lock between processes.
            with path.open("ab") as stream:
                stream.write(b".")
                return stream.tell() - 1


@contextmanager
def _translate_cache_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write the cache: {error.strerror}",
            where=str(path),
            fix="free disk space, or set XDG_CACHE_HOME to a writable folder",
        ) from error


@contextmanager
def translate_os_errors(path: Path) -> Iterator[None]:
    """Convert errors of the file system to a `StorageError` with the path and the fix."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageError(
                "the disk is full",
                where=str(path),
                fix="free disk space, then continue with: pieforge run --resume RUN",
            ) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EFBIG, errno.ENOTDIR):
            raise StorageError(
                f"cannot be written: {error.strerror}",
                where=str(path),
                fix="choose another folder with --out, or correct its permissions",
            ) from error
        raise


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Hold a lock file during the block; the kernel releases it when the process ends.

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

"""Files that are whole or absent under their final names: results, caches, locks."""

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
    """Write a whole file, or nothing: a temporary file next to it, flushed to disk, then renamed.

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
    with translate_os_errors(path), _replace(path, 0o644, durable=True) as temporary:
        yield temporary


@contextmanager
def _replace(path: Path, mode: int, *, durable: bool) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)  # a program that is still open for writing cannot be started
    temporary = Path(name)
    try:
        yield temporary
        if durable:
            with temporary.open() as stream:
                os.fsync(stream.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


class FileCache:
    """A folder of files that can be made again, each under a name that says what it is made from.

    Processes share it without a lock: a file is whole or absent, and what two of them write under
    one name is the same. Nothing is flushed to disk: after a crash of the machine a reader has to
    recognize half a file, or the file is made again by hand.

    Args:
        folder: Made where it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes, mode: int = 0o600) -> Path:
        """Write a file with `mode` as its permissions, whole or not at all; return its path.

        Raises:
            StorageError: The disk is full or refuses.
        """
        path = self.folder / name
        with _translate_cache_errors(path), _replace(path, mode, durable=False) as temporary:
            temporary.write_bytes(content)
        return path

    def count(self, name: str) -> int:
        """Note in a file that something was met, and return how often it was met before.

        Raises:
            StorageError: The disk is full or refuses.
        """
        path = self.folder / name
        with _translate_cache_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
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
            fix="make room, or set XDG_CACHE_HOME to a folder that can be written",
        ) from error


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
                fix="choose another folder with --out, or correct its permissions",
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

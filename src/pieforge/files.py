"""Write files atomically: results, caches and locks; a file is complete or absent.

And decode source files, whatever their encoding.
"""

import errno
import fcntl
import hashlib
import logging
import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Any

import jsonlines

from pieforge.errors import PackageError, RunFolderError, StorageError

_logger = logging.getLogger(__name__)

_MAX_NAME_BYTES = 240
"""Linux allows 255; temporary names are longer."""
_DISK_FULL = "free disk space, then run the same command again (a run: pieforge run --resume RUN)"
_PATH_FIX = "choose another path, or correct its permissions"
_CACHE_FIX = (
    "correct its permissions, or choose another cache: sandbox.cache, or XDG_CACHE_HOME without it"
)
_FIXES = {
    errno.ENOSPC: _DISK_FULL,
    errno.EDQUOT: _DISK_FULL,
    errno.EFBIG: "raise the limit on file sizes: ulimit -f unlimited",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EMFILE: "raise the limit on open files (ulimit -n), or lower concurrency.jobs",
    errno.ENFILE: "end other programs: the machine's limit on open files is reached",
    errno.EIO: "test the disk: it reports an error",
}
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
"""A kana letter in Shift-JIS."""


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
    except BaseException:
        with suppress(OSError):  # the first error is the one to report
            temporary.unlink(missing_ok=True)
        raise


def _translate_cache_errors(path: Path) -> AbstractContextManager[None]:
    return translate_os_errors(path, "cannot write the cache", _CACHE_FIX)


def check_relative_path(name: str) -> None:
    """Check a name from outside that is going to be a path below a folder of ours.

    Names in packages, rows and ledgers become paths on the host and in the sandbox.

    Raises:
        PackageError: It is empty or absolute, has a part `.` or `..`, a backslash or a control
            character, or a part is longer than a file's name may be.
    """
    parts = name.split("/")
    if (
        not {"", ".", ".."} & {*parts}
        and name.isprintable()
        and "\\" not in name
        and max(len(os.fsencode(part)) for part in parts) <= _MAX_NAME_BYTES
    ):
        return
    raise PackageError(
        f"{name[:200]!r} cannot be the name of a file below a folder",
        fix="name it relative to the folder, without '.', '..', backslashes or control characters",
    )


class FileCache:
    """A folder of reproducible files, each with a name that identifies its content.

    Processes share it without a lock: a file is complete or absent. Nothing is flushed to disk, and
    disks fail: so a file's content lies under the beginning of its SHA-256, which `NAME.sha256`
    holds, and content that differs from it counts as absent.

    Args:
        folder: The folder; created if it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._verified: dict[str, tuple[object, ...]] = {}
        self._damage_reported = False

    def write(self, name: str, content: bytes, mode: int = 0o600) -> Path:
        """Write a file with the permissions `mode` atomically; return its path.

        Raises:
            StorageError: The disk is full or refuses the write.
        """
        sha = hashlib.sha256(content).hexdigest()
        path = self._get_path(name, sha)
        self._write(path, content, mode)
        # The hash comes last. Of two processes that write different contents, the last one wins.
        self._write(self._get_hash_path(name), sha.encode(), 0o600)
        with suppress(OSError):  # removed by another process: `find` reports it
            self._verified[name] = _identify(path.stat(), sha)
        return path

    def _write(self, path: Path, content: bytes, mode: int) -> None:
        with _translate_cache_errors(path), _replace(path, mode, durable=False) as temporary:
            temporary.write_bytes(content)

    def find(self, name: str) -> Path | None:
        """Return a file's path; None if it is missing or damaged, so that it has to be made again.

        The content is compared with its hash, unless this process has written or compared the same
        file. The first damaged file is reported.
        """
        try:
            sha = self._get_hash_path(name).read_text()
            path = self._get_path(name, sha)
            with path.open("rb") as stream:
                state = _identify(os.fstat(stream.fileno()), sha)
                if self._verified.get(name) == state:
                    return path
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except (OSError, ValueError):
            return None
        if found == sha:
            self._verified[name] = state
            return path
        if not self._damage_reported:
            self._damage_reported = True
            _logger.warning("damaged files of the cache are made again, such as %s", path)
        return None

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None if it is missing or damaged."""
        try:
            sha = self._get_hash_path(name).read_text()
            content = self._get_path(name, sha).read_bytes()
        except (OSError, ValueError):
            return None
        return content if hashlib.sha256(content).hexdigest() == sha else None

    def _get_hash_path(self, name: str) -> Path:
        return self.folder / f"{name}.sha256"

    def _get_path(self, name: str, sha: str) -> Path:
        return self.folder / f"{name}.{sha[:16]}"

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


def _identify(stat: os.stat_result, sha: str) -> tuple[object, ...]:
    # No program can set the time of the last change (ctime).
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, sha


def explain_os_error(
    error: OSError, path: Path | None = None, what: str = "cannot be used", fix: str = _PATH_FIX
) -> StorageError:
    """Return the error for the user: what the operating system refused, where, and the fix.

    Args:
        error: The error; it names the path unless `path` does.
        path: The file that the user knows.
        what: What could not be done.
        fix: The fix where the error's number does not have its own.
    """
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        reason = f"the disk is full ({reason})"
    return StorageError(
        f"{what}: {reason}",
        where=str(path or error.filename),
        fix=_FIXES.get(error.errno or 0, fix),
    )


@contextmanager
def translate_os_errors(
    path: Path, what: str = "cannot be written", fix: str = _PATH_FIX
) -> Iterator[None]:
    """Convert errors of the file system to a `StorageError` with the path and the fix."""
    try:
        yield
    except OSError as error:
        raise explain_os_error(error, path, what, fix) from error


@contextmanager
def lock_file(path: Path) -> Iterator[None]:
    """Hold a lock file during the block; the kernel releases it when the process ends.

    Raises:
        RunFolderError: Another process holds it.
        StorageError: It cannot be created, or the file system has no locks.
    """
    with translate_os_errors(path, "cannot be locked"):
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
        except OSError as error:
            raise explain_os_error(error, path, "cannot be locked") from error
        yield


def decode_source(data: bytes) -> str:
    r"""Return a source file's text, with line ends as `\n`.

    It is UTF-8; else Shift-JIS, which Japanese characters in their usual ranges show, else
    Western European (Windows-1252, of which Latin-1 letters are a part).

    Raises:
        UnicodeError: It is none of these, or holds zero bytes and so is no text.
    """
    if b"\0" in data:
        raise UnicodeError("it holds zero bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Windows-1252 has hardly used punctuation at the lead bytes of kana.
        japanese = _KANA.search(data) is not None
        try:
            text = data.decode("cp932" if japanese else "cp1252")
        except UnicodeDecodeError as error:
            raise UnicodeError("it is neither UTF-8 nor Shift-JIS nor Latin-1") from error
    return text.replace("\r\n", "\n").replace("\r", "\n")

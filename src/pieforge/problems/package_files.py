"""Read the files of a problem package that may be damaged or hostile.

Every file, listing and YAML document of a package is read here. What a link leads to must lie
inside the package, only regular files are opened, and size, number and nesting are checked before
anything is read whole.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pieforge.errors import PackageError
from pieforge.files import decode_source

MIB = 1 << 20
MAX_TEXT_BYTES = MIB
"""Largest source, statement or YAML document."""
MAX_DATA_BYTES = 64 * MIB
"""Largest input or answer."""
MAX_PACKAGE_BYTES = 512 * MIB
"""Bytes that are read of one package: all of them are in memory at once."""
MAX_ENTRIES = 100_000
"""Files and folders that are listed in one package."""
MAX_DEPTH = 16
"""Nesting of folders."""
_MAX_YAML_NODES = 100_000
"""Values in a YAML document, each alias counted as all that it stands for."""
_MAX_YAML_DEPTH = 32
_STRAY_FOLDERS = frozenset({"__pycache__", "__MACOSX", "lost+found", "CVS"})

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as the text that is written, whatever type YAML gives it."""


def show_path(path: Path) -> str:
    """Return a path as text; bytes that are not UTF-8 are escaped."""
    return os.fsencode(path).decode(errors="backslashreplace")


class PackageFiles:
    """The files of one package, read within limits; what it has listed and read counts.

    Args:
        folder: The package's folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._root = Path(os.path.realpath(folder))
        self._entries_left = MAX_ENTRIES
        self._bytes_left = MAX_PACKAGE_BYTES

    def list_folder(self, folder: Path) -> list[Path]:
        """Return what is in a folder, sorted by name; nothing if it is not there.

        Hidden files and folders, and those that tools leave behind, are left out.

        Raises:
            PackageError: It cannot be listed, is outside the package, or has too many entries.
        """
        if not os.path.lexists(folder):
            return []
        try:
            with os.scandir(self._resolve(folder)) as entries:
                names = []
                for entry in entries:
                    self._entries_left -= 1
                    if self._entries_left < 0:
                        raise PackageError(
                            f"the package has more than {MAX_ENTRIES} files",
                            where=show_path(folder),
                            fix="remove what does not belong to the package",
                        )
                    names.append(entry.name)
        except NotADirectoryError:
            return []
        except OSError as error:
            raise _cannot_read(folder, error) from error
        stray = (name for name in names if name.startswith(".") or name in _STRAY_FOLDERS)
        return [folder / name for name in sorted({*names}.difference(stray))]

    def is_folder(self, path: Path) -> bool:
        """Return whether a path is a folder, or a link to one inside the package.

        Raises:
            PackageError: It is a link to a folder outside the package.
        """
        return path.is_dir() and self._resolve(path).is_dir()

    def walk(self, folder: Path) -> Iterator[Path]:
        """Yield the files below a folder, also behind links, sorted by path.

        Raises:
            PackageError: See `list_folder`; or folders are nested too deep, or without end.
        """
        yield from self._walk(folder, ())

    def _walk(self, folder: Path, above: tuple[Path, ...]) -> Iterator[Path]:
        real = self._resolve(folder) if os.path.lexists(folder) else folder
        if real in above or len(above) >= MAX_DEPTH:
            what = "leads back to itself" if real in above else f"is nested {MAX_DEPTH} deep"
            raise PackageError(
                f"the folder {what}", where=show_path(folder), fix="remove the link or the folder"
            )
        for path in self.list_folder(folder):
            if self.is_folder(path):
                yield from self._walk(path, (*above, real))
            else:
                yield path

    def read_bytes(self, path: Path, limit: int = MAX_DATA_BYTES) -> bytes:
        """Return a file's content.

        Raises:
            PackageError: It is missing, not a regular file inside the package, or too large.
        """
        self._require_text_name(path)
        resolved = self._resolve(path)
        try:
            # Not blocking: to open a FIFO would wait for a writer.
            handle = os.open(resolved, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            raise _cannot_read(path, error) from error
        try:
            return self._read_opened(path, handle, min(limit, self._bytes_left))
        finally:
            os.close(handle)

    def _read_opened(self, path: Path, handle: int, most: int) -> bytes:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise PackageError(
                "is not a regular file", where=show_path(path), fix="replace it by a file"
            )
        data = b""
        if status.st_size <= most:
            with open(handle, "rb", closefd=False) as stream:
                data = stream.read(most + 1)
        if max(status.st_size, len(data)) > most:
            raise PackageError(
                f"has {status.st_size} bytes, of which {most} may be read: a text has at most "
                f"{MAX_TEXT_BYTES}, a test {MAX_DATA_BYTES} and a package {MAX_PACKAGE_BYTES}",
                where=show_path(path),
                fix="make it smaller, or leave it out",
            )
        self._bytes_left -= len(data)
        return data

    def read_text(self, path: Path, what: str) -> str:
        r"""Return a text file's content, with line ends as `\n`.

        Args:
            path: The file.
            what: What it is, for the message.

        Raises:
            PackageError: See `read_bytes`; or it is not text.
        """
        try:
            return decode_source(self.read_bytes(path, MAX_TEXT_BYTES))
        except UnicodeError as error:
            raise PackageError(
                f"{what} cannot be read: {error}",
                where=show_path(path),
                fix="save it as UTF-8 text",
            ) from error

    def read_yaml(self, path: Path) -> dict[str, Any]:
        """Return a YAML mapping, each scalar as the text that is written and null as None.

        A document without content is an empty mapping.

        Raises:
            PackageError: See `read_text`; or it is not a mapping, or is nested or repeated so often
                that it does not fit into memory.
        """
        text = self.read_text(path, "the YAML")
        try:
            _check_yaml_size(text)
            value = _check_values(yaml.load(text, _LOADER))  # noqa: S506 - text alone
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            what = f"cannot be read: {' '.join(str(error).split())}"
            raise PackageError(what, where=show_path(path), fix="correct the YAML") from error
        if not isinstance(value, dict | None):
            what = "is not a mapping of keys to values"
            raise PackageError(what, where=show_path(path), fix="correct the YAML")
        return value or {}

    def _resolve(self, path: Path) -> Path:
        """Return a path without links.

        Raises:
            PackageError: It leads outside the package, or nowhere.
        """
        try:
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise _cannot_read(path, error) from error
        if not resolved.is_relative_to(self._root):
            raise PackageError(
                "the link leads outside the package",
                where=show_path(path),
                fix="copy what it leads to into the package",
            )
        return resolved

    def _require_text_name(self, path: Path) -> None:
        try:
            path.name.encode()
        except UnicodeEncodeError as error:
            raise PackageError(
                "the file's name is not UTF-8", where=show_path(path), fix="rename it"
            ) from error


def _cannot_read(path: Path, error: Exception) -> PackageError:
    """Return the error for a path that the file system refuses."""
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return PackageError(
            "the link leads nowhere", where=show_path(path), fix="correct or remove the link"
        )
    why = (isinstance(error, OSError) and error.strerror) or type(error).__name__
    return PackageError(
        f"cannot be read: {why}", where=show_path(path), fix="correct the file or its permissions"
    )


def _check_yaml_size(text: str) -> None:
    """Check a document's size with its aliases replaced, event by event.

    Raises:
        ValueError: It is too large or nested too deep, or contains itself.
        yaml.YAMLError: It is not YAML.
    """
    counts: dict[str, int] = {}
    opened: list[tuple[str | None, int]] = []
    count = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in (anchor for anchor, _ in opened):
                raise ValueError(f"the alias *{event.anchor} is inside what it stands for")
            count += counts.get(str(event.anchor), 1)
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, count))
            count += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            if anchor is not None:
                counts[anchor] = count - before
        elif isinstance(event, yaml.ScalarEvent):
            count += 1
        if len(opened) > _MAX_YAML_DEPTH or count > _MAX_YAML_NODES:
            raise ValueError(
                f"more than {_MAX_YAML_NODES} values, aliases counted as what they stand for, "
                f"or more than {_MAX_YAML_DEPTH} levels"
            )


def _check_values(value: Any) -> Any:  # noqa: ANN401 - any YAML value
    """Return a value with null as None.

    Raises:
        ValueError: A text has characters that no file name and no argument can have.
    """
    if isinstance(value, dict):
        return {str(_check_values(key)): _check_values(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_check_values(each) for each in value]
    if value is None:
        return None  # an empty document
    if "\0" in value:
        raise ValueError("a zero character")
    value.encode()  # refuses half of a surrogate pair, which YAML can write as an escape
    return None if value in ("", "~", "null", "Null", "NULL") else value

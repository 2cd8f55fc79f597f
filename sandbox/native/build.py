"""Makes our own programs, supervisor, launcher and probe: at first use, kept by content."""

import os
import shutil
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

from pieforge.errors import MissingToolError, StorageError
from pieforge.records import digest

_SUPERVISOR = ("supervisor.c", "filter.c")
_LAUNCHER = ("launcher.c",)
_PROBE = ("probe.c",)
MOUNTED_FILE_MODE = 0o644
"""Permissions of a file that is shown inside, to another user."""
_FLAGS = ("-O2", "-static", "-Wall")


def get_default_cache() -> Path:
    """Return the user's cache folder of pieforge: $XDG_CACHE_HOME/pieforge or ~/.cache/pieforge."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pieforge"


def write_atomic(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file, with `mode` as its permissions, so that others see all of it or nothing.

    Raises:
        StorageError: The disk is full or refuses.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as stream:
            scratch = Path(stream.name)
            try:
                stream.write(content)
                stream.close()
                scratch.chmod(mode)
                scratch.replace(path)
            finally:
                scratch.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError(
            f"cannot write the cache: {error.strerror}",
            where=str(path),
            fix="make room, or set XDG_CACHE_HOME to a folder that can be written",
        ) from error


def build_supervisor(cache: Path) -> Path:
    """Return the supervisor, compiled if this version of it is not in the cache.

    Raises:
        MissingToolError: There is no C compiler, or it cannot link statically.
        StorageError: The cache cannot be written.
    """
    return _build_binary(cache, _SUPERVISOR)


def build_launcher(cache: Path) -> Path:
    """Return the program that gives up root; raises as `build_supervisor` does."""
    return _build_binary(cache, _LAUNCHER)


def build_probe(cache: Path) -> Path:
    """Return the program that tries the sandbox from inside; raises as `build_supervisor` does."""
    return _build_binary(cache, _PROBE)


def _build_binary(cache: Path, sources: tuple[str, ...]) -> Path:
    folder = resources.files(__package__)
    texts = {name: folder.joinpath(name).read_text() for name in sources}
    key = digest(*_FLAGS, *(part for item in texts.items() for part in item))
    binary = cache / "own" / f"{Path(sources[0]).stem}-{key[:32]}"
    if not binary.exists():
        write_atomic(binary, _compile(texts), 0o700)
    return binary


def _compile(texts: dict[str, str]) -> bytes:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise MissingToolError("no C compiler (cc)", fix="apt install gcc libc6-dev")
    with tempfile.TemporaryDirectory(prefix="pieforge-") as name:
        work = Path(name)
        for source, text in texts.items():
            (work / source).write_text(text)
        command = [compiler, *_FLAGS, "-o", "program", next(iter(texts))]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
        if done.returncode:
            raise MissingToolError(
                f"the C compiler cannot make a static program: {done.stderr.strip()[:500]}",
                where=" ".join(command),
                fix="apt install gcc libc6-dev (it links statically)",
            )
        return (work / "program").read_bytes()

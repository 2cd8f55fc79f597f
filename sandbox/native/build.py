"""Build pieforge's own C programs at first use; cache them by source and flags.

They run outside the sandbox, or enforce it inside: a file of the cache is never started. Its
content is compared with its hash and copied into a sealed memory file, which nobody can change;
every start takes the program from there.
"""

import os
import shutil
import subprocess
import tempfile
from functools import cache, partial
from importlib import resources
from pathlib import Path

from pieforge.errors import MissingToolError
from pieforge.files import FileCache
from pieforge.records import digest
from pieforge.sandbox.protocol import create_sealed_file

MOUNTED_FILE_MODE = 0o644
"""Permissions of a cached file that is mounted in the sandbox, where another user reads it."""
# Static: the sandbox of a static program has no /usr, so the supervisor finds no libraries there.
_FLAGS = ("-O2", "-static", "-Wall")
# A stack protector reads thread-local data, which does not exist where the library partly runs.
_LIBRARY_FLAGS = ("-O2", "-shared", "-fPIC", "-fno-stack-protector", "-Wall")


def get_default_cache() -> Path:
    """Return the user's cache folder of pieforge: $XDG_CACHE_HOME/pieforge or ~/.cache/pieforge."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pieforge"


@cache
def _build_binary(
    folder: Path, *, sources: tuple[str, ...], flags: tuple[str, ...] = _FLAGS
) -> Path:
    """Return the path of one of pieforge's own programs; compile it if it is not in the cache.

    The path leads to a sealed memory file of this process, open until the process ends.

    Args:
        folder: The cache folder.
        sources: Files of this package; the first is compiled and includes the others.
        flags: Options of the compiler.

    Raises:
        MissingToolError: There is no C compiler, or it cannot link statically.
        StorageError: The cache cannot be written.
    """
    package = resources.files(__package__)
    texts = {name: package.joinpath(name).read_text() for name in sources}
    key = digest(*flags, *(part for item in texts.items() for part in item))
    name = f"own/{Path(sources[0]).stem}-{key[:32]}"
    cached = FileCache(folder)
    content = cached.read(name)
    if content is None:
        content = _compile(texts, flags)
        cached.write(name, content)
    # Not /proc/self: the path is opened by child processes, too.
    return Path(f"/proc/{os.getpid()}/fd/{create_sealed_file([content])}")


build_supervisor = partial(_build_binary, sources=("supervisor.c", "filter.c"))
build_launcher = partial(_build_binary, sources=("launcher.c",))
"""The program that gives up root."""
build_probe = partial(_build_binary, sources=("probe.c",))
"""The program that tests the sandbox from inside."""
build_fork_server = partial(
    _build_binary, sources=("fork_server.c", "filter.c"), flags=_LIBRARY_FLAGS
)
"""The library that makes an interpreter a fork server."""


def _compile(texts: dict[str, str], flags: tuple[str, ...] = _FLAGS) -> bytes:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        raise MissingToolError("no C compiler (cc)", fix="apt install gcc libc6-dev")
    with tempfile.TemporaryDirectory(prefix="pieforge-") as name:
        work = Path(name)
        for source, text in texts.items():
            (work / source).write_text(text)
        command = [compiler, *flags, "-o", "program", next(iter(texts))]
        done = subprocess.run(
            command,
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # Ctrl-C must not look like a compiler that fails
        )
        if done.returncode:
            raise MissingToolError(
                f"the C compiler cannot make a static program: {done.stderr.strip()[:500]}",
                where=" ".join(command),
                fix="apt install gcc libc6-dev (it links statically)",
            )
        return (work / "program").read_bytes()

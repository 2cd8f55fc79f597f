"""Compiled programs, kept by what they were made from."""

import json
from dataclasses import dataclass
from pathlib import Path

from pieforge.errors import StorageError
from pieforge.records import Verdict, digest
from pieforge.sandbox.native.build import write_atomic


@dataclass(frozen=True)
class Executable:
    """A program that can be run: small and picklable.

    Attributes:
        language: Its language's key.
        sha: Identity of artifact, language, flags and compiler together.
        artifact: The file that is copied into the sandbox as `/prog`.
    """

    language: str
    sha: str
    artifact: Path


@dataclass(frozen=True)
class CompileResult:
    """What became of one compilation.

    Attributes:
        verdict: AC or CE.
        executable: The program; None where it does not compile.
        diagnostics: The compiler's messages, cut at the limit.
        seconds: Wall time of the compilation when it was done.
        cached: Whether it was done before.
    """

    verdict: Verdict
    executable: Executable | None
    diagnostics: str
    seconds: float
    cached: bool


class CompileCache:
    """A folder with, for each key, `<key>.json` and, where it compiled, `<key>.bin`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, language: str, key: str) -> CompileResult | None:
        """Return what compiling gave the last time, or None where it is not known."""
        try:
            known = json.loads(self._get_path(key, "json").read_bytes())
            verdict = Verdict(known["verdict"])
            artifact = self._get_path(key, "bin")
            executable = None
            if verdict is Verdict.AC:
                if artifact.stat().st_size != known["bytes"]:
                    return None
                executable = Executable(language, known["sha"], artifact)
            return CompileResult(
                verdict, executable, known["diagnostics"], known["seconds"], cached=True
            )
        except (OSError, ValueError, KeyError):
            return None

    def store(
        self, language: str, key: str, artifact: bytes | None, diagnostics: str, seconds: float
    ) -> CompileResult:
        """Store a result and return it; the artifact first, so that a reader finds both.

        Raises:
            StorageError: The cache cannot be written.
        """
        executable = None
        known: dict[str, object] = {"verdict": Verdict.CE, "diagnostics": diagnostics}
        if artifact is not None:
            path = self._get_path(key, "bin")
            executable = Executable(language, digest(key, artifact), path)
            write_atomic(path, artifact)
            known |= {"verdict": Verdict.AC, "bytes": len(artifact), "sha": executable.sha}
        known["seconds"] = round(seconds, 3)
        write_atomic(self._get_path(key, "json"), json.dumps(known).encode())
        verdict = Verdict.CE if executable is None else Verdict.AC
        return CompileResult(verdict, executable, diagnostics, seconds, cached=False)

    def _get_path(self, key: str, suffix: str) -> Path:
        return self._folder / key[:2] / f"{key}.{suffix}"


def count_miss(path: Path) -> int:
    """Note in a file that something was met, and return how often it was met before.

    Raises:
        StorageError: The cache cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            stream.write(b".")
            return stream.tell() - 1
    except OSError as error:
        raise StorageError(
            f"cannot write the cache: {error.strerror}",
            where=str(path),
            fix="make room, or set XDG_CACHE_HOME to a folder that can be written",
        ) from error

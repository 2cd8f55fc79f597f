"""Compiled programs, kept by what they were made from."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from pieforge.files import FileCache
from pieforge.records import Verdict, digest


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
        executable: The program; None where it does not compile.
        diagnostics: The compiler's messages, cut at the limit.
        seconds: Wall time of the compilation when it was done.
        cached: Whether it was done before.
    """

    executable: Executable | None
    diagnostics: str
    seconds: float
    cached: bool = False

    @property
    def verdict(self) -> Verdict:
        """AC or CE."""
        return Verdict.AC if self.executable else Verdict.CE


class CompileCache(FileCache):
    """A folder with, for each key, `<key>.json` and, where it compiled, `<key>.bin`."""

    def find(self, language: str, key: str) -> CompileResult | None:
        """Return what compiling gave the last time, or None where it is not known."""
        path = self.folder / key[:2] / f"{key}.json"
        artifact = path.with_suffix(".bin")
        try:
            known = json.loads(path.read_bytes())
            executable = Executable(language, known["sha"], artifact) if "sha" in known else None
            if executable and artifact.stat().st_size != known["bytes"]:
                return None
            return CompileResult(executable, known["diagnostics"], known["seconds"], cached=True)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def store(
        self, language: str, key: str, artifact: bytes | None, result: CompileResult
    ) -> CompileResult:
        """Store a result and return it; the artifact first, so that a reader finds both.

        Raises:
            StorageError: The cache cannot be written.
        """
        name = f"{key[:2]}/{key}"
        known: dict[str, object] = {"diagnostics": result.diagnostics}
        if artifact is not None:
            path = self.write(f"{name}.bin", artifact)
            executable = Executable(language, digest(key, artifact), path)
            result = replace(result, executable=executable)
            known |= {"bytes": len(artifact), "sha": executable.sha}
        known |= {"verdict": result.verdict, "seconds": round(result.seconds, 3)}
        self.write(f"{name}.json", json.dumps(known).encode())
        return result

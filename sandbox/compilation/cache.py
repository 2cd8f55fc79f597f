"""Cache of compiled programs, by source, commands and compiler."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

from pieforge.files import FileCache
from pieforge.records import Verdict, digest


@dataclass(frozen=True)
class Executable:
    """A compiled program, by reference: small and picklable.

    Attributes:
        language: Key of its language.
        sha: Digest of artifact, language, flags and compiler together.
        artifact: The file that is copied into the sandbox as `/prog`.
    """

    language: str
    sha: str
    artifact: Path


@dataclass(frozen=True)
class CompileResult:
    """The result of one compilation.

    Attributes:
        executable: The program; None if the source does not compile.
        diagnostics: The compiler's messages, cut at the limit.
        seconds: Wall time of the compilation, also for a cached result.
        cached: Whether the result comes from the cache.
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
    """A folder that has, for each key, `<key>.json` and, if the source compiled, `<key>.bin`."""

    def find_result(self, language: str, key: str) -> CompileResult | None:
        """Return the cached result, or None if there is none or its files are damaged."""
        name = f"{key[:2]}/{key}"
        path = self.find(f"{name}.json")
        if path is None:
            return None
        try:
            known = json.loads(path.read_bytes())
        except OSError:
            return None
        executable = None
        if "sha" in known:
            artifact = self.find(f"{name}.bin")
            if artifact is None:
                return None
            executable = Executable(language, known["sha"], artifact)
        return CompileResult(executable, known["diagnostics"], known["seconds"], cached=True)

    def store(
        self, language: str, key: str, artifact: bytes | None, result: CompileResult
    ) -> CompileResult:
        """Store a result and return it with its executable.

        The artifact is written first, so that a reader that finds `<key>.json` finds both.

        Raises:
            StorageError: The cache cannot be written.
        """
        name = f"{key[:2]}/{key}"
        known: dict[str, object] = {"diagnostics": result.diagnostics}
        if artifact is not None:
            path = self.write(f"{name}.bin", artifact)
            executable = Executable(language, digest(key, artifact), path)
            result = replace(result, executable=executable)
            known["sha"] = executable.sha
        known |= {"verdict": result.verdict, "seconds": round(result.seconds, 3)}
        self.write(f"{name}.json", json.dumps(known).encode())
        return result

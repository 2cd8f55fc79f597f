"""The one door to running anything: compile a source, run a program, run a package's script."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from pieforge.errors import IsolationError
from pieforge.sandbox import languages as spoken
from pieforge.sandbox.bubblewrap import Cell, Contents, Profile, Walls
from pieforge.sandbox.compilation.cache import CompileResult, Executable
from pieforge.sandbox.compilation.compiler import Compiler
from pieforge.sandbox.languages import Language
from pieforge.sandbox.limits import MIB, Limits, SandboxSettings
from pieforge.sandbox.native.build import (
    default_cache,
    launcher_binary,
    probe_binary,
    supervisor_binary,
)
from pieforge.sandbox.protocol import Flag, Record, Request
from pieforge.sandbox.self_test import prove, prove_limits
from pieforge.sandbox.verdict import RunResult, judge

__all__ = [
    "CompileResult",
    "Executable",
    "Limits",
    "RunResult",
    "Sandbox",
    "SandboxSettings",
    "program_request",
]

_STACK_BYTES = 256 * MIB
_THREAD_STACK_BYTES = 16 * MIB
"""Threads get the same address space as the first one, and all of them have to fit."""
_DATA_SLACK = 16 * MIB
_SPACE_SLACK = 256 * MIB
_SCRIPT_FOLDER = "/package"


def program_request(
    argv: Sequence[str],
    limits: Limits,
    *,
    threads: int = 1,
    extra_bytes: int = 0,
    space_bytes: int = 0,
    shadow_bytes: int = 0,
    environment: Mapping[str, str] | None = None,
    eager: bool = False,
) -> Request:
    """Return the request for one program under `limits`.

    Resident memory is what the limit is about, but the kernel limits only address space:
    private memory gets 16 MiB more than the limit and address space 256 MiB more, so that
    the peak can be read as over the limit before the kernel refuses. Where a language has
    a shadow, neither limit bites, and resident memory is watched.
    """
    memory = limits.memory_bytes + extra_bytes
    return Request(
        argv=[word.replace("{memory_bytes}", str(limits.memory_bytes)) for word in argv],
        cpu_s=limits.cpu_s,
        wall_s=limits.wall,
        data_bytes=memory + _DATA_SLACK + shadow_bytes,
        space_bytes=memory + _SPACE_SLACK + space_bytes + shadow_bytes,
        stack_bytes=min(limits.memory_bytes, _STACK_BYTES if threads == 1 else _THREAD_STACK_BYTES),
        whole_bytes=memory + _DATA_SLACK if shadow_bytes else 0,
        file_bytes=limits.output_bytes + 1,  # one byte more tells full from cut
        processes=threads,
        environment=environment or {},
        flags=(Flag.RANDOMISE if limits.randomise_layout else Flag(0))
        | (Flag.EAGER if eager else Flag(0)),
    )


def program_contents(executable: Executable) -> Contents:
    """Return what the program finds inside: itself, and what its language needs."""
    language = spoken.language(executable.language)
    return Contents(
        files={spoken.PROGRAM: executable.artifact},
        folders=language.folders,
        devices=bool(language.folders),
        processes=language.shadow_bytes > 0,
    )


class Sandbox:
    """Runs untrusted code on this machine: `async with Sandbox.open(settings) as sandbox`.

    Holds no process and no lock: tasks of one event loop may use it at once, and how many
    do is their concern. Created once in a process.
    """

    def __init__(self, settings: SandboxSettings, walls: Walls, cache: Path) -> None:
        self._walls = walls
        self._compiler = Compiler(settings, cache, self.records, walls)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: SandboxSettings | None = None) -> AsyncIterator[Self]:
        """Make the supervisor if need be, and prove by trying that containment holds here.

        Raises:
            MissingToolError: bubblewrap or the C compiler is not installed.
            ContainmentError: Untrusted code could not be contained; the fix is named.
            StorageError: The cache cannot be written.
        """
        settings = settings or SandboxSettings()
        cache = settings.cache or default_cache()
        walls = Walls.find(
            supervisor_binary(cache), launcher_binary(cache), uid=settings.uid, cache=cache
        )
        probe = probe_binary(cache)
        await prove(walls, probe)
        await prove_limits(walls, probe, cache)
        yield cls(settings, walls, cache)

    @property
    def walls(self) -> Walls:
        """How sandboxes are made here."""
        return self._walls

    async def records(
        self, contents: Contents, profile: Profile, request: Request, inputs: Sequence[bytes]
    ) -> list[Record]:
        """Return the raw records of a request's runs, for simulators and checks.

        Raises:
            IsolationError: The sandbox failed twice on the same input.
        """
        return [record async for record in self._records(contents, profile, request, inputs)]

    def cell(self, contents: Contents, profile: Profile) -> Cell:
        """Return a sandbox of one's own, for simulators and checks."""
        return Cell(self._walls, contents, profile)

    async def compile(self, language: Language, source: str) -> CompileResult:
        """Return the program that a source compiles to, or why it does not.

        The same source, commands and compiler are compiled once; that it does not compile is
        remembered too, unless a limit on time cut it off.

        Raises:
            MissingToolError: The compiler is not installed.
            IsolationError: The sandbox failed twice.
        """
        return await self._compiler.compile(language, source)

    def compiler_version(self, language: Language) -> str:
        """Return how the language's compiler or interpreter names itself, in one line.

        Raises:
            MissingToolError: It is not installed.
        """
        return self._compiler.version(language)

    async def run(
        self,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        stop: Callable[[int, RunResult], bool] | None = None,
        whole: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> list[RunResult]:
        """Run a program on every input, one after another in one sandbox.

        Args:
            executable: What `compile` gave.
            inputs: Standard inputs.
            limits: For each run.
            stop: Asked after each run, with the input's index and the result; once it says
                True no further input is run, and the list ends there. Only then can a large
                output be read in pieces.
            whole: Whether to keep large outputs whole, not just beginning, size and hash.
            environment: Variables in place of, or beside, the language's own.

        Raises:
            IsolationError: The sandbox failed twice on the same input.
        """
        limits = limits or Limits()
        language = spoken.language(executable.language)
        request = program_request(
            language.command(language.run),
            limits,
            threads=language.threads,
            extra_bytes=language.extra_bytes,
            space_bytes=language.space_bytes,
            shadow_bytes=language.shadow_bytes,
            environment={**language.variables(language.environment), **(environment or {})},
            eager=stop is not None,
        )
        results: list[RunResult] = []
        contents = program_contents(executable)
        profile = Profile.THREADS if language.threads > 1 else Profile.RUN
        async with aclosing(self._records(contents, profile, request, inputs)) as records:
            async for record in records:
                results.append(judge(record, limits))
                over = stop is not None and stop(len(results) - 1, results[-1])
                (results[-1].output.load if whole else results[-1].output.settle)()
                if over:
                    break
        return results

    async def call(
        self,
        executable: Executable,
        arguments: Sequence[str],
        stdin: bytes,
        limits: Limits,
        *,
        files: Mapping[str, bytes],
        writable: str,
    ) -> RunResult:
        """Run a compiled program of a problem package, an output validator say, once.

        Args:
            executable: What `compile` gave.
            arguments: Behind the program's own name.
            stdin: Standard input.
            limits: Of the run.
            files: Content by relative path; they lie read-only in the working folder.
            writable: A folder in it for at most 1 MiB of files, lost in the end.

        Raises:
            IsolationError: The sandbox failed twice.
        """
        contents = program_contents(executable)
        inside = {f"{_SCRIPT_FOLDER}/{path}": content for path, content in files.items()}
        contents = replace(
            contents,
            files={**contents.files, **inside},
            scratch={f"{_SCRIPT_FOLDER}/{writable}": MIB},
            workdir=_SCRIPT_FOLDER,
        )
        spoken_here = spoken.language(executable.language)
        request = program_request(
            (*spoken_here.command(spoken_here.run), *arguments),
            limits,
            threads=spoken_here.threads,
            extra_bytes=spoken_here.extra_bytes,
            space_bytes=spoken_here.space_bytes,
            environment=spoken_here.variables(spoken_here.environment),
        )
        [result] = await self._scripts(contents, [(request, stdin)], limits)
        return result

    async def script(
        self,
        files: Mapping[str, bytes],
        argv: Sequence[str],
        stdin: bytes = b"",
        limits: Limits | None = None,
    ) -> RunResult:
        """Run a Python script of a problem package: a generator or a validator.

        Args:
            files: Content by relative path; they lie read-only in the working folder.
            argv: The script's path and its arguments.
            stdin: Standard input.
            limits: Of the run.
        """
        [result] = await self.scripts(files, [(argv, stdin)], limits)
        return result

    async def scripts(
        self,
        files: Mapping[str, bytes],
        calls: Sequence[tuple[Sequence[str], bytes]],
        limits: Limits | None = None,
    ) -> list[RunResult]:
        """Make several calls of a package's scripts in one sandbox; see `script`.

        Raises:
            IsolationError: The sandbox failed twice.
        """
        limits = limits or Limits()
        python = spoken.language("python")
        contents = Contents(
            files={f"{_SCRIPT_FOLDER}/{path}": content for path, content in files.items()},
            folders=python.folders,
            devices=True,
            workdir=_SCRIPT_FOLDER,
        )
        requests = []
        for argv, stdin in calls:
            request = program_request(
                (python.tool_path(), "-B", *argv),
                limits,
                threads=python.threads,
                extra_bytes=python.extra_bytes,
                environment={**python.variables(python.environment), "PYTHONPATH": _SCRIPT_FOLDER},
            )
            requests.append((request, stdin))
        return await self._scripts(contents, requests, limits)

    async def _scripts(
        self, contents: Contents, requests: Sequence[tuple[Request, bytes]], limits: Limits
    ) -> list[RunResult]:
        results: list[RunResult] = []
        for attempt in range(2):
            try:
                async with self.cell(contents, Profile.THREADS) as cell:
                    for request, stdin in requests[len(results) :]:
                        [record] = [record async for record in cell.run(request, [stdin])]
                        results.append(judge(record, limits))
                        results[-1].output.load()
            except IsolationError:
                if attempt:
                    raise
            else:
                break
        return results

    async def _records(
        self, contents: Contents, profile: Profile, request: Request, inputs: Sequence[bytes]
    ) -> AsyncGenerator[Record, None]:
        """Yield one record for each input; a sandbox that fails is replaced once an input."""
        done = 0
        failed_at = -1
        while done < len(inputs):
            try:
                async with (
                    self.cell(contents, profile) as cell,
                    aclosing(cell.run(request, inputs[done:])) as records,
                ):
                    async for record in records:
                        done += 1
                        yield record
            except IsolationError:
                if failed_at == done:
                    raise
                failed_at = done

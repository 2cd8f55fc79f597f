"""The sandbox's public interface: compile a source, run a program, run a package's script.

Every other package runs untrusted code through `Sandbox` alone.
"""

import logging
import os
import signal
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Self

from pieforge.errors import SandboxError
from pieforge.records import Verdict
from pieforge.sandbox import languages
from pieforge.sandbox.bubblewrap import (
    BubblewrapSetup,
    SandboxContents,
    SandboxProcess,
    SeccompProfile,
)
from pieforge.sandbox.compilation.cache import CompileResult, Executable
from pieforge.sandbox.compilation.compiler import Compiler
from pieforge.sandbox.languages import Language
from pieforge.sandbox.limits import (
    MIB,
    Limits,
    SandboxSettings,
    require_sufficient_limits,
)
from pieforge.sandbox.native.build import build_fork_server, build_probe, get_default_cache
from pieforge.sandbox.protocol import RequestFlag, RunRecord, RunRequest
from pieforge.sandbox.self_test import require_containment, require_limits
from pieforge.sandbox.verdict import RunResult, interpret_record

__all__ = [
    "CompileResult",
    "Executable",
    "Limits",
    "RunResult",
    "Sandbox",
    "SandboxSettings",
    "build_program_request",
]

_logger = logging.getLogger(__name__)

_STACK_BYTES = 256 * MIB
_THREAD_STACK_BYTES = 16 * MIB
"""Stack of each thread in languages with threads: pthreads takes the stack limit as the default
size of every thread's stack, and all stacks have to fit into the address space."""
_DATA_SLACK = 16 * MIB
"""How far the kernel's limit on private memory lies above the run's memory limit."""
_SPACE_SLACK = 256 * MIB
"""How far the kernel's limit on address space lies above the run's memory limit."""
_WRONG_ACCESS = (signal.SIGSEGV, signal.SIGBUS)
_UNLIMITED = 1 << 45
FORK_SERVER = "/fork_server.so"
"""Path inside the sandbox of the library that makes an interpreter a fork server."""
_SCRIPT_FOLDER = "/package"
"""Working folder inside the sandbox of a package's scripts and programs."""


def build_program_request(
    language: Language,
    limits: Limits,
    argv: Sequence[str] = (),
    environment: Mapping[str, str] = MappingProxyType({}),
    *,
    eager: bool = False,
) -> RunRequest:
    """Return the request for one program under `limits`.

    `limits.memory_bytes` limits resident memory, but the kernel can only limit private memory
    (RLIMIT_DATA) and address space (RLIMIT_AS). These are set 16 MiB and 256 MiB higher, so that
    a program exceeds its limit visibly before the kernel refuses it memory. For a language with
    shadow memory the kernel's limits have no effect; pieforge then watches resident memory from
    outside (`RunRequest.total_memory_bytes`).

    Args:
        language: Language of the program.
        limits: Limits of the run.
        argv: Command; the language's own command if empty.
        environment: Variables that are added to the language's own, or replace them.
        eager: Whether the supervisor sends every record at once instead of collecting several.
    """
    argv = argv or language.expand_command(language.run)
    memory = limits.memory_bytes + language.extra_bytes
    shadow = language.shadow_bytes
    stack = _STACK_BYTES if language.threads == 1 else _THREAD_STACK_BYTES
    flags = RequestFlag.EAGER if eager else RequestFlag(0)
    return RunRequest(
        argv=[word.replace("{memory_bytes}", str(limits.memory_bytes)) for word in argv],
        cpu_s=limits.cpu_s,
        wall_s=limits.effective_wall_s,
        data_bytes=memory + _DATA_SLACK + shadow,
        space_bytes=memory + _SPACE_SLACK + language.space_bytes + shadow,
        stack_bytes=min(limits.memory_bytes, stack),
        total_memory_bytes=memory + _DATA_SLACK if shadow else 0,
        # One byte more than the limit distinguishes an output that fills it from one beyond it.
        file_bytes=limits.output_bytes + 1,
        processes=language.threads,
        environment={**language.expand_variables(language.environment), **environment},
        flags=flags | RequestFlag.RANDOMIZE if limits.randomize_layout else flags,
    )


def _create_scratch(writable: str) -> dict[str, int]:
    return {f"{_SCRIPT_FOLDER}/{writable}": MIB} if writable else {}


def build_program_contents(executable: Executable) -> SandboxContents:
    """Return what the sandbox of a program contains: the program, and what its language needs."""
    language = languages.get_language(executable.language)
    return SandboxContents(
        files={languages.PROGRAM: executable.artifact},
        folders=language.folders,
        has_dev_null=bool(language.folders),
        has_proc=language.shadow_bytes > 0,
        profile=SeccompProfile.THREADS if language.threads > 1 else SeccompProfile.RUN,
    )


class Sandbox:
    """Runs untrusted code on this machine: `async with Sandbox.open(settings) as sandbox`.

    It holds no lock between calls, and no process but fork servers, which end with it. Tasks of one
    event loop may call it concurrently; the executor limits how many do. Create it once per
    process.
    """

    def __init__(self, settings: SandboxSettings, bubblewrap: BubblewrapSetup, cache: Path) -> None:
        self.bubblewrap = bubblewrap
        """How sandboxes are created on this machine."""
        self._compiler = Compiler(settings, cache, self.run_request, bubblewrap)
        self._idle: list[tuple[str, SandboxProcess]] = []
        self._max_idle = 0

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: SandboxSettings | None = None) -> AsyncIterator[Self]:
        """Build the supervisor where it is not cached, and test containment on this machine.

        Raises:
            MissingToolError: bubblewrap or the C compiler is not installed.
            ContainmentError: A test of containment failed, or an inherited limit is too low; the
                message names the fix.
            StorageError: The cache cannot be written.
        """
        require_sufficient_limits()
        settings = settings or SandboxSettings()
        cache = settings.cache or get_default_cache()
        bubblewrap = BubblewrapSetup.find(cache, uid=settings.uid)
        probe = build_probe(cache)
        await require_containment(bubblewrap, probe)
        await require_limits(bubblewrap, probe, cache)
        sandbox = cls(settings, bubblewrap, cache)
        async with sandbox.keep_fork_servers():
            yield sandbox

    @asynccontextmanager
    async def keep_fork_servers(self) -> AsyncIterator[None]:
        """Keep fork servers for later requests, until this context ends; `open` does."""
        self._max_idle = os.cpu_count() or 1
        try:
            yield
        finally:
            self._max_idle = 0
            await self._close_idle()

    @property
    def fork_server(self) -> Path:
        """The library that makes an interpreter a fork server; see fork_server.c.

        Raises:
            MissingToolError: There is no C compiler.
            StorageError: The cache cannot be written.
        """
        return build_fork_server(self.bubblewrap.cache)

    async def run_request(
        self, contents: SandboxContents, request: RunRequest, inputs: Sequence[bytes]
    ) -> list[RunRecord]:
        """Return the raw records of a request's runs, one for each input.

        Simulators and checks call it; programs are run with `run`.

        For a request with a `program`, the started interpreter is kept for further requests that
        differ only in it.

        Raises:
            SandboxError: The sandbox failed twice on the same input.
        """
        return [record async for record in self._stream_records(contents, request, inputs)]

    def share_interpreter(
        self, contents: SandboxContents, request: RunRequest
    ) -> tuple[SandboxContents, RunRequest]:
        """Make the runs of a request forks of one interpreter, whose start takes longer than most.

        Only for programs of a language with `forks`.
        """
        shared = replace(
            contents,
            files={**contents.files, FORK_SERVER: self.fork_server},
            profile=SeccompProfile.THREADS_FORK,
        )
        preloaded = {**request.environment, "LD_PRELOAD": FORK_SERVER}
        return shared, replace(request, environment=preloaded)

    async def compile(
        self,
        language: Language,
        source: str,
        others: Mapping[str, str] = MappingProxyType({}),
    ) -> CompileResult:
        """Return the program that a source compiles to, or why it does not compile.

        Results are cached by source, commands and compiler. A compile error is cached too, unless
        the compiler was stopped by a limit on time or memory.

        Args:
            language: Language of the source.
            source: Its text.
            others: Texts of further files of the program, by relative path: headers and, in C and
                C++, sources that are compiled together with it.

        Raises:
            MissingToolError: The compiler is not installed.
            SandboxError: The sandbox failed twice.
        """
        return await self._compiler.compile(language, source, others)

    def get_compiler_version(self, language: Language) -> str:
        """Return the version line of the language's compiler or interpreter.

        Raises:
            MissingToolError: It is not installed.
        """
        return self._compiler.get_version(language)

    async def run(
        self,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        arguments: Sequence[str] = (),
        stop: Callable[[int, RunResult], bool] | None = None,
        keep_output: bool = False,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> list[RunResult]:
        """Run a program on every input, one after another in one sandbox.

        Args:
            executable: Program that `compile` returned.
            inputs: Standard inputs.
            limits: Limits of each run.
            arguments: Arguments of each run, after the program's name.
            stop: Called after each run with the input's index and the result. When it returns
                True, no further input is run and the list ends with that result. Only inside
                this call can a large output be read in pieces.
            keep_output: Whether to keep large outputs whole instead of beginning, size and hash.
            environment: Variables that are added to the language's own, or replace them.

        Raises:
            SandboxError: The sandbox failed twice on the same input.
        """
        limits = limits or Limits()
        language = languages.get_language(executable.language)
        eager = stop is not None
        command = (*language.expand_command(language.run), *arguments) if arguments else ()
        request = build_program_request(language, limits, command, environment, eager=eager)
        results: list[RunResult] = []
        contents = build_program_contents(executable)
        # With a random layout each run starts an interpreter of its own.
        if language.forks and not limits.randomize_layout:
            contents, request = self.share_interpreter(contents, request)
        async with aclosing(self._stream_records(contents, request, inputs)) as records:
            async for record in records:
                results.append(interpret_record(record, limits))
                if stop is not None:
                    at = len(results) - 1
                    results[at:] = await self._name_memory(
                        executable, request, limits, inputs[at : at + 1], results[at:]
                    )
                over = stop is not None and stop(len(results) - 1, results[-1])
                # After `stop`, which may read the whole output; each result that keeps its file
                # would cost a descriptor.
                (results[-1].output.load if keep_output else results[-1].output.discard_tail)()
                if over:
                    break
        if stop is None:
            return await self._name_memory(executable, request, limits, inputs, results)
        return results

    async def _name_memory(
        self,
        executable: Executable,
        request: RunRequest,
        limits: Limits,
        inputs: Sequence[bytes],
        results: list[RunResult],
    ) -> list[RunResult]:
        """Return the results, with verdict MLE for crashes because memory was refused.

        A program without the allocation that it did not check, or without its static data, looks
        like any other that accesses a wrong address. So it runs again: the kernel refuses it
        nothing, and the supervisor stops it where its resident memory exceeds the limit.
        """
        crashed = [
            at
            for at, result in enumerate(results)
            if result.verdict is Verdict.RE and result.signal in _WRONG_ACCESS
        ]
        if not crashed:
            return results
        again = replace(
            request,
            data_bytes=_UNLIMITED,
            space_bytes=_UNLIMITED,
            total_memory_bytes=limits.memory_bytes,
        )
        contents = build_program_contents(executable)
        found = list(results)
        records = await self.run_request(contents, again, [inputs[at] for at in crashed])
        for at, record in zip(crashed, records, strict=True):
            if interpret_record(record, limits).verdict is Verdict.MLE:
                found[at] = replace(found[at], verdict=Verdict.MLE)
        return found

    async def run_package_program(
        self,
        executable: Executable,
        arguments: Sequence[str],
        stdin: bytes,
        limits: Limits,
        *,
        files: Mapping[str, bytes],
        writable: str,
    ) -> RunResult:
        """Run a compiled program of a problem package once, such as an output validator.

        Args:
            executable: Program that `compile` returned.
            arguments: Arguments after the program's name.
            stdin: Standard input.
            limits: Limits of the run.
            files: Content by relative path; read-only in the working folder.
            writable: Name of a folder in the working folder that takes at most 1 MiB of files.
                It is deleted with the sandbox. There is none if the name is empty.

        Raises:
            SandboxError: The sandbox failed twice.
        """
        contents = build_program_contents(executable)
        inside = {f"{_SCRIPT_FOLDER}/{path}": content for path, content in files.items()}
        contents = replace(
            contents,
            files={**contents.files, **inside},
            scratch=_create_scratch(writable),
            workdir=_SCRIPT_FOLDER,
            profile=SeccompProfile.THREADS,
        )
        language = languages.get_language(executable.language)
        command = (*language.expand_command(language.run), *arguments)
        request = build_program_request(language, limits, command)
        return await self._run_once(contents, request, stdin, limits)

    async def run_script(
        self,
        files: Mapping[str, bytes],
        argv: Sequence[str],
        stdin: bytes = b"",
        limits: Limits | None = None,
        writable: str = "",
    ) -> RunResult:
        """Run a Python script of a problem package: a generator or a validator.

        Args:
            files: Content by relative path; read-only in the working folder.
            argv: The script's path and its arguments.
            stdin: Standard input.
            limits: Limits of the run.
            writable: See `run_package_program`.

        Raises:
            SandboxError: The sandbox failed twice.
        """
        limits = limits or Limits()
        python = languages.get_language("python")
        contents = SandboxContents(
            files={f"{_SCRIPT_FOLDER}/{path}": content for path, content in files.items()},
            folders=python.folders,
            scratch=_create_scratch(writable),
            has_dev_null=True,
            workdir=_SCRIPT_FOLDER,
            profile=SeccompProfile.THREADS,
        )
        command = (python.find_tool(), "-B", *argv)
        here = {"PYTHONPATH": _SCRIPT_FOLDER}
        request = build_program_request(python, limits, command, here)
        return await self._run_once(contents, request, stdin, limits)

    async def _run_once(
        self, contents: SandboxContents, request: RunRequest, stdin: bytes, limits: Limits
    ) -> RunResult:
        [record] = await self.run_request(contents, request, [stdin])
        result = interpret_record(record, limits)
        result.output.load()
        return result

    async def _stream_records(
        self, contents: SandboxContents, request: RunRequest, inputs: Sequence[bytes]
    ) -> AsyncGenerator[RunRecord, None]:
        """Yield one record for each input; replace a failed sandbox once for each input."""
        done = 0
        failed_at = -1
        while done < len(inputs):
            try:
                async with (
                    self._enter_process(contents, request, is_new=failed_at == done) as process,
                    aclosing(process.run(request, inputs[done:])) as records,
                ):
                    async for record in records:
                        done += 1
                        yield record
            except (SandboxError, OSError) as error:
                # A second failure on the same input is raised; progress in between resets it.
                if failed_at == done:
                    if isinstance(error, OSError):
                        raise SandboxError(f"the sandbox failed: {error}") from error
                    raise
                failed_at = done
                _logger.warning(
                    "a sandbox failed; pieforge runs input %d again in a new one: %s", done, error
                )

    @asynccontextmanager
    async def _enter_process(
        self, contents: SandboxContents, request: RunRequest, *, is_new: bool
    ) -> AsyncIterator[SandboxProcess]:
        """Enter a new sandbox, or for a fork server one that an equal request has left.

        Args:
            contents: What the sandbox contains.
            request: The request that it will take.
            is_new: Whether it must be a new one.
        """
        if request.program is None:
            async with SandboxProcess(self.bubblewrap, contents) as process:
                yield process
            return
        key = repr((contents, replace(request, program=None)))
        found = next((item for item in self._idle if item[0] == key and not is_new), None)
        if found is None:
            process = await SandboxProcess(self.bubblewrap, contents).__aenter__()
        else:
            self._idle.remove(found)
            process = found[1]
        async with AsyncExitStack() as leaving:
            leaving.push_async_exit(process)
            yield process
            leaving.pop_all()
            self._idle.append((key, process))
        await self._close_idle()

    async def _close_idle(self) -> None:
        """End the fork servers that have been idle longest; each takes about 50 MiB."""
        while len(self._idle) > self._max_idle:
            await self._idle.pop(0)[1].__aexit__()

"""Compile sources inside the sandbox: cached, with precompiled headers and a fast linker."""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from pieforge.records import digest
from pieforge.sandbox import languages
from pieforge.sandbox.bubblewrap_arguments import BubblewrapSetup, SandboxContents, SeccompProfile
from pieforge.sandbox.compilation import trimmed_archives
from pieforge.sandbox.compilation.cache import CompileCache, CompileResult
from pieforge.sandbox.compilation.precompiled_headers import (
    HeaderCache,
    PrecompiledHeader,
    find_leading_includes,
    render_header,
)
from pieforge.sandbox.compilation.trimmed_archives import LibraryCache
from pieforge.sandbox.languages import Language
from pieforge.sandbox.limits import MIB, SandboxSettings
from pieforge.sandbox.protocol import EndReason, RunRecord, RunRequest
from pieforge.tools import query_tool

_BUILD_TMPFS = 256 * MIB
_BUILD_PROCESSES = 32
_TRIMMED_FOLDER = "/libraries"
_HEADER_BYTES = 192 * MIB
"""Largest precompiled header; the one of <bits/stdc++.h> takes 100 MiB."""
_TEMPORARY_NAME = re.compile(rf"{languages.SCRATCH}/cc\w{{6}}\b")
"""gcc's temporary object files, whose random names appear in the linker's messages. pieforge
replaces them, so that diagnostics are repeatable."""
# Without threads and without mold's background process, the run's CPU time covers all its work.
_MOLD = ("-fuse-ld=mold", "-Wl,--no-threads", "-Wl,--no-fork")

RequestRunner = Callable[[SandboxContents, RunRequest, Sequence[bytes]], Awaitable[list[RunRecord]]]
"""Runs a request inside the sandbox: `Sandbox.run_request`."""


@dataclass(frozen=True)
class _Toolchain:
    """A language's compiler.

    Attributes:
        version: Its real path, and below it the output of its version command, with the linker's.
        linker_options: The compiler's options that choose the linker.
    """

    version: str
    linker_options: tuple[str, ...]


@dataclass(frozen=True)
class _Accelerators:
    """Files that make a compilation faster and do not change the program's bytes.

    Attributes:
        header: A precompiled header.
        libraries: Trimmed archives, by library.
    """

    header: PrecompiledHeader | None = None
    libraries: Mapping[str, Path] = field(default_factory=dict)

    def can_cause_failure(self, record: RunRecord) -> bool:
        """Return whether a compilation failed that might succeed without the accelerators.

        A trimmed archive can only fail the link, which gcc reports by the name `collect2`.
        """
        unlinked = bool(self.libraries) and b"collect2" in record.stderr
        return record.status != 0 and (self.header is not None or unlinked)


class Compiler:
    """Compiles for one `Sandbox`, which passes its `run_request` and its `BubblewrapSetup`."""

    def __init__(
        self,
        settings: SandboxSettings,
        cache: Path,
        run_request: RequestRunner,
        bubblewrap: BubblewrapSetup,
    ) -> None:
        self._settings = settings
        self._run_request = run_request
        self._bubblewrap = bubblewrap
        self._compiled = CompileCache(cache / "compiled")
        self._headers = HeaderCache(cache / "headers")
        self._libraries = LibraryCache(cache / "libraries")
        self._versions: dict[tuple[str, int, tuple[str, ...]], str] = {}
        self._locks: dict[str, asyncio.Lock] = {}
        self._mountable: dict[Path, bool] = {}

    async def compile(
        self, language: Language, source: str, others: Mapping[str, str]
    ) -> CompileResult:
        """Return the program that a source compiles to, or why not; see `Sandbox.compile`."""
        # A lone surrogate must not raise here; the compiler reports it as invalid UTF-8.
        text = source.encode(errors="surrogatepass")
        tools = self._find_toolchain(language)
        parts = (part for item in others.items() for part in item)
        key = digest(text, language.sha, tools.version, *parts)
        async with self._lock_key(key):
            cached = self._compiled.find_result(language.key, key)
            return cached or await self._compile(language, tools, text, others, key)

    def get_version(self, language: Language) -> str:
        """Return the version line of the language's compiler, and of mold where it links."""
        return self._find_toolchain(language).version.splitlines()[1]

    def _find_toolchain(self, language: Language) -> _Toolchain:
        compiler = self._query_tool(language.find_tool(), language.version)
        mold = shutil.which("ld.mold", path=languages.SEARCH_PATH) if language.header_kind else None
        if mold is None:
            return _Toolchain(compiler, ())
        path, name, *rest = compiler.splitlines()
        linker = self._query_tool(mold, ("--version",)).splitlines()[1]
        return _Toolchain("\n".join((path, f"{name}, {linker}", *rest)), _MOLD)

    def _query_tool(self, tool: str, arguments: Sequence[str]) -> str:
        """Return a tool's real path, and on the lines below it the tool's output."""
        path = os.path.realpath(tool)
        # The time stamp, because a long-running process may see the tool upgraded.
        changed = (path, Path(path).stat().st_mtime_ns, tuple(arguments))
        if changed not in self._versions:
            self._versions[changed] = f"{path}\n{query_tool([path, *arguments])}"
        return self._versions[changed]

    @asynccontextmanager
    async def _lock_key(self, key: str) -> AsyncIterator[None]:
        """Let one task at a time work on a key: the others wait, and then find its result."""
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._locks.pop(key, None)

    async def _compile(
        self,
        language: Language,
        tools: _Toolchain,
        source: bytes,
        others: Mapping[str, str],
        key: str,
    ) -> CompileResult:
        command = language.expand_command(language.compile) + tools.linker_options
        accelerators = _Accelerators()
        if others:
            command = _add_sources(language, command, others)
        else:
            accelerators = _Accelerators(
                await self._prepare_header(language, tools, source),
                await self._prepare_archives(language, tools),
            )
        request = self._create_request(language, command)
        record = await self._build(language, source, request, accelerators, others)
        # Again without: a failure and its messages must be those of the plain compiler.
        if accelerators.can_cause_failure(record) and not _has_hit_limit(record, request):
            record = await self._build(language, source, request, _Accelerators(), others)
        diagnostics = (record.stderr + record.output.head).decode(errors="replace")
        diagnostics = _TEMPORARY_NAME.sub(f"{languages.SCRATCH}/main", diagnostics)
        diagnostics = diagnostics[: self._settings.diagnostics_bytes]
        if _has_hit_limit(record, request):
            what = "memory" if record.reason is EndReason.MEMORY_LIMIT else "time"
            diagnostics += f"\nthe compiler was stopped by its limit on {what}"
            # Not stored: on a less busy machine the same source may compile.
            return CompileResult(None, diagnostics, record.wall_s)
        artifact = record.fetched if record.status == 0 else None
        if artifact is None and not diagnostics:
            diagnostics = "the compiler wrote no program"
        result = CompileResult(None, diagnostics, record.wall_s)
        return self._compiled.store(language.key, key, artifact, result)

    async def _build(
        self,
        language: Language,
        source: bytes,
        request: RunRequest,
        accelerators: _Accelerators,
        others: Mapping[str, str],
    ) -> RunRecord:
        files = {f"{languages.SOURCE_FOLDER}/{name}": t.encode() for name, t in others.items()}
        mounts, argv = {}, [*request.argv]
        if header := accelerators.header:
            files[header.path] = header.text
            mounts[f"{header.path}.gch"] = header.artifact
            # gcc looks for `<path>.gch` when it includes `<path>`.
            argv += ["-include", header.path]
        if libraries := accelerators.libraries:
            mounts |= {f"{_TRIMMED_FOLDER}/{name}": path for name, path in libraries.items()}
            # Folders of -L come before the compiler's own.
            argv.append(f"-L{_TRIMMED_FOLDER}")
        return await self._run(language, source, replace(request, argv=argv), files, mounts)

    def _can_mount(self, path: Path) -> bool:
        """Return whether a file of the cache can be mounted; each folder is tested once."""
        if path.parent not in self._mountable:
            self._mountable[path.parent] = self._bubblewrap.can_mount(path.parent)
        return self._mountable[path.parent]

    async def _prepare_header(
        self, language: Language, tools: _Toolchain, source: bytes
    ) -> PrecompiledHeader | None:
        """Return the precompiled header for a source's leading includes, if there is one.

        It is created when its sequence of headers has been met often enough (`record_miss`).
        """
        names = find_leading_includes(source) if language.header_kind else ()
        identity = (language.sha, tools.version)
        if self._headers.record_miss(names, *identity):
            async with self._lock_key(digest(*names, *identity)):
                if not self._headers.is_cached(names, *identity):
                    path = self._headers.get_include_path(names, *identity)
                    artifact = await self._precompile(language, path, render_header(names))
                    if artifact is not None:
                        self._headers.store(names, artifact, *identity)
        return self._headers.find_longest(names, *identity)

    async def _precompile(self, language: Language, path: str, text: bytes) -> bytes | None:
        """Return a header precompiled with the language's flags.

        Empty if the compiler refuses it, which is cached; None if a limit on wall time or memory
        stopped the compiler, which is tried again.
        """
        words = language.expand_command(language.compile)
        # Libraries are nothing to a header, and the source would be compiled in addition.
        command = [word for word in words if not word.startswith(("-l", language.source_name))]
        request = replace(
            self._create_request(language, (*command, "-x", language.header_kind, path)),
            file_bytes=_HEADER_BYTES,
            fetch_bytes=_HEADER_BYTES,
        )
        record = await self._run(language, b"", request, {path: text})
        if record.reason in (EndReason.WALL_LIMIT, EndReason.MEMORY_LIMIT):
            return None
        return (record.status == 0 and record.fetched) or b""

    async def _prepare_archives(self, language: Language, tools: _Toolchain) -> Mapping[str, Path]:
        """Return the trimmed archives to link with, if there are any.

        They are created when programs have been linked often enough (`record_miss`).
        """
        if not tools.linker_options or "-static" not in language.compile:
            return {}
        whole = trimmed_archives.find_archives(self._query_library_path(language))
        key = self._libraries.compute_key(whole, language.header_kind, tools.version)
        if self._libraries.find_archives(key) is None and self._libraries.record_miss(key):
            async with self._lock_key(key):
                if self._libraries.find_archives(key) is None:
                    link_map = await self._create_link_map(language, tools)
                    self._libraries.store(key, trimmed_archives.trim_archives(whole, link_map))
        return self._libraries.find_archives(key) or {}

    def _query_library_path(self, language: Language) -> list[Path]:
        """Return the folders in which the linker looks for libraries, in its order."""
        printed = self._query_tool(language.find_tool(), ("-print-search-dirs",))
        return [Path(word) for word in printed.partition("libraries: =")[2].strip().split(":")]

    async def _create_link_map(self, language: Language, tools: _Toolchain) -> bytes:
        """Return the linker's map of the representative program; empty if it does not link."""
        # The file that the sandbox returns is the map here, so the program gets another name.
        words = (*language.expand_command(language.compile), *tools.linker_options)
        program = f"{languages.SCRATCH}/program"
        command = [program if word == languages.OUTPUT else word for word in words]
        request = self._create_request(language, (*command, "-O0", f"-Wl,-Map={languages.OUTPUT}"))
        source = trimmed_archives.REPRESENTATIVE_PROGRAM.read_bytes()
        record = await self._run(language, source, request)
        return (record.status == 0 and record.fetched) or b""

    async def _run(
        self,
        language: Language,
        source: bytes,
        request: RunRequest,
        files: Mapping[str, bytes] = MappingProxyType({}),
        mounts: Mapping[str, Path] = MappingProxyType({}),
    ) -> RunRecord:
        """Run a command in the folder of a source.

        Args:
            language: Language of the source.
            source: Its bytes.
            request: The command and its limits.
            files: Content of further files by path.
            mounts: Files of the cache by path inside: mounted, or copied if that is not possible.
        """
        copied = {inside: path for inside, path in mounts.items() if not self._can_mount(path)}
        contents = SandboxContents(
            files={f"{languages.SOURCE_FOLDER}/{language.source_name}": source, **files, **copied},
            mounts={inside: path for inside, path in mounts.items() if inside not in copied},
            folders=(*languages.SYSTEM_FOLDERS, *language.build_folders),
            links=language.expand_variables(language.build_links),
            scratch={languages.SCRATCH: _BUILD_TMPFS},
            has_dev_null=True,
            workdir=languages.SOURCE_FOLDER,
            profile=SeccompProfile.BUILD,
        )
        [record] = await self._run_request(contents, request, [b""])
        return record

    def _create_request(self, language: Language, command: Sequence[str]) -> RunRequest:
        settings = self._settings
        return RunRequest(
            argv=command,
            environment={
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "TMPDIR": languages.SCRATCH,
                **language.expand_variables(language.build_environment),
            },
            cpu_s=settings.compile_cpu_s,
            wall_s=3 * settings.compile_cpu_s,  # other processes use the cores too
            # Each process has this limit by the kernel, all together by `total_memory_bytes`.
            data_bytes=settings.compile_memory_bytes,
            space_bytes=settings.compile_memory_bytes,
            stack_bytes=64 * MIB,
            file_bytes=settings.artifact_bytes,
            processes=_BUILD_PROCESSES,
            total_memory_bytes=settings.compile_memory_bytes,
            keep_err=settings.diagnostics_bytes,
            fetch=languages.OUTPUT,
            fetch_bytes=settings.artifact_bytes,
        )


def _has_hit_limit(record: RunRecord, request: RunRequest) -> bool:
    return record.reason is not EndReason.ENDED or record.cpu_s > request.cpu_s


def _add_sources(
    language: Language, command: Sequence[str], others: Mapping[str, str]
) -> tuple[str, ...]:
    """Return a command that also compiles the other sources of a C or C++ program."""
    if not language.header_kind:
        return tuple(command)
    at = command.index(language.source_name)  # libraries have to follow the sources
    sources = (name for name in others if name.endswith(language.suffix))
    return (*command[: at + 1], "-I.", *sources, *command[at + 1 :])

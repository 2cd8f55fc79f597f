"""Compiles sources inside the walls: each once, with precompiled headers and a fast linker."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pieforge.records import Verdict, digest
from pieforge.sandbox import languages as spoken
from pieforge.sandbox.bubblewrap_arguments import Contents, Profile, Walls
from pieforge.sandbox.compilation import trimmed_archives
from pieforge.sandbox.compilation.cache import CompileCache, CompileResult
from pieforge.sandbox.compilation.precompiled_headers import (
    HeaderCache,
    Precompiled,
    header_text,
    included_first,
)
from pieforge.sandbox.compilation.trimmed_archives import LibraryCache
from pieforge.sandbox.languages import Language
from pieforge.sandbox.limits import MIB, SandboxSettings
from pieforge.sandbox.protocol import Reason, Record, Request

_BUILD_TMPFS = 256 * MIB
_BUILD_PROCESSES = 32
_SMALLER = "/libraries"
_HEADER_BYTES = 192 * MIB
"""Largest precompiled header; that of <bits/stdc++.h> takes 100 MiB."""
_TEMPORARY = re.compile(rf"{spoken.SCRATCH}/cc\w{{6}}\b")
"""gcc's names of what it hands to the linker, which differ each time."""
_MOLD = ("-fuse-ld=mold", "-Wl,--no-threads", "-Wl,--no-fork")  # what it costs is seen and counted

Records = Callable[[Contents, Profile, Request, Sequence[bytes]], Awaitable[list[Record]]]
"""Runs a request inside the walls: `Sandbox.records`."""


@dataclass(frozen=True)
class _Tools:
    """A language's compiler: how it names itself, and the words that choose the linker."""

    version: str
    linker: tuple[str, ...]


@dataclass(frozen=True)
class _Helps:
    """What makes a compilation faster and leaves the program as it is.

    Attributes:
        header: A precompiled header.
        libraries: A folder of smaller archives.
    """

    header: Precompiled | None = None
    libraries: Path | None = None

    def may_fail(self, record: Record) -> bool:
        """Say whether without them something else might have come of it."""
        unlinked = self.libraries is not None and b"collect2" in record.stderr
        return record.status != 0 and (self.header is not None or unlinked)


class Compiler:
    """Compiles for one `Sandbox`, which gives it `records` and its walls."""

    def __init__(
        self, settings: SandboxSettings, cache: Path, records: Records, walls: Walls
    ) -> None:
        self._settings = settings
        self._records = records
        self._walls = walls
        self._compiled = CompileCache(cache / "compiled")
        self._headers = HeaderCache(cache / "headers")
        self._libraries = LibraryCache(cache / "libraries")
        self._versions: dict[tuple[str, int, tuple[str, ...]], str] = {}
        self._compiling: dict[str, asyncio.Lock] = {}
        self._shown: dict[Path, bool] = {}

    async def compile(self, language: Language, source: str) -> CompileResult:
        """Return the program that a source compiles to, or why it does not; see `Sandbox`."""
        text = source.encode(errors="surrogatepass")
        tools = self._tools(language)
        key = digest(text, language.sha, tools.version)
        async with self._alone(key):
            found = self._compiled.find(language.key, key)
            return found or await self._compile(language, tools, text, key)

    def version(self, language: Language) -> str:
        """Return how the language's compiler, and the linker if chosen, name themselves."""
        return self._tools(language).version.splitlines()[1]

    def _tools(self, language: Language) -> _Tools:
        compiler = self._named(language.tool_path(), language.version)
        mold = shutil.which("ld.mold", path=spoken.SEARCH_PATH) if language.header_kind else None
        if mold is None:
            return _Tools(compiler, ())
        path, name, *rest = compiler.splitlines()
        linker = self._named(mold, ("--version",)).splitlines()[1]
        return _Tools("\n".join((path, f"{name}, {linker}", *rest)), _MOLD)

    def _named(self, tool: str, arguments: Sequence[str]) -> str:
        """Return a tool's real path, and below it how the tool names itself."""
        path = os.path.realpath(tool)
        changed = (path, Path(path).stat().st_mtime_ns, tuple(arguments))
        if changed not in self._versions:
            done = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
            self._versions[changed] = f"{path}\n{done.stdout}"
        return self._versions[changed]

    @asynccontextmanager
    async def _alone(self, key: str) -> AsyncIterator[None]:
        """Keep other tasks from doing the same at once: they wait, and find it done."""
        try:
            async with self._compiling.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._compiling.pop(key, None)

    async def _compile(
        self, language: Language, tools: _Tools, source: bytes, key: str
    ) -> CompileResult:
        request = self._request(language, language.command(language.compile) + tools.linker)
        helps = _Helps(
            await self._header(language, tools, source), await self._smaller(language, tools)
        )
        record = await self._build(language, source, request, helps)
        if helps.may_fail(record) and not _stopped(record, request):
            record = await self._build(language, source, request, _Helps())
        diagnostics = (record.stderr + record.output.head).decode(errors="replace")
        diagnostics = _TEMPORARY.sub(f"{spoken.SCRATCH}/main", diagnostics)
        diagnostics = diagnostics[: self._settings.diagnostics_bytes]
        if _stopped(record, request):
            what = "memory" if record.reason is Reason.MEMORY_LIMIT else "time"
            diagnostics += f"\nthe compiler was stopped by its limit on {what}"
            return CompileResult(Verdict.CE, None, diagnostics, record.wall_s, cached=False)
        artifact = record.fetched if record.status == 0 else None
        if artifact is None and not diagnostics:
            diagnostics = "the compiler made no program"
        return self._compiled.keep(language.key, key, artifact, diagnostics, record.wall_s)

    async def _build(
        self, language: Language, source: bytes, request: Request, helps: _Helps
    ) -> Record:
        files: dict[str, bytes | Path] = {f"{spoken.SOURCE_FOLDER}/{language.source_name}": source}
        shown: dict[str, Path] = {}
        argv = [*request.argv]
        if helps.header is not None:
            files[helps.header.path] = helps.header.text
            shown[f"{helps.header.path}.gch"] = helps.header.artifact
            argv += ["-include", helps.header.path]
        if helps.libraries is not None:
            shown |= {f"{_SMALLER}/{path.name}": path for path in helps.libraries.glob("*.a")}
            argv.append(f"-L{_SMALLER}")
        return await self._run(language, files, replace(request, argv=argv), shown)

    def _can_show(self, path: Path) -> bool:
        """Say whether a file of the cache can be shown; a folder is tried once."""
        if path.parent not in self._shown:
            self._shown[path.parent] = self._walls.can_show(path.parent)
        return self._shown[path.parent]

    async def _header(self, language: Language, tools: _Tools, source: bytes) -> Precompiled | None:
        """Return the precompiled header for what a source includes first; make it if it pays."""
        names = included_first(source) if language.header_kind else ()
        identity = (language.sha, tools.version)
        if self._headers.wanted(names, *identity):
            async with self._alone(digest(*names, *identity)):
                if not self._headers.known(names, *identity):
                    path, text = self._headers.path(names, *identity), header_text(names)
                    artifact = await self._precompile(language, path, text)
                    if artifact is not None:
                        self._headers.keep(names, artifact, *identity)
        return self._headers.longest(names, *identity)

    async def _precompile(self, language: Language, path: str, text: bytes) -> bytes | None:
        """Return the precompiled header, made with the language's flags.

        It is empty where the compiler refuses, and None where a busy machine was too slow.
        """
        every = language.command(language.compile)
        command = [word for word in every if not word.startswith(("-l", language.source_name))]
        request = replace(
            self._request(language, (*command, "-x", language.header_kind, path)),
            file_bytes=_HEADER_BYTES,
            fetch_bytes=_HEADER_BYTES,
        )
        files = {path: text, f"{spoken.SOURCE_FOLDER}/{language.source_name}": b""}
        record = await self._run(language, files, request)
        if record.reason in (Reason.WALL_LIMIT, Reason.MEMORY_LIMIT):
            return None
        return (record.status == 0 and record.fetched) or b""

    async def _smaller(self, language: Language, tools: _Tools) -> Path | None:
        """Return the folder of smaller archives to link with; make it if it pays."""
        broad = trimmed_archives.BROAD.get(language.header_kind)
        if broad is None or not tools.linker or "-static" not in language.compile:
            return None
        whole = trimmed_archives.find(self._search_path(language))
        key = self._libraries.key(whole, language.header_kind, tools.version)
        if self._libraries.find(key) is None and self._libraries.wanted(key):
            async with self._alone(key):
                if self._libraries.find(key) is None:
                    link_map = await self._link_map(language, tools, broad.encode())
                    self._libraries.keep(key, trimmed_archives.smaller(whole, link_map))
        return self._libraries.find(key)

    def _search_path(self, language: Language) -> list[Path]:
        """Return where the linker looks for libraries, in its order."""
        said = self._named(language.tool_path(), ("-print-search-dirs",))
        return [Path(word) for word in said.partition("libraries: =")[2].strip().split(":")]

    async def _link_map(self, language: Language, tools: _Tools, source: bytes) -> bytes:
        """Return the linker's map of a program of our own; empty if it does not link."""
        words = (*language.command(language.compile), *tools.linker)
        command = [f"{spoken.SCRATCH}/program" if word == spoken.OUTPUT else word for word in words]
        request = self._request(language, (*command, "-O0", f"-Wl,-Map={spoken.OUTPUT}"))
        name = f"{spoken.SOURCE_FOLDER}/{language.source_name}"
        record = await self._run(language, {name: source}, request)
        return (record.status == 0 and record.fetched) or b""

    async def _run(
        self,
        language: Language,
        files: Mapping[str, bytes | Path],
        request: Request,
        shown: Mapping[str, Path] = MappingProxyType({}),
    ) -> Record:
        copied = {inside: path for inside, path in shown.items() if not self._can_show(path)}
        contents = Contents(
            files={**files, **copied},
            shown={inside: path for inside, path in shown.items() if inside not in copied},
            folders=(*spoken.SYSTEM_FOLDERS, *language.build_folders),
            links=language.variables(language.build_links),
            scratch={spoken.SCRATCH: _BUILD_TMPFS},
            devices=True,
            workdir=spoken.SOURCE_FOLDER,
        )
        [record] = await self._records(contents, Profile.BUILD, request, [b""])
        return record

    def _request(self, language: Language, command: Sequence[str]) -> Request:
        settings = self._settings
        return Request(
            argv=command,
            environment={
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "TMPDIR": spoken.SCRATCH,
                **language.variables(language.build_environment),
            },
            cpu_s=settings.compile_cpu_s,
            wall_s=3 * settings.compile_cpu_s,
            data_bytes=settings.compile_memory_bytes,
            space_bytes=settings.compile_memory_bytes,
            stack_bytes=64 * MIB,
            file_bytes=settings.artifact_bytes,
            processes=_BUILD_PROCESSES,
            whole_bytes=settings.compile_memory_bytes,
            keep_err=settings.diagnostics_bytes,
            fetch=spoken.OUTPUT,
            fetch_bytes=settings.artifact_bytes,
        )


def _stopped(record: Record, request: Request) -> bool:
    return record.reason is not Reason.ENDED or record.cpu_s > request.cpu_s

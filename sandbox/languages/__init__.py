"""Languages: one declaration per file; the file's stem is the language's key.

A declaration says how a source is compiled to one artifact, how the artifact is run, and what
both need. Paths inside the sandbox are fixed, so that artifacts and counts do not depend on the
host: the source is `/src/main<suffix>`, the working folder is `/src`, the compiler writes
`/tmp/out`, and the artifact is run as `/prog`.

A language may also declare builds whose outputs must match those of the ordinary build: with
another compiler, or with a sanitizer. Each is a `Language` of its own under the key
`<language>+<build>`; it has no source files of its own.

A file's suffix stands for one language, even where several languages use it: for the one that is
not a `variant`. If a run names its languages, only those count.
"""

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from pieforge.errors import ConfigError, MissingToolError
from pieforge.plugins import choose, discover
from pieforge.records import digest

SOURCE_FOLDER = "/src"
SCRATCH = "/tmp"  # noqa: S108 - inside the sandbox, a tmpfs of its own
OUTPUT = f"{SCRATCH}/out"
PROGRAM = "/prog"
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin")
"""Folders of the host that a dynamic program needs: mounted read-only under the same paths."""

STACK_SHIFT = ("LARGE", "x" * 4096)
"""An environment variable whose size moves the stack by a page."""

# Fixed, so that results do not depend on the user's PATH.
SEARCH_PATH = "/usr/bin:/bin:/usr/local/bin"


def split_command(command: str) -> tuple[str, ...]:
    """Return the words of a command, quoted as in a shell."""
    return tuple(shlex.split(command))


@dataclass(frozen=True)
class SelfTest:
    """A small program that shows that a language works: it prints the sum of two numbers."""

    source: str
    stdin: bytes = b"20 22\n"
    stdout: bytes = b"42\n"


@dataclass(frozen=True)
class LanguageBuild:
    """Another way to compile a language's programs, whose outputs must match.

    Attributes:
        name: Name in keys and rows.
        compile: See `Language`.
        package: Debian package of the tool.
        tools: Names of its compiler; the first one that is installed is used. If empty, the
            language's own tool.
        environment: Variables of the run, in addition to the language's own.
        folders: Folders of the host that a run needs; none for static programs.
        shadow_bytes: See `Language`.
        is_sanitizer: Whether it stops a program at undefined behavior.
        slowdown: Factor on the limit on CPU time of a run.
    """

    name: str
    compile: tuple[str, ...]
    package: str
    tools: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    folders: tuple[str, ...] = ()
    shadow_bytes: int = 0
    is_sanitizer: bool = False
    slowdown: int = 1


@dataclass(frozen=True)
class Language:
    """How programs of one language are compiled and run.

    Attributes:
        title: Name for people.
        suffix: Suffix of source files, with the dot.
        fences: Info strings of Markdown code fences that stand for this language.
        tool: Compiler or interpreter, searched in `SEARCH_PATH`. In commands, `{tool}` is its
            path and `{folder}` the path's folder.
        package: Debian package of the tool.
        compile: Command that compiles the source in the working folder to `/tmp/out`.
        run: Command that runs `/prog`; `{memory_bytes}` is the run's memory limit.
        variant: Whether another language has the same suffix and fences, and takes precedence
            unless only this one is chosen.
        stem: Stem of the source's file name, for compilers that require one.
        build_environment: Variables of the compilation, in addition to the usual ones.
        build_folders: Further folders of the host that a compilation needs.
        build_links: Symbolic links that a compilation needs: path and target.
        version: Arguments that make the tool print its version.
        environment: Variables of the run.
        folders: Folders of the host that a run needs; none for static programs.
        threads: Most threads of a run. The system call filter allows threads if it is above 1.
        extra_bytes: Memory for the language's run-time system, added to a run's limit.
        space_bytes: Further address space that the run-time system reserves without using it.
        shadow_bytes: Further memory that it maps and mostly does not use. If it is not 0, the
            kernel's limits have no effect, and pieforge watches a run's resident memory.
        builds: Other builds, whose outputs must match this one's.
        perturbations: For each perturbed re-run, the variables that differ from the ordinary
            run's; the address layout differs too.
        forks: Whether the runs of a program are forks of one started interpreter; see
            fork_server.c. The interpreter must ask for the program's status first, before it reads
            anything of it, while it has one thread.
        net_of_startup: Whether speedups are computed net of start-up, because it exceeds the work
            of a small program.
        empty_program: A program that does nothing, to measure start-up.
        coverage_command: Command that compiles the source, with coverage.c appended, to
            `/tmp/out` with edges and comparisons traced (see inputs/fuzzing/coverage.py); empty
            if the language does not support it.
        counting_command: Command that compiles the source to a program that counts its work (see
            inputs/stress/work.py); `{magic}` is the mark of its reports. Empty if the language does
            not support it.
        steps_per_count: How many of the steps that a search is given one counted step takes; a step
            of a compiled program takes one.
        header_kind: The name of this language's headers for gcc's `-x`. If set, headers are
            precompiled, and mold links if it is installed. Empty for other compilers.
        cross_builds: Builds for other processors, by the simulators' names of these; they run
            only in a simulator.
        simulators: Keys of the simulators that support the language; may be empty.
        refusals: For each other simulator, its key and why it does not support the language.
        fallback_simulator: Key of the simulator that confirms if the run's simulator does not
            support the language; rows record it. Empty if such a run is refused.
        self_test: A small program that shows that the language works.
    """

    title: str
    suffix: str
    fences: tuple[str, ...]
    tool: str
    package: str
    compile: tuple[str, ...]
    empty_program: str
    self_test: SelfTest
    run: tuple[str, ...] = (PROGRAM,)
    variant: bool = False
    stem: str = "main"
    build_environment: tuple[tuple[str, str], ...] = ()
    build_folders: tuple[str, ...] = ()
    build_links: tuple[tuple[str, str], ...] = ()
    version: tuple[str, ...] = ("--version",)
    environment: tuple[tuple[str, str], ...] = ()
    folders: tuple[str, ...] = ()
    threads: int = 1
    extra_bytes: int = 0
    space_bytes: int = 0
    shadow_bytes: int = 0
    builds: tuple[LanguageBuild, ...] = ()
    perturbations: tuple[tuple[tuple[str, str], ...], ...] = ((STACK_SHIFT,),)
    forks: bool = False
    net_of_startup: bool = False
    coverage_command: tuple[str, ...] = ()
    counting_command: tuple[str, ...] = ()
    steps_per_count: int = 1
    header_kind: str = ""
    cross_builds: tuple[LanguageBuild, ...] = ()
    simulators: frozenset[str] = field(default_factory=lambda: frozenset({"cachegrind", "gem5"}))
    refusals: tuple[tuple[str, str], ...] = ()
    fallback_simulator: str = ""

    @property
    def key(self) -> str:
        """Return the key of the language's declaration."""
        return _map_titles_to_keys()[self.title]  # the same for another build of it

    def apply_build(self, build: LanguageBuild) -> "Language":
        """Return one of the builds as a language of its own."""
        installed = (tool for tool in build.tools if shutil.which(tool, path=SEARCH_PATH))
        return replace(
            self,
            title=f"{self.title}, {build.name}",
            # If none is installed, the first name, which `find_tool` then reports as missing.
            tool=next(installed, next(iter(build.tools), self.tool)),
            package=build.package,
            compile=build.compile,
            environment=(*self.environment, *build.environment),
            folders=build.folders,
            shadow_bytes=build.shadow_bytes,
            builds=(),
            cross_builds=(),
            simulators=frozenset(),
        )

    def apply_cross_build(self, processor: str) -> "Language":
        """Return the build for a processor as a language of its own.

        Args:
            processor: Name of the processor; empty for this machine's, which returns this language.

        Raises:
            ConfigError: There is no such build.
        """
        if not processor:
            return self
        for build in self.cross_builds:
            if build.name == processor:
                # No precompiled headers and no mold: those belong to this machine's compiler.
                return replace(self.apply_build(build), header_kind="")
        raise ConfigError(
            f"{self.title} has no build for {processor}",
            fix="declare one in the language, or choose a simulator of this machine's processor",
        )

    @property
    def source_name(self) -> str:
        """Return the name of the source file inside the sandbox."""
        return self.stem + self.suffix

    def find_tool(self) -> str:
        """Return the tool's path without symbolic links.

        A link may lead through folders that are not in the sandbox, such as /etc/alternatives.

        Raises:
            MissingToolError: It is not installed; the message names the package.
        """
        path = shutil.which(self.tool, path=SEARCH_PATH)
        if path is None:
            raise MissingToolError(
                f"{self.tool} ({self.title}) is not installed", fix=f"apt install {self.package}"
            )
        return os.path.realpath(path)

    def expand_command(self, template: tuple[str, ...]) -> tuple[str, ...]:
        """Return a command of this declaration with the tool's path filled in."""
        if not any("{tool}" in word or "{folder}" in word for word in template):
            return template
        tool = self.find_tool()
        folder = str(Path(tool).parent)
        return tuple(word.replace("{tool}", tool).replace("{folder}", folder) for word in template)

    def expand_variables(self, template: tuple[tuple[str, str], ...]) -> dict[str, str]:
        """Return an environment of this declaration with the tool's path filled in."""
        values = self.expand_command(tuple(value for _, value in template))
        return dict(zip((name for name, _ in template), values, strict=True))

    @property
    def flags(self) -> str:
        """Return the compiler's options that determine the artifact, for rows and reports."""
        plain = (word for word in self.compile[1:] if "\n" not in word and word != OUTPUT)
        return " ".join(word for word in plain if word not in ("-o", self.source_name))

    @property
    def sha(self) -> str:
        """Digest of commands and environments: changes whenever an artifact could change."""
        variables = map(repr, (*self.environment, *self.build_environment))
        return digest(self.title, *self.compile, "\0", *self.run, *variables)


@cache
def discover_languages() -> Mapping[str, Language]:
    """Return every language that a file of this package declares, by key."""
    return discover(__name__, "LANGUAGE", Language)


@cache
def _collect_builds() -> Mapping[str, Language]:
    builds: dict[str, Language] = {}
    for key, language in discover_languages().items():
        for build in language.builds:
            builds[f"{key}+{build.name}"] = language.apply_build(build)
        for build in language.cross_builds:
            builds[f"{key}+{build.name}"] = language.apply_cross_build(build.name)
    return builds


@cache
def _map_titles_to_keys() -> Mapping[str, str]:
    known = {**discover_languages(), **_collect_builds()}
    return {language.title: key for key, language in known.items()}


def get_language(key: str) -> Language:
    """Return the language or the build with that key.

    Raises:
        ConfigError: There is none.
    """
    if key in _collect_builds():
        return _collect_builds()[key]
    return choose("language", key, discover_languages())


def map_suffixes(among: Mapping[str, Language]) -> Mapping[str, Language]:
    """Return the language of each suffix, if only the given languages are used.

    A variant has the suffix only if no other language among them does.
    """
    # Variants first: the others overwrite them.
    ordered = sorted(among.values(), key=lambda language: language.variant, reverse=True)
    return {language.suffix: language for language in ordered}

"""Languages: one declaration a file, found by its name; the file's stem is the language's key.

A declaration says how a source becomes one artifact, how that is run, and what it takes.
Paths inside the sandbox are fixed, so that artifacts and counts do not depend on the host:
the source is `/src/main<suffix>` (and the working folder `/src`), the compiler writes
`/tmp/out`, and the artifact is run as `/prog`.

A language may also declare builds whose outputs must match those of the ordinary one, a program of
another compiler or with a sanitizer in it. Each is a declaration of its own, under the key
`<language>+<build>`, but no program is written in it.

A file's suffix means one language, even where several are written in such files: the one
that does not call itself a `variant`. Where a run names its languages, only those count.
"""

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pieforge.errors import ConfigError, MissingToolError
from pieforge.plugins import choose, discover
from pieforge.records import digest

SOURCE_FOLDER = "/src"
SCRATCH = "/tmp"  # noqa: S108 - inside the sandbox, a tmpfs of its own
OUTPUT = f"{SCRATCH}/out"
PROGRAM = "/prog"
SYSTEM_FOLDERS = ("/usr", "/lib", "/lib64", "/bin")
"""What a dynamic program needs of the host: shown read-only, under the same paths."""

STACK_SHIFT = ("LARGE", "x" * 4096)
"""A variable of the environment that moves the stack."""

SEARCH_PATH = "/usr/bin:/bin:/usr/local/bin"


def split_command(command: str) -> tuple[str, ...]:
    """Return the words of a command, quoted as in a shell."""
    return tuple(shlex.split(command))


@dataclass(frozen=True)
class SelfTest:
    """The smallest program that proves a language: it prints the sum of two numbers."""

    source: str
    stdin: bytes = b"20 22\n"
    stdout: bytes = b"42\n"


@dataclass(frozen=True)
class LanguageBuild:
    """Another way to make a language's programs, which must then do the same.

    Attributes:
        name: What it is called in keys and rows.
        compile: As the language's own.
        package: The Debian package that has the tool.
        tools: Names of its compiler, of which the first that is installed is taken; the
            language's own where empty.
        environment: Variables of the run, in addition to the language's own.
        folders: Host folders that a run needs; none for static programs.
        shadow_bytes: See `Language`.
        is_sanitizer: Whether it stops a program that does what the language leaves undefined.
        slowdown: Factor of the ordinary limit on CPU time.
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
        suffix: Of source files, with the dot.
        fences: Info strings of Markdown code fences that mean this language.
        tool: Compiler or interpreter, searched in the system's folders; `{tool}` in commands,
            and `{folder}` the folder that it lies in.
        package: The Debian package that has the tool.
        compile: Command that makes `/tmp/out` from the source in the working folder.
        run: Command that runs `/prog`; `{memory_bytes}` is the run's limit on memory.
        variant: Whether another language is meant by the same suffix, and the same fences,
            where nothing else is said.
        stem: Of the source's name, where the compiler cares.
        build_environment: Variables of the compilation, in addition to the usual ones.
        build_folders: Further host folders that a compilation needs.
        build_links: Symbolic links that a compilation needs: path and target.
        version: Arguments with which the tool names itself.
        environment: Variables of the run.
        folders: Host folders that a run needs; none for static programs.
        threads: Most threads of a run; more than 1 lifts the ban on starting any.
        extra_bytes: Memory that the language itself may take beyond a run's limit.
        space_bytes: Additional address space that it reserves without using it.
        shadow_bytes: Additional memory that it maps and hardly uses; where there is any,
            the kernel's limits are of no use, and a run's resident memory is watched.
        builds: Other builds whose outputs must match this one's.
        perturbations: For each repeat of a run, the variables that differ from the ordinary run's;
            the address layout differs too.
        net_of_startup: Whether start-up would drown a small program, so that ratios are
            taken net of it.
        empty_program: The program that does nothing, for measuring start-up.
        coverage_command: Command that makes `/tmp/out` with edges and comparisons traced, from the
            source with coverage.c behind it (see coverage.py); empty where that cannot be done.
        header_kind: What gcc's `-x` calls this language's headers: they are precompiled, and
            mold links where it is installed. Empty for other compilers.
        cross_builds: Builds for other processors, by the names that simulators call these by; they
            run in a simulator alone.
        simulators: Keys of the simulators that can take it; may be empty.
        refusals: Why another simulator does not take it, by that one's key.
        fallback_simulator: Key of the simulator that confirms where the run's does not take it;
            its rows say so. Empty where such a run is refused.
        self_test: The smallest proof.
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
    net_of_startup: bool = False
    coverage_command: tuple[str, ...] = ()
    header_kind: str = ""
    cross_builds: tuple[LanguageBuild, ...] = ()
    simulators: frozenset[str] = field(default_factory=lambda: frozenset({"cachegrind", "gem5"}))
    refusals: tuple[tuple[str, str], ...] = ()
    fallback_simulator: str = ""

    @property
    def key(self) -> str:
        """Return the key under which the language is found."""
        return _map_titles_to_keys()[self.title]  # the same for another build of it

    def apply_build(self, build: LanguageBuild) -> "Language":
        """Return one of the builds as a language of its own."""
        found = (tool for tool in build.tools if shutil.which(tool, path=SEARCH_PATH))
        return replace(
            self,
            title=f"{self.title}, {build.name}",
            tool=next(found, next(iter(build.tools), self.tool)),
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
        """Return the build for a processor as a language of its own; this one for this machine's.

        Raises:
            ConfigError: There is none.
        """
        if not processor:
            return self
        for build in self.cross_builds:
            if build.name == processor:
                return replace(self.apply_build(build), header_kind="")
        raise ConfigError(
            f"{self.title} has no build for {processor}",
            fix="declare one in the language, or choose a simulator of this machine's programs",
        )

    @property
    def source_name(self) -> str:
        """Return the name of the source file inside the sandbox."""
        return self.stem + self.suffix

    def find_tool(self) -> str:
        """Return the tool's path, free of links, which may lead through folders not shown.

        Raises:
            MissingToolError: It is not installed; the package is named.
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
        """Return the compiler's options that decide what the artifact is, for people."""
        plain = (word for word in self.compile[1:] if "\n" not in word and word != OUTPUT)
        return " ".join(word for word in plain if word not in ("-o", self.source_name))

    @property
    def sha(self) -> str:
        """Identity of the commands: changes whenever an artifact could."""
        variables = map(repr, (*self.environment, *self.build_environment))
        return digest(self.title, *self.compile, "\0", *self.run, *variables)


@cache
def discover_languages() -> Mapping[str, Language]:
    """Return every language found, by key."""
    found = discover(__name__, "LANGUAGE")
    return MappingProxyType({k: v for k, v in found.items() if isinstance(v, Language)})


@cache
def _collect_builds() -> Mapping[str, Language]:
    found: dict[str, Language] = {}
    for key, language in discover_languages().items():
        for build in language.builds:
            found[f"{key}+{build.name}"] = language.apply_build(build)
        for build in language.cross_builds:
            found[f"{key}+{build.name}"] = language.apply_cross_build(build.name)
    return found


@cache
def _map_titles_to_keys() -> Mapping[str, str]:
    known = {**discover_languages(), **_collect_builds()}
    return {language.title: key for key, language in known.items()}


def get_language(key: str) -> Language:
    """Return the language with that key, or one of its builds.

    Raises:
        ConfigError: There is none.
    """
    if key in _collect_builds():
        return _collect_builds()[key]
    return choose("language", key, discover_languages())


def map_suffixes(among: Mapping[str, Language]) -> Mapping[str, Language]:
    """Return what each suffix means where only the given languages are spoken.

    A variant is meant only where the language that it is a variant of is not among them.
    """
    ordered = sorted(among.values(), key=lambda language: language.variant, reverse=True)
    return {language.suffix: language for language in ordered}

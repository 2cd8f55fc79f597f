"""The programs of a package, as the format has them: submissions and validators, files or folders.

Source: the problem package format, sections programs and example submissions, and the appendix on
languages.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from pieforge.errors import PackageError
from pieforge.problems import SUBMISSION_FOLDERS, Submission
from pieforge.problems.package_files import PackageFiles, show_path
from pieforge.records import PackageProgram

_SUFFIXES = {
    **dict.fromkeys((".cpp", ".cc", ".cxx", ".c++"), ".cpp"),
    **dict.fromkeys((".py", ".py3"), ".py"),
    **{suffix: suffix for suffix in (".c", ".java", ".go", ".rs")},
}
"""The suffix under which pieforge knows a language, by each that the format has for it."""
_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx"})
_UNKNOWN = frozenset(
    f".{name}"
    for name in (
        *("adb", "ads", "a68", "cob", "cr", "cs", "d", "dart", "erl", "ex", "f90", "fs", "hs"),
        *("jl", "js", "kt", "lisp", "cl", "lua", "m", "ml", "mod", "nim", "odin", "pas", "php"),
        *("pl", "pm", "py2", "rb", "rkt", "sc", "scala", "sh", "sim", "st", "swift", "ts", "vb"),
        *("ctd", "viva"),
    )
)
"""Suffixes of languages that the format has and pieforge has not."""
_PROGRAM_SUFFIXES = _SUFFIXES.keys() | _UNKNOWN
_SCRIPTS = frozenset({"build", "run"})
_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)".*$', re.MULTILINE)
_PYTHON_2 = re.compile(r"#!.*python2\b")
_MAIN_STEMS = frozenset({"main", "__main__"})

Note = Callable[[str], None]
"""Receives what is skipped, and why."""
Substitute = Callable[[str], str]
"""Replaces a package's constants in a text."""


class _UnusableError(Exception):
    """A program that pieforge cannot use; the message says why."""


def get_language_suffix(name: str) -> str:
    """Return the suffix under which pieforge knows a file's language; empty for no known one."""
    suffix = PurePosixPath(name).suffix
    return ".cpp" if suffix == ".C" else _SUFFIXES.get(suffix.lower(), "")


def read_submissions(
    files: PackageFiles, folder: Path, substitute: Substitute, note: Note
) -> Iterator[Submission]:
    """Yield the usable submissions, those of a role sorted by name.

    Raises:
        PackageError: A file cannot be read.
    """
    for role, place in SUBMISSION_FOLDERS.items():
        for path in files.list_folder(folder / place):
            try:
                program = _read_program(files, path, substitute, "the submission")
                if program is not None:
                    suffix = get_language_suffix(program.main)
                    yield Submission(path, role, _join_files(program, suffix), suffix)
            except _UnusableError as error:
                note(f"submissions/{place}/{path.name} ({error})")


def read_input_validators(
    files: PackageFiles, folder: Path, substitute: Substitute, note: Note
) -> Iterator[tuple[str, PackageProgram]]:
    """Yield the usable input validators by name.

    Headers next to a validator that is a file belong to it, as in BAPCtools. A validator that
    cannot be read is skipped: many have a link to a header that is outside the package.

    Raises:
        PackageError: The folder cannot be listed.
    """
    entries = files.list_folder(folder)
    headers = [path for path in entries if path.suffix.lower() in _HEADERS]
    for path in entries:
        try:
            program = _read_program(files, path, substitute, "the validator", headers)
            if program is not None:
                yield path.name, program
        except _UnusableError as error:
            note(f"{folder.name}/{path.name} ({error})")
        except PackageError as error:
            note(f"{folder.name}/{path.name} ({error.what}: {error.where})")


def read_output_validator(
    files: PackageFiles, folder: Path, substitute: Substitute
) -> PackageProgram | None:
    """Return the output validator; None if the folder has no program.

    In 2025-09 the folder is the program or holds it; in the legacy format it holds it.

    Raises:
        PackageError: It cannot be read or used, or there are several.
    """
    entries = files.list_folder(folder)
    names = {path.name for path in entries if not files.is_folder(path)}
    direct = any(PurePosixPath(name).suffix.lower() in _PROGRAM_SUFFIXES for name in names)
    places = [folder] if direct or names & _SCRIPTS else entries
    found: dict[str, PackageProgram] = {}
    try:
        for path in places:
            program = _read_program(files, path, substitute, "the output validator")
            if program is not None:
                found[path.name] = program
    except _UnusableError as error:
        raise PackageError(
            f"the output validator cannot be used: {error}",
            where=show_path(folder),
            fix="write it in a language that pieforge has, as one file or a folder of sources",
        ) from error
    if len(found) > 1:
        raise PackageError(
            f"there are several output validators: {', '.join(found)}",
            where=show_path(folder),
            fix="keep one",
        )
    return next(iter(found.values()), None)


def _read_program(
    files: PackageFiles,
    path: Path,
    substitute: Substitute,
    what: str,
    shared: list[Path] | None = None,
) -> PackageProgram | None:
    """Return the program in a file or a folder; None if there is none.

    Args:
        files: Reads them.
        path: The file or the folder.
        substitute: Replaces the package's constants.
        what: What it is, for messages.
        shared: Further files that belong to a program that is one file.

    Raises:
        PackageError: A file cannot be read.
        _UnusableError: It is in no language of pieforge, or its main file is not clear.
    """
    if files.is_folder(path):
        paths = {found.relative_to(path).as_posix(): found for found in files.walk(path)}
        if scripts := sorted(_SCRIPTS & paths.keys()):
            raise _UnusableError(f"built by a script, `{scripts[0]}`")
    else:
        paths = {found.name: found for found in (path, *(shared or []))}
    languages = {get_language_suffix(name) for name in paths} - {""}
    unknown = sorted(name for name in paths if PurePosixPath(name).suffix.lower() in _UNKNOWN)
    if not languages:
        if unknown:
            named = "" if unknown == [path.name] else f": {unknown[0]}"
            raise _UnusableError(f"in no language of pieforge{named}")
        return None
    if len(languages) > 1:
        raise _UnusableError("in several languages")
    texts = {}
    for name, found in paths.items():
        if get_language_suffix(name) or found.suffix.lower() in _HEADERS:
            texts[_normalize_name(name)] = substitute(files.read_text(found, what))
    main = _choose_main(path, list(texts))
    if _PYTHON_2.match(texts[main]):
        raise _UnusableError("in Python 2")
    return PackageProgram(files=texts, main=main)


def _normalize_name(name: str) -> str:
    """Return a source's name with the suffix under which pieforge knows the language."""
    suffix = get_language_suffix(name)
    return name if name.endswith(suffix) else name + suffix


def _choose_main(path: Path, names: list[str]) -> str:
    """Return the name of the main file.

    Raises:
        _UnusableError: There are several sources, and none is named like a main file.
    """
    sources = [name for name in names if get_language_suffix(name)]
    wanted = {path.name.lower(), path.stem.lower(), *_MAIN_STEMS}
    main = [name for name in sources if PurePosixPath(name).stem.lower() in wanted]
    # The sources of a C or C++ program are compiled together: any of them can be first.
    together = get_language_suffix(sources[0]) in (".c", ".cpp")
    found = sources if len(sources) == 1 else main or (sources if together else [])
    if not found:
        raise _UnusableError(f"which of {', '.join(sources)} is the program? none is called main")
    return found[0]


def _join_files(program: PackageProgram, suffix: str) -> str:
    """Return a submission as one text: headers of its own are included in place.

    Raises:
        _UnusableError: It has several sources.
    """
    sources = [name for name in program.files if get_language_suffix(name)]
    if len(sources) > 1:
        raise _UnusableError(f"several files: {', '.join(sources)}")
    if suffix not in (".c", ".cpp"):
        return program.files[program.main]

    def find(name: str, wanted: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(name), wanted))

    return include_files(program.main, program.files, find)


def include_files(main: str, files: Mapping[str, str], find: Callable[[str, str], str]) -> str:
    """Return a C or C++ source with the files that it includes in place, each once.

    Args:
        main: Name of the source.
        files: Texts by name.
        find: Returns the name of the file that a file of a name includes under another; a line
            stays if there is no such file.
    """
    included: set[str] = set()

    def expand(name: str) -> str:
        included.add(name)

        def replace(match: re.Match[str]) -> str:
            wanted = find(name, match[1])
            if wanted in included:
                return ""
            return expand(wanted) if wanted in files else match[0]

        return _INCLUDE.sub(replace, files[name])

    return expand(main)

"""ICPC/Kattis packages as others have them: wrong labels and unreadable parts are sorted out."""

from collections.abc import Iterator
from pathlib import Path

from pieforge import problems
from pieforge.errors import PackageError, UserInputError
from pieforge.files import translate_os_errors
from pieforge.problems.imports import (
    FoundProblem,
    FoundProgram,
    FoundTest,
    ImportKind,
    UnusedPart,
    choose_programs,
    choose_tests,
)
from pieforge.problems.package_files import PackageFiles

_OWN = ("submissions", "data/sample", "data/secret")
"""Folders whose content is tested and written again."""


def _read(path: Path) -> Iterator[FoundProblem]:
    with translate_os_errors(path, "cannot be read"):
        found = sorted(it.parent for it in path.rglob("problem.yaml"))
    if not found:
        raise UserInputError(
            "there is no problem package",
            where=str(path),
            fix="give a package, or a folder with packages: folders with a problem.yaml",
        )
    for folder in found:
        try:
            yield _read_package(folder, folder.relative_to(path).as_posix())
        except PackageError as error:
            yield FoundProblem(source=folder.relative_to(path).as_posix(), fault=error.what)


def _read_package(folder: Path, source: str) -> FoundProblem:
    problem, files = problems.load_problem(folder), PackageFiles(folder)
    left_out = [UnusedPart(part="package", name=it, why="not supported") for it in problem.skipped]
    tests = (
        FoundTest(test.name, test.input, test.answer, test.name.startswith("sample/"))
        for test in problem.tests
    )
    programs = (
        FoundProgram(f"{it.role}-{it.path.stem}", it.code, it.suffix, it.role)
        for it in problem.submissions
    )
    named = {path: path.relative_to(folder).as_posix() for path in files.walk(folder)}
    return FoundProblem(
        source=source,
        name=problem.problem_id,
        title=problem.title,
        statement=problem.statement,
        license=problem.license,
        limits=problem.limits,
        tests=choose_tests(tests, left_out),
        programs=choose_programs(programs, left_out),
        files={
            name: files.read_bytes(path)
            for path, name in named.items()
            if not name.startswith(tuple(f"{place}/" for place in _OWN))
            or path.suffix.lower() == ".yaml"
        },
        left_out=tuple(left_out),
    )


IMPORT = ImportKind(
    title="ICPC/Kattis packages",
    layout="a package, or a folder with packages",
    read=_read,
)

"""IBM's Project CodeNet: submissions with their judges' verdicts, by problem and language.

Source: README.md of IBM/Project_CodeNet, which describes folders and columns.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pieforge.errors import PackageError, UserInputError
from pieforge.files import translate_os_errors
from pieforge.problems import PackageLimits, SubmissionRole
from pieforge.problems.imports import (
    MAX_PROGRAMS,
    FoundProblem,
    FoundProgram,
    FoundTest,
    ImportKind,
    UnusedPart,
    choose_programs,
    choose_tests,
)
from pieforge.problems.imports.descriptions import read_description
from pieforge.problems.imports.tables import is_usable, read_number
from pieforge.problems.package_files import PackageFiles
from pieforge.problems.package_programs import get_language_suffix

LICENSE = "cdla-permissive-2.0"
_ROLES = {
    "Accepted": SubmissionRole.FAST,
    "Time Limit Exceeded": SubmissionRole.SLOW,
    "Wrong Answer": SubmissionRole.WRONG,
}
_LIST = "metadata/problem_list.csv"
_Rows = Iterable[Mapping[str, str]]


def _read(path: Path) -> Iterator[FoundProblem]:
    if not (path / _LIST).is_file():
        raise UserInputError(
            "this is not the folder of CodeNet",
            where=str(path / _LIST),
            fix="give the folder Project_CodeNet, with data, metadata and problem_descriptions",
        )
    for row in read_csv(path / _LIST):
        yield _read_problem(path, row)


def read_csv(path: Path) -> Iterator[Mapping[str, str]]:
    """Yield the rows of a table with a header, as texts; a missing value is empty."""
    with (
        translate_os_errors(path, "cannot be read"),
        path.open(encoding="utf-8-sig", errors="replace", newline="") as stream,
    ):
        for row in csv.DictReader(line.replace("\0", "") for line in stream):
            yield {key: value for key, value in row.items() if isinstance(value, str)}


def read_page(files: PackageFiles, path: Path) -> tuple[str, str, list[FoundTest]]:
    """Return title, statement and samples of a description; nothing if there is none to read."""
    try:
        return read_description(files.read_text(path, "the description"))
    except PackageError:
        return "", "", []


def read_test(
    files: PackageFiles, name: str, path: Path, answer: Path, *, is_sample: bool = False
) -> FoundTest:
    """Return the test of an input and, if there is one, an answer.

    Raises:
        PackageError: A file cannot be read.
    """
    known = files.read_bytes(answer) if answer.exists() else None
    return FoundTest(name, files.read_bytes(path), known, is_sample)


def read_limits(row: Mapping[str, str]) -> PackageLimits:
    """Return the limits that problem_list.csv has, in milliseconds and KB."""
    time, memory = read_number(row.get("time_limit")), read_number(row.get("memory_limit"))
    return PackageLimits(
        cpu_s=None if time is None else time / 1000,
        memory_mb=None if memory is None else max(1, round(memory / 1024)),
    )


def _read_problem(root: Path, row: Mapping[str, str]) -> FoundProblem:
    name, left_out = row.get("id", ""), list[UnusedPart]()
    table = root / "metadata" / f"{name}.csv"
    if not name.isalnum() or not table.is_file():
        return FoundProblem(source=name or "?", fault="it has no table of submissions")
    files = PackageFiles(root)
    title, statement, samples = read_page(files, root / "problem_descriptions" / f"{name}.html")
    if not statement:
        return FoundProblem(source=name, fault="it has no statement")
    folder = root / "derived" / "input_output" / "data" / name
    try:
        if (folder / "input.txt").exists():
            both = folder / "input.txt", folder / "output.txt"
            samples.append(read_test(files, "derived", *both, is_sample=True))
    except PackageError as error:
        left_out.append(UnusedPart(part="test", name="derived", why="no file", detail=error.what))
    chosen = _choose_submissions(read_csv(table), left_out)
    programs = _read_programs(root / "data" / name, chosen, left_out)
    return FoundProblem(
        source=name,
        name=name,
        title=row.get("name") or title or name,
        statement=statement,
        license=LICENSE,
        limits=read_limits(row),
        tests=choose_tests(samples, left_out),
        programs=choose_programs(programs, left_out),
        left_out=tuple(left_out),
    )


def _choose_submissions(rows: _Rows, left_out: list[UnusedPart]) -> list[Mapping[str, str]]:
    """Return submissions of each role and language: the fastest, and as many of the slowest.

    Only as many as are used are in memory; a problem has tens of thousands.
    """
    ends: dict[tuple[str, str], list[tuple[float, str, Mapping[str, str]]]] = {}
    others = 0
    for row in rows:
        status, extension = row.get("status", ""), row.get("filename_ext", "")
        if status not in _ROLES or not get_language_suffix(f"a.{extension}"):
            others += 1
            continue
        group = ends.setdefault((status, extension), [])
        group.append((read_number(row.get("cpu_time")) or 0.0, row.get("submission_id", ""), row))
        if len(group) > 2 * MAX_PROGRAMS:
            group.sort(key=lambda it: it[:2])
            # Some to spare on each end: texts are repeated.
            del group[MAX_PROGRAMS:-MAX_PROGRAMS]
    if others:
        why = "of another status or in no language of pieforge"
        left_out.append(UnusedPart(part="program", name=f"{others} submissions", why=why))
    found = []
    for group in ends.values():
        group.sort(key=lambda it: it[:2])
        order = [*range((len(group) + 1) // 2)]
        both = [at for low in order for at in dict.fromkeys((low, len(group) - 1 - low))]
        found += [group[at][2] for at in both]
    return found


def _read_programs(folder: Path, rows: _Rows, left_out: list[UnusedPart]) -> Iterator[FoundProgram]:
    files = PackageFiles(folder)
    for row in rows:
        name, extension = row.get("submission_id", ""), row.get("filename_ext", "")
        path = folder / row.get("language", "") / f"{name}.{extension}"
        try:
            code = files.read_text(path, "the program")
        except PackageError:
            code = ""
        if not is_usable(code) or not name.isalnum():
            left_out.append(UnusedPart(part="program", name=name, why="no file, or no text"))
            continue
        yield FoundProgram(
            name=name,
            code=code,
            suffix=get_language_suffix(path.name),
            role=_ROLES[row["status"]],
            author=row.get("user_id", ""),
            time=read_number(row.get("date")),
            claimed_ms=read_number(row.get("cpu_time")),
        )


def _read_submissions(
    path: Path, wanted: Collection[str]
) -> Iterator[tuple[str, list[FoundProgram]]]:
    for name in sorted(wanted):
        rows = (
            row
            for row in read_csv(path / "metadata" / f"{name}.csv")
            if row.get("status") == "Accepted"
            and get_language_suffix(f"a.{row.get('filename_ext')}")
        )
        yield name, list(_read_programs(path / "data" / name, rows, []))


IMPORT = ImportKind(
    title="Project CodeNet",
    layout="the folder Project_CodeNet",
    read=_read,
    read_submissions=_read_submissions,
)

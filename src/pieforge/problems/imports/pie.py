"""PIE's data: pairs of submissions (LearningOpt/pie, madaan/pie-perf), and tests by problem.

Rows have problem_id, and the slow and the fast program under the names of the first or the second
repository. Tests are files `pNNNNN/input.K.txt` and `pNNNNN/output.K.txt`. Statements are CodeNet's
pages, or their translations, `pNNNNN.html` or `.txt`; limits and titles are in problem_list.csv.
"""

import json
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pieforge.errors import PackageError, UserInputError
from pieforge.files import translate_os_errors
from pieforge.problems import SubmissionRole
from pieforge.problems.imports import (
    FoundProblem,
    FoundProgram,
    FoundTest,
    ImportKind,
    UnusedPart,
    choose_programs,
    choose_tests,
)
from pieforge.problems.imports.codenet import LICENSE, read_csv, read_limits, read_page, read_test
from pieforge.problems.imports.tables import get_text, is_usable, read_number
from pieforge.problems.package_files import PackageFiles

_PROBLEM = re.compile(r"^p\d{5}$")
_SUFFIXES = {"": ".cpp", "c++": ".cpp", "cpp": ".cpp", "c": ".c", "python": ".py", "java": ".java"}
_SIDES = (
    (("src_code", "src_id"), ("tgt_code", "tgt_id")),
    (
        ("input", "submission_id_v0"),
        ("target", "submission_id_v1"),
    ),
)
"""Columns of code and name, of the slow and the fast program, in both repositories."""


@dataclass
class _Place:
    """Where a problem's parts are."""

    rows: list[tuple[Path, int]] = field(default_factory=list)
    """Files, and offsets of lines in them: their texts do not fit into memory together."""
    tests: list[Path] = field(default_factory=list)
    pages: list[Path] = field(default_factory=list)


@dataclass
class _Collection:
    """Where the parts of all problems are."""

    places: dict[str, _Place] = field(default_factory=dict)
    listed: dict[str, dict[str, str]] = field(default_factory=dict)
    """Rows of problem_list.csv."""
    broken: list[str] = field(default_factory=list)
    """Places of lines that are no pairs."""


def _index(path: Path) -> _Collection:
    """Find the parts of all problems.

    Raises:
        UserInputError: There are no pairs.
    """
    found = _Collection()
    places = found.places
    with translate_os_errors(path, "cannot be read"):
        for folder, names, files in os.walk(path):
            names.sort()
            here = Path(folder)
            if _PROBLEM.match(here.name) and any(it.startswith("input.") for it in files):
                places.setdefault(here.name, _Place()).tests.append(here)
            for name in sorted(files):
                stem, _, ending = name.rpartition(".")
                if _PROBLEM.match(stem) and ending in ("html", "txt"):
                    places.setdefault(stem, _Place()).pages.append(here / name)
                elif ending == "jsonl":
                    found.broken += _index_rows(here / name, places)
                elif name == "problem_list.csv":
                    rows = read_csv(here / name)
                    found.listed |= {row["id"]: dict(row) for row in rows if "id" in row}
    if not any(place.rows for place in places.values()):
        raise UserInputError(
            "there are no pairs of PIE",
            where=str(path),
            fix="give a folder with a file such as train.jsonl, whose rows have problem_id",
        )
    return found


def _read(path: Path) -> Iterator[FoundProblem]:
    found = _index(path)
    for source in found.broken:
        yield FoundProblem(source=source, fault="the line has no problem_id and two programs")
    for name, place in sorted(found.places.items()):
        if place.rows:
            yield _read_problem(PackageFiles(path), name, place, found.listed.get(name, {}))


def _read_submissions(
    path: Path, wanted: Collection[str]
) -> Iterator[tuple[str, list[FoundProgram]]]:
    for name, place in sorted(_index(path).places.items()):
        if name in wanted:
            yield name, list(_read_programs(place.rows, []))


def _index_rows(path: Path, places: dict[str, _Place]) -> Iterator[str]:
    """Keep where each problem's rows are; yield the places of lines that are none."""
    with path.open("rb") as stream:
        offset = 0
        for number, line in enumerate(stream, start=1):
            row = _parse(line)
            if row is not None and _find_sides(row):
                places.setdefault(row["problem_id"], _Place()).rows.append((path, offset))
            elif line.strip():
                yield f"{path.name}:{number}"
            offset += len(line)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    is_row = isinstance(row, dict) and _PROBLEM.match(str(row.get("problem_id")))
    return row if is_row else None


def _find_sides(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return next((it for it in _SIDES if all(get_text(row, code) for code, _ in it)), ())


def _read_problem(
    files: PackageFiles, name: str, place: _Place, listed: dict[str, str]
) -> FoundProblem:
    left_out: list[UnusedPart] = []
    title, statement, samples = "", "", list[FoundTest]()
    for page in place.pages:
        if page.suffix == ".html":
            title, original, samples = read_page(files, page)
            statement = statement or original
        else:
            try:
                statement = files.read_text(page, "the statement")
            except PackageError:
                continue
    if not statement:
        return FoundProblem(source=name, fault="it has no statement")
    tests = [*samples]
    for folder in place.tests:
        tests += _read_tests(files, folder, left_out)
    return FoundProblem(
        source=name,
        name=name,
        title=listed.get("name") or title or name,
        statement=statement,
        license=LICENSE,
        limits=read_limits(listed),
        tests=choose_tests(tests, left_out),
        programs=choose_programs(_read_programs(place.rows, left_out), left_out),
        left_out=tuple(left_out),
    )


def _read_tests(
    files: PackageFiles, folder: Path, left_out: list[UnusedPart]
) -> Iterator[FoundTest]:
    for path in sorted(folder.glob("input.*.txt")):
        name = f"test-{path.name.split('.')[1]}"
        try:
            yield read_test(files, name, path, path.with_name(f"output{path.name[5:]}"))
        except PackageError as error:
            left_out.append(UnusedPart(part="test", name=name, why="no file", detail=error.what))


def _read_programs(
    rows: list[tuple[Path, int]], left_out: list[UnusedPart]
) -> Iterator[FoundProgram]:
    """Yield the programs of rows, each once."""
    seen = set()
    for path, offset in rows:
        with path.open("rb") as stream:
            stream.seek(offset)
            row = _parse(stream.readline()) or {}
        suffix = _SUFFIXES.get(get_text(row, "language").lower(), "")
        for at, (code, key) in enumerate(_find_sides(row)):
            name = get_text(row, key) or f"{path.stem}-{offset}-{at}"
            if name in seen:
                continue
            seen.add(name)
            if not suffix or not is_usable(row[code]):
                why = "not text" if suffix else "in no language of pieforge"
                left_out.append(UnusedPart(part="program", name=name, why=why))
            else:
                yield FoundProgram(
                    name=name,
                    code=row[code],
                    suffix=suffix,
                    role=SubmissionRole.FAST,
                    author=get_text(row, "user_id"),
                    # Ids follow the order of submission for a user and a problem.
                    time=read_number(name.lstrip("s")),
                    claimed_ms=read_number(row.get(f"cpu_time_v{at}")),
                )


IMPORT = ImportKind(
    title="PIE",
    layout="a folder with JSON Lines files of pairs, tests, and statements of CodeNet",
    read=_read,
    read_submissions=_read_submissions,
)

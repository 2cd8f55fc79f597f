"""APPS (hendrycks/apps, codeparrot/apps) and TACO (BAAI/TACO): Python programs.

Rows have the columns question, solutions and input_output, the last two as JSON texts; the original
archive of APPS has them as files of a folder per problem.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pieforge.errors import PackageError
from pieforge.files import translate_os_errors
from pieforge.problems import PackageLimits, SubmissionRole
from pieforge.problems.imports import (
    FoundProblem,
    FoundProgram,
    FoundTest,
    ImportKind,
    UnusedPart,
    choose_programs,
    choose_tests,
)
from pieforge.problems.imports.tables import (
    encode_lines,
    get_text,
    is_usable,
    iter_rows,
    list_records,
    parse_json,
    read_number,
)
from pieforge.problems.package_files import PackageFiles

_FILES = {
    "question": "question.txt",
    "solutions": "solutions.json",
    "input_output": "input_output.json",
}


def _read(path: Path) -> Iterator[FoundProblem]:
    with translate_os_errors(path, "cannot be read"):
        folders = sorted(it.parent for it in path.rglob("question.txt")) if path.is_dir() else []
    for folder in folders:
        place, files = folder.relative_to(path).as_posix(), PackageFiles(folder)
        try:
            texts = {
                key: files.read_text(folder / name, "the file")
                for key, name in _FILES.items()
                if (folder / name).exists()
            }
        except PackageError as error:
            yield FoundProblem(source=place, fault=f"a file cannot be read: {error.what}")
        else:
            yield _convert(place, texts)
    if not folders:
        for place, row in iter_rows(path):
            if row is None:
                yield FoundProblem(source=place, fault="the line is no JSON object")
            else:
                yield _convert(place, row)


def _convert(source: str, row: dict[str, Any]) -> FoundProblem:
    left_out: list[UnusedPart] = []
    given = parse_json(row.get("input_output"))
    codes = parse_json(row.get("solutions"))
    statement = get_text(row, "question")
    if not is_usable(statement):
        return FoundProblem(source=source, fault="it has no statement")
    if not isinstance(given, dict) or not given.get("inputs"):
        return FoundProblem(source=source, fault="it has no tests")
    if given.get("fn_name"):
        return FoundProblem(source=source, fault="it calls a function and reads no standard input")
    tests, programs = [], []
    for at, values in enumerate(list_records(given, "inputs", "outputs"), start=1):
        data, answer = map(encode_lines, values)
        if data is None:
            left_out.append(UnusedPart(part="test", name=str(at), why="its input is no text"))
        else:
            tests.append(FoundTest(str(at), data, answer))
    for at, code in enumerate(codes if isinstance(codes, list) else [], start=1):
        if is_usable(code):
            programs.append(FoundProgram(f"{at}", code, ".py", SubmissionRole.FAST))
        else:
            left_out.append(UnusedPart(part="program", name=str(at), why="not text"))
    memory = read_number(row.get("memory_limit"))
    number = row.get("problem_id", row.get("id"))
    return FoundProblem(
        source=source,
        name=get_text(row, "name") or f"apps{source if number is None else number}",
        title=get_text(row, "name") or f"Problem {source if number is None else number}",
        statement=statement,
        license="unknown",  # of the problems; the collections' own are MIT and Apache-2.0
        limits=PackageLimits(
            cpu_s=read_number(row.get("time_limit")),
            memory_mb=None if memory is None else max(1, round(memory)),
        ),
        tests=choose_tests(tests, left_out),
        programs=choose_programs(programs, left_out),
        left_out=tuple(left_out),
    )


IMPORT = ImportKind(
    title="APPS and TACO",
    layout="JSON Lines or Parquet files; or APPS's archive, a folder per problem",
    read=_read,
)

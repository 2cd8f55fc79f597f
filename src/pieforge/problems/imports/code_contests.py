"""CodeContests (deepmind/code_contests) and CodeContests+ (ByteDance-Seed/Code-Contests-Plus).

Sources: contest_problem.proto of the first, the dataset card of the second. Checkers, validators
and generators of the second need testlib.h, next to the tables or in the folder with them.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pieforge.problems import PackageLimits, SubmissionRole
from pieforge.problems.imports import (
    FoundGenerator,
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
    read_number,
)
from pieforge.problems.imports.testlib import adapt_checker, adapt_generator, adapt_validator
from pieforge.problems.package_files import PackageFiles
from pieforge.problems.package_programs import include_files

_SUFFIXES: Mapping[object, str] = {
    2: ".cpp",
    3: ".py",
    4: ".java",
    "CPP": ".cpp",
    "PYTHON3": ".py",
    "PY3": ".py",
    "JAVA": ".java",
}
"""By the number or the name of a language; numbers are those of the protocol buffer."""
_TESTS = (
    ("public_tests", True),
    ("private_tests", False),
    ("test_cases", False),
    ("generated_tests", False),
)
_PROGRAMS = (
    ("solutions", "solution", SubmissionRole.FAST),
    ("correct_submissions", "code", SubmissionRole.FAST),
    ("incorrect_solutions", "solution", SubmissionRole.WRONG),
    ("incorrect_submissions", "code", SubmissionRole.WRONG),
)
_MAX_GENERATED = 20
_STANDARD = {"", "stdin", "stdout", "standard input", "standard output"}


def _read(path: Path) -> Iterator[FoundProblem]:
    folder = path if path.is_dir() else path.parent
    library = folder / "testlib.h"
    files = PackageFiles(folder)
    testlib = files.read_text(library, "the library") if library.exists() else ""
    for place, row in iter_rows(path):
        if row is None:
            yield FoundProblem(source=place, fault="the line is no JSON object")
        else:
            yield _Row(place, row, testlib).convert()


class _Row:
    def __init__(self, source: str, row: dict[str, Any], testlib: str) -> None:
        self.source = source
        self.row = row
        self.testlib = testlib
        self.left_out: list[UnusedPart] = []

    def convert(self) -> FoundProblem:
        row = self.row
        statement = get_text(row, "description")
        if not is_usable(statement):
            return FoundProblem(source=self.source, fault="it has no statement")
        for key in ("input_file", "output_file"):
            if get_text(row, key).lower() not in _STANDARD:
                return FoundProblem(source=self.source, fault="it reads or writes a file")
        if "<image>" in statement:
            self._leave_out("statement", "images", "not in the collection")
        name = get_text(row, "name", "title", "id") or self.source
        return FoundProblem(
            source=self.source,
            name=f"{get_text(row, 'source')}{row.get('id', '')}" if "id" in row else name,
            title=name,
            statement=statement,
            license="cc-by-4.0",
            limits=self._read_limits(),
            tests=choose_tests(self._iter_tests(), self.left_out),
            programs=choose_programs(self._iter_programs(), self.left_out),
            generators=tuple(self._iter_generators()),
            files=dict(self._iter_files()),
            left_out=tuple(self.left_out),
        )

    def _leave_out(self, part: str, name: str, why: str) -> None:
        self.left_out.append(UnusedPart(part=part, name=name, why=why))

    def _iter_tests(self) -> Iterator[FoundTest]:
        for key, is_sample in _TESTS:
            records = list_records(self.row.get(key), "input", "output")
            for at, values in enumerate(records, start=1):
                data, answer = map(encode_lines, values)
                name = f"{key.partition('_')[0]}-{at}"
                if data is None:
                    self._leave_out("test", name, "its input is no text")
                else:
                    yield FoundTest(name, data, answer, is_sample)

    def _iter_programs(self) -> Iterator[FoundProgram]:
        for key, column, role in _PROGRAMS:
            records = list_records(self.row.get(key), "language", column)
            for at, (language, code) in enumerate(records, start=1):
                suffix = _SUFFIXES.get(language, "")
                if not suffix or not is_usable(code):
                    why = "not text" if suffix else "in no language of pieforge"
                    self._leave_out("program", f"{key}-{at}", why)
                else:
                    yield FoundProgram(f"{key.partition('_')[0]}-{at}", code, suffix, role)

    def _read_limits(self) -> PackageLimits:
        time, memory = self.row.get("time_limit"), self.row.get("memory_limit_bytes")
        if isinstance(time, dict):  # a duration of protocol buffers
            nanos = (time.get("nanos") or 0) / 1e9
            cpu_s = read_number((time.get("seconds") or 0) + nanos)
        else:  # milliseconds
            number = read_number(time)
            cpu_s = None if number is None else number / 1000
        in_bytes = read_number(memory)
        megabytes = in_bytes / (1 << 20) if in_bytes else read_number(self.row.get("memory_limit"))
        return PackageLimits(
            cpu_s=cpu_s, memory_mb=None if not megabytes else max(1, round(megabytes))
        )

    def _iter_files(self) -> Iterator[tuple[str, bytes]]:
        adapters = (
            ("checker", "output_validator/checker.cpp", adapt_checker),
            ("validator", "input_validators/validator.cpp", adapt_validator),
        )
        for key, path, adapt in adapters:
            text = self._adapt(key, adapt)
            if text is not None:
                yield path, text.encode()

    def _iter_generators(self) -> Iterator[FoundGenerator]:
        commands = self.row.get("generator_cmd")
        lines = commands.splitlines() if isinstance(commands, str) else commands or []
        calls = [str(line).partition(" ")[2] for line in lines if str(line).strip()]
        if self.row.get("test_cases") or not calls:
            return
        text = self._adapt("generator", adapt_generator)
        if text is not None:
            yield FoundGenerator("generator", text, ".cpp", tuple(calls[:_MAX_GENERATED]))

    def _adapt(self, key: str, adapt: Any) -> str | None:  # noqa: ANN401 - one of three functions
        text = get_text(self.row, key)
        if not text:
            return None
        if not self.testlib or not is_usable(text):
            why = "not text" if self.testlib else "there is no testlib.h in the folder"
            self._leave_out("validator" if key != "generator" else key, key, why)
            return None
        files = {"testlib.h": self.testlib}

        def include(adapted: str) -> str:
            return include_files("main", {**files, "main": adapted}, lambda _, wanted: wanted)

        adapted: str | None = adapt(text, include)
        if adapted is None:
            self._leave_out("validator", key, "its main function has no known form")
        return adapted


IMPORT = ImportKind(
    title="CodeContests and CodeContests+",
    layout="JSON Lines or Parquet files; testlib.h in the same folder for the checkers",
    read=_read,
)

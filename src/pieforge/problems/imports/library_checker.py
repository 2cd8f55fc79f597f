"""Library Checker (yosupo06/library-checker-problems): programs for testlib, generated tests.

Source: generate.py of that repository. Inputs that it has generated (`in`, `out`) are read; those
that are missing are made by the problem's generators.
"""

import posixpath
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pieforge.errors import PackageError, UserInputError
from pieforge.files import translate_os_errors
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
from pieforge.problems.imports.tables import read_number
from pieforge.problems.imports.testlib import adapt_checker, adapt_generator, adapt_validator
from pieforge.problems.package_files import PackageFiles
from pieforge.problems.package_programs import get_language_suffix, include_files

_MAX_CASES = 3
"""Inputs of one generator."""
_ROLES = {
    "": SubmissionRole.FAST,
    "AC": SubmissionRole.FAST,
    "TLE": SubmissionRole.SLOW,
    "WA": SubmissionRole.WRONG,
    "RE": SubmissionRole.WRONG,
}
_TEXTS = frozenset({".cpp", ".py", ".h", ".hpp", ".md", ".toml"})
_OTHER_LANGUAGES = re.compile(r"@\{lang\.(?!en\}|end\}).*?(?=@\{lang\.(?:en|end)\})", re.DOTALL)
_PLACEHOLDER = re.compile(r"@\{(\w+)\.(\w+)\}")


def _read(path: Path) -> Iterator[FoundProblem]:
    with translate_os_errors(path, "cannot be read"):
        found = sorted(it.parent for it in path.glob("*/*/info.toml"))
    if not found or not (path / "common").is_dir():
        raise UserInputError(
            "this is not the repository of Library Checker",
            where=str(path),
            fix="give a checkout of library-checker-problems, with the folder common",
        )
    for folder in found:
        source = folder.relative_to(path).as_posix()
        try:
            yield _ProblemReader(path, folder, source).read()
        except PackageError as error:
            yield FoundProblem(source=source, fault=error.what)


class _ProblemReader:
    def __init__(self, root: Path, folder: Path, source: str) -> None:
        self.folder = folder
        self.source = source
        self.files = PackageFiles(root)
        self.left_out: list[UnusedPart] = []
        self.info: dict[str, Any] = {}
        self.texts = {
            found.relative_to(root).as_posix(): self.files.read_text(found, "the file")
            for place in (folder, root / "common")
            for found in self.files.walk(place)
            if found.suffix in _TEXTS
        }

    def read(self) -> FoundProblem:
        try:
            self.info = tomllib.loads(self._get_text("info.toml"))
        except tomllib.TOMLDecodeError as error:
            return FoundProblem(source=self.source, fault=f"info.toml cannot be read: {error}")
        parameters = self.info.get("params", {})
        self.texts[f"{self.source}/params.h"] = _define(parameters)
        statement = _render(self._get_text("task.md"), parameters)
        if not statement:
            return FoundProblem(source=self.source, fault="it has no statement")
        tests, generators = self._read_tests()
        return FoundProblem(
            source=self.source,
            name=self.folder.name,
            title=str(self.info.get("title") or self.folder.name),
            statement=statement,
            license="apache-2.0",
            limits=PackageLimits(cpu_s=read_number(self.info.get("timelimit"))),
            tests=choose_tests(tests, self.left_out),
            programs=choose_programs(self._iter_programs(), self.left_out),
            generators=tuple(generators),
            files=dict(self._iter_files()),
            left_out=tuple(self.left_out),
        )

    def _get_text(self, name: str) -> str:
        return self.texts.get(f"{self.source}/{name}", "")

    def _leave_out(self, part: str, name: str, why: str) -> None:
        self.left_out.append(UnusedPart(part=part, name=name, why=why))

    def _include(self, name: str, text: str) -> str:
        """Return a source of the problem with what it includes in place."""
        main = f"{self.source}/{name}"

        def find(including: str, wanted: str) -> str:
            near = posixpath.normpath(posixpath.join(posixpath.dirname(including), wanted))
            return near if near in self.texts else f"common/{wanted}"

        return include_files(main, {**self.texts, main: text}, find)

    def _iter_programs(self) -> Iterator[FoundProgram]:
        listed = [{"name": "correct.cpp"}, *self.info.get("solutions", [])]
        for entry in listed:
            name, expected = str(entry.get("name")), str(entry.get("expect", ""))
            text, suffix = self._get_text(f"sol/{name}"), get_language_suffix(name)
            if entry.get("function"):
                self._leave_out("program", name, "a function without a program")
            elif not text or not suffix or expected not in _ROLES:
                self._leave_out("program", name, "no file, or of another status")
            else:
                code = self._include(f"sol/{name}", text) if suffix == ".cpp" else text
                yield FoundProgram(name.partition(".")[0], code, suffix, _ROLES[expected])

    def _read_tests(self) -> tuple[list[FoundTest], list[FoundGenerator]]:
        tests, generators = [], []
        for path in self.files.list_folder(self.folder / "in"):
            answer = self.folder / "out" / f"{path.stem}.out"
            known = self.files.read_bytes(answer) if answer.is_file() else None
            is_sample = path.stem.startswith("example")
            tests.append(FoundTest(path.stem, self.files.read_bytes(path), known, is_sample))
        for entry in self.info.get("tests", []) if not tests else []:
            name, number = str(entry.get("name")), int(entry.get("number", 1))
            stem, _, ending = name.partition(".")
            if ending == "cpp":
                code = self._adapt(f"gen/{name}", "generator")
                lines = tuple(map(str, range(min(number, _MAX_CASES))))
                if code:
                    generators.append(FoundGenerator(stem, code, ".cpp", lines))
                continue
            for at in range(number):
                path = self.folder / "gen" / f"{stem}_{at:02}.in"
                if path.is_file():
                    data = self.files.read_bytes(path)
                    tests.append(FoundTest(path.stem, data, is_sample=stem == "example"))
                else:
                    self._leave_out("test", path.name, "no file")
        return tests, generators

    def _adapt(self, name: str, part: str) -> str:
        """Return a program for testlib as the package has it; empty if it is not used."""
        adapt = {
            "generator": adapt_generator,
            "input validator": adapt_validator,
            "output validator": adapt_checker,
        }[part]
        text = self._get_text(name)
        adapted = adapt(text, lambda it: self._include(name, it)) if text else None
        if adapted is None:
            why = "its main function has no known form" if text else "no file"
            self._leave_out(part, name, why)
        return adapted or ""

    def _iter_files(self) -> Iterator[tuple[str, bytes]]:
        if validator := self._adapt("verifier.cpp", "input validator"):
            yield "input_validators/verifier.cpp", validator.encode()
        if checker := self._adapt(str(self.info.get("checker", "checker.cpp")), "output validator"):
            yield "output_validator/checker.cpp", checker.encode()


def _define(parameters: Mapping[str, Any]) -> str:
    """Return the header with a problem's parameters, as generate.py writes it."""
    lines = []
    for name, value in parameters.items():
        shown = f'"{value}"' if isinstance(value, str) else str(value)
        lines.append(f"#define {name} {'(long long)' if isinstance(value, int) else ''}{shown}\n")
    return "".join(lines)


def _render(text: str, parameters: Mapping[str, Any]) -> str:
    """Return the English statement; samples are the package's."""

    def replace(match: re.Match[str]) -> str:
        if match[1] == "param":
            return str(parameters.get(match[2], match[2]))
        return match[2].capitalize() if match[1] == "keyword" else ""

    shown = _PLACEHOLDER.sub(replace, _OTHER_LANGUAGES.sub("", text)).strip()
    return f"{shown}\n" if shown else ""


IMPORT = ImportKind(
    title="Library Checker",
    layout="a checkout of library-checker-problems",
    read=_read,
)

"""ICPC/Kattis problem packages, versions 2025-09 and legacy.

Source: the problem package format, problem-package-format/spec/2025-09 and legacy. Generators are
read from BAPCtools' `generators.yaml`: every test case that is one generator command with a seed
can be generated again with another seed.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pieforge.errors import PackageError
from pieforge.problems import GeneratorCall, PackageLimits, Problem, ProblemFormat, ProblemTest
from pieforge.problems.package_files import PackageFiles, show_path
from pieforge.problems.package_programs import (
    get_language_suffix,
    read_input_validators,
    read_output_validator,
    read_submissions,
)
from pieforge.problems.test_data import choose_usual, read_tests, split_words
from pieforge.records import PackageProgram

_VERSIONS = ("2025-09", "2023-07-draft", "2023-07", "draft", "legacy", "legacy-icpc")
"""The drafts of 2025-09 differ in nothing that is read here."""
_LEGACY = ("legacy", "legacy-icpc")
_UNSUPPORTED = {
    "interactive": "has no fixed inputs",
    "multi-pass": "runs a program several times on one input",
    "multipass": "runs a program several times on one input",
    "submit-answer": "has no programs",
    "scoring": "has no single right output",
    "score": "has no single right output",
}
"""Words of `type` (2025-09) and `validation` (legacy) that mean what is not supported, and why."""
_TYPES = ("", "pass-fail")
_VALIDATIONS = ("", "default", "custom")
_CONSTANT = re.compile(r"\{\{([^\W\d]\w*)(?:\.(\w+))?\}\}")
_GENERATOR_WORD = re.compile(r"\{(?!seed(:\d+)?\})\w+(:\d+)?\}")
"""A placeholder of a generator's command other than the seed."""
_MAX_GROUPS = 16
"""Nesting of test groups in generators.yaml."""


def load(folder: Path) -> Problem:
    """Read one package.

    Raises:
        PackageError: A part cannot be read or used; the message names it.
    """
    return _PackageReader(folder).read()


class _PackageReader:
    """One package under way."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = PackageFiles(folder)
        self.skipped: list[str] = []
        self.meta_path = folder / "problem.yaml"
        self.meta: dict[str, Any] = {}

    def read(self) -> Problem:
        self.meta = self.files.read_yaml(self.meta_path)
        legacy = self._read_version() in _LEGACY
        self._require_supported()
        args = split_words(self.meta.get("validator_flags"), self.meta_path, "validator_flags")
        note, constants = self.skipped.append, self._read_constants()
        submissions = tuple(
            read_submissions(self.files, self.folder / "submissions", constants, note)
        )
        if self.files.list_folder(self.folder / "include"):
            note("include (its files are not added to submissions)")
        data = self.folder / "data"
        tests = tuple(
            test
            for group in ("sample", "secret")
            for test in read_tests(self.files, data / group, args)
        )
        if not tests:
            raise PackageError(
                "the package has no test data",
                where=show_path(data),
                fix="add inputs and answers to data/sample and data/secret; `bt generate` of "
                "BAPCtools creates those of generators.yaml",
            )
        usual = [test for test in tests if test.name.startswith("secret/")] or tests
        generators = self.folder / "generators"
        files = {
            path.relative_to(generators).as_posix(): self.files.read_bytes(path)
            for path in self.files.walk(generators)
            if get_language_suffix(path.name) == ".py"
        }
        calls = tuple(self._read_generator_calls(generators / "generators.yaml", files))
        name = self.meta.get("name") or self.folder.name
        return Problem(
            problem_id=self._read_problem_id(),
            title=str(name.get("en", self.folder.name)) if isinstance(name, dict) else str(name),
            statement=self._read_statement(constants),
            license=str(self.meta.get("license") or "unknown"),
            folder=self.folder,
            tests=tests,
            invalid_inputs=read_tests(self.files, data / "invalid_input", has_answers=False),
            submissions=submissions,
            validators=self._read_validators(constants, usual),
            generator_files=files,
            generator_calls=calls,
            output_validator=self._read_output_validator(constants, legacy=legacy),
            output_validator_args=choose_usual((test.output_validator_args for test in usual), ()),
            limits=self._read_limits(),
            skipped=tuple(self.skipped),
        )

    def _read_problem_id(self) -> str:
        try:
            self.folder.name.encode()
        except UnicodeEncodeError as error:
            raise PackageError(
                "the folder's name is not UTF-8", where=show_path(self.folder), fix="rename it"
            ) from error
        return self.folder.name

    def _read_version(self) -> str:
        version = self.meta.get("problem_format_version") or "legacy"
        if version not in _VERSIONS:
            raise PackageError(
                f"problem_format_version {version!r} is not known",
                where=show_path(self.meta_path),
                fix=f"use one of: {', '.join(_VERSIONS)}",
            )
        return str(version)

    def _require_supported(self) -> None:
        for key, known in (("type", _TYPES), ("validation", _VALIDATIONS)):
            words = split_words(self.meta.get(key), self.meta_path, key)
            for word in words:
                if word not in known:
                    why = _UNSUPPORTED.get(word, "is not known")
                    raise PackageError(
                        f"a problem whose {key} is {word!r} is not supported: it {why}",
                        where=show_path(self.meta_path),
                        fix="leave the package out",
                    )

    def _read_constants(self) -> Callable[[str], str]:
        """Return the function that replaces the package's constants in a text."""
        given = self.meta.get("constants")
        known: Mapping[str, Any] = given if isinstance(given, dict) else {}

        def replace_one(match: re.Match[str]) -> str:
            value = known.get(match[1])
            if isinstance(value, dict):
                value = value.get(match[2] or "value")
            elif match[2] not in (None, "value"):
                value = None
            return value if isinstance(value, str) else match[0]

        return lambda text: _CONSTANT.sub(replace_one, text) if known else text

    def _read_statement(self, constants: Callable[[str], str]) -> str:
        # The folder is statement/ in 2025-09 and problem_statement/ in the legacy format. English
        # is preferred; any other language will do.
        for place in ("statement", "problem_statement"):
            names = {path.name: path for path in self.files.list_folder(self.folder / place)}
            texts = [n for n in names if re.fullmatch(r"problem\.(?:[\w-]+\.)?(?:md|tex)", n)]
            for name in (*("problem.en.md", "problem.en.tex", "problem.tex"), *texts):
                if name in names:
                    text = constants(self.files.read_text(names[name], "the statement")).strip()
                    if not text:
                        where = show_path(names[name])
                        raise PackageError("the statement is empty", where=where, fix="write it")
                    return text
        return ""

    def _read_validators(
        self, constants: Callable[[str], str], usual: Sequence[ProblemTest]
    ) -> dict[str, PackageProgram]:
        """Return the input validators, each with the arguments that most tests have for it."""
        found: dict[str, PackageProgram] = {}
        for place in ("input_validators", "input_format_validators"):
            folder = self.folder / place
            for name, program in read_input_validators(
                self.files, folder, constants, self.skipped.append
            ):
                args = choose_usual((test.get_validator_args(name) for test in usual), ())
                found[name] = program.model_copy(update={"arguments": args})
        return found

    def _read_output_validator(
        self, constants: Callable[[str], str], *, legacy: bool
    ) -> PackageProgram | None:
        custom = "custom" in split_words(self.meta.get("validation"), self.meta_path, "validation")
        # The legacy format has a folder for several, which counts only if problem.yaml says so.
        places = [("output_validators", custom), ("output_validator", not legacy)]
        for place, counts in places:
            folder = self.folder / place
            if not counts and self.files.list_folder(folder):
                self.skipped.append(f"{place} (problem.yaml does not say that it is used)")
            elif counts:
                program = read_output_validator(self.files, folder, constants)
                if program is not None:
                    return program
        if custom:
            raise PackageError(
                "the package says that it has an output validator of its own, and has none",
                where=show_path(self.folder / "output_validators"),
                fix="add it, or remove `validation: custom` from problem.yaml",
            )
        return None

    def _read_limits(self) -> PackageLimits:
        given = self.meta.get("limits")
        limits = given if isinstance(given, dict) else {}
        values = {key: self._read_limit(limits, key) for key in ("time_limit", "memory", "output")}
        hidden = self.folder / ".timelimit"  # of DOMjudge, in the legacy format
        if values["time_limit"] is None and hidden.is_file():
            text = self.files.read_text(hidden, "the time limit").strip()
            values["time_limit"] = self._read_limit({"time_limit": text}, "time_limit", hidden)
        memory, output = values["memory"], values["output"]
        return PackageLimits(
            cpu_s=values["time_limit"],
            memory_mb=None if memory is None else math.ceil(memory),
            output_mb=None if output is None else math.ceil(output),
        )

    def _read_limit(
        self, limits: Mapping[str, Any], key: str, where: Path | None = None
    ) -> float | None:
        value = limits.get(key)
        if value is None:
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not 0 < number < math.inf:
            raise PackageError(
                f"limits.{key} is {value!r}, which is no number above 0",
                where=show_path(where or self.meta_path),
                fix="correct the value",
            )
        return number

    def _read_generator_calls(
        self, path: Path, files: Mapping[str, bytes]
    ) -> Iterator[GeneratorCall]:
        if not path.is_file():
            return
        given = self.files.read_yaml(path)
        aliases = given.get("generators")
        data = given.get("data")
        secret = data.get("secret") if isinstance(data, dict) else None
        unused: dict[str, dict[str, None]] = {}
        cases = _flatten_cases(secret.get("data") if isinstance(secret, dict) else None)
        for name, command, counted in cases:
            words = split_words(command, path, f"the command of {name}")
            if not any("{seed" in word for word in words):
                continue
            script = words[0].removeprefix("/")
            if counted or any(_GENERATOR_WORD.search(word) for word in words):
                unused.setdefault("a count or a name in their command", {})[name] = None
            elif isinstance(aliases, dict) and script in aliases:
                unused.setdefault("aliases", {})[script] = None
            elif script not in files and get_language_suffix(script) != ".py":
                unused.setdefault("not one Python file", {})[script] = None
            else:
                yield GeneratorCall(name=name, script=script, arguments=words[1:])
        for why, names in unused.items():
            self.skipped.append(f"generators {', '.join(names)} ({why})")


def _flatten_cases(data: object, depth: int = 0) -> Iterator[tuple[str, str, bool]]:
    """Yield name, command and whether it is counted, of every generated case, in the file's order.

    Cases may be in groups.
    """
    if depth > _MAX_GROUPS:
        return
    entries = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    for entry in entries:
        for name, value in entry.items() if isinstance(entry, dict) else ():
            if isinstance(value, str):
                yield name, value, False
            elif isinstance(value, dict) and isinstance(value.get("generate"), str):
                yield name, value["generate"], value.get("count") is not None
            elif isinstance(value, dict):
                yield from _flatten_cases(value.get("data"), depth + 1)


SOURCE = ProblemFormat(
    title="ICPC/Kattis problem package (2025-09 and legacy)",
    recognizes=lambda folder: (folder / "problem.yaml").is_file(),
    load=load,
)

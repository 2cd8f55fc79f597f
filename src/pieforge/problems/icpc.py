"""ICPC/Kattis problem packages, versions 2025-09 and legacy.

Source: the problem package format, problem-package-format/spec/2025-09. Generators are read from
BAPCtools' `generators.yaml`: every test case that is one generator command with a seed can be
generated again with another seed.
"""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pieforge.errors import PackageError
from pieforge.problems import (
    GeneratorCall,
    Problem,
    ProblemFormat,
    ProblemTest,
    Submission,
    SubmissionRole,
)

_ROLES = {
    "accepted": SubmissionRole.FAST,
    "time_limit_exceeded": SubmissionRole.SLOW,
    "wrong_answer": SubmissionRole.WRONG,
}
_VERSIONS = ("2025-09", "legacy", "legacy-icpc")


def load(folder: Path) -> Problem:
    """Read one package.

    Raises:
        PackageError: A part is missing or cannot be read; the message names it.
    """
    meta = _read_yaml(folder / "problem.yaml")
    version = str(meta.get("problem_format_version", "legacy"))
    if version not in _VERSIONS:
        raise PackageError(
            f"problem_format_version {version!r} is not known",
            where=str(folder / "problem.yaml"),
            fix=f"use one of: {', '.join(_VERSIONS)}",
        )
    name = meta.get("name", folder.name)
    submissions = tuple(_read_submissions(folder / "submissions"))
    for place in ("time_limit_exceeded", "accepted"):
        role = _ROLES[place]
        if not any(submission.role == role for submission in submissions):
            raise PackageError(
                f"the package has no {role} submission",
                where=str(folder / "submissions" / place),
                fix=f"add a correct and {role} program there: the loop starts from such pairs",
            )
    data = folder / "data"
    tests = tuple(test for group in ("sample", "secret") for test in _read_tests(data / group))
    if not tests:
        raise PackageError(
            "the package has no test data",
            where=str(data),
            fix="add inputs and answers to data/sample and data/secret",
        )
    generators = folder / "generators"
    return Problem(
        problem_id=folder.name,
        title=str(name.get("en", folder.name)) if isinstance(name, dict) else str(name),
        statement=_read_statement(folder),
        license=str(meta.get("license", "unknown")),
        folder=folder,
        tests=tests,
        invalid_inputs=tuple(_read_tests(data / "invalid_input", answers=False)),
        submissions=submissions,
        validators=dict(_read_validators(folder)),
        generator_files={path.name: path.read_bytes() for path in sorted(generators.glob("*.py"))},
        generator_calls=tuple(_read_generator_calls(generators / "generators.yaml")),
        output_validator=dict(_read_output_validator(folder, meta)),
        output_validator_args=_read_output_validator_args(folder, meta),
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        what = f"cannot be read: {' '.join(str(error).split())}"
        raise PackageError(what, where=str(path), fix="correct the YAML") from error
    if not isinstance(value, dict):
        what = "is not a mapping of keys to values"
        raise PackageError(what, where=str(path), fix="correct the YAML")
    return value


def _read_statement(folder: Path) -> str:
    # The folder is statement/ in 2025-09 and problem_statement/ in the legacy format. English is
    # preferred; any other language will do.
    paths = [
        path
        for place in ("statement", "problem_statement")
        for ending in ("en.md", "en.tex", "tex", "*.md", "*.tex")
        for path in sorted((folder / place).glob(f"problem.{ending}"))
    ]
    if not paths:
        raise PackageError(
            "the package has no statement",
            where=str(folder / "statement"),
            fix="add problem.en.tex or problem.en.md",
        )
    text = _read_text(paths[0], "the statement").strip()
    if not text:
        raise PackageError("the statement is empty", where=str(paths[0]), fix="write it")
    return text


def _read_text(path: Path, what: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackageError(
            f"{what} cannot be read: {error}", where=str(path), fix="save it as UTF-8 text"
        ) from error


def _read_submissions(folder: Path) -> Iterator[Submission]:
    for place, role in _ROLES.items():
        for path in sorted((folder / place).glob("*.*")):
            yield Submission(path=path, role=role, code=_read_text(path, "the submission"))


def _read_tests(folder: Path, *, answers: bool = True) -> Iterator[ProblemTest]:
    for path in sorted(folder.rglob("*.in")):
        answer = path.with_suffix(".ans")
        if answers and not answer.is_file():
            raise PackageError(
                "a test has no answer",
                where=str(answer),
                fix="add it; `bt generate` of BAPCtools creates it by the accepted submission",
            )
        yield ProblemTest(
            name=f"{folder.name}/{path.relative_to(folder).with_suffix('')}",
            input=path.read_bytes(),
            answer=answer.read_bytes() if answers else b"",
        )


def _read_validators(folder: Path) -> Iterator[tuple[str, str]]:
    for place in ("input_validators", "input_format_validators"):
        for path in sorted((folder / place).glob("*.*")):
            yield path.name, _read_text(path, "the validator")


def _read_output_validator(folder: Path, meta: dict[str, Any]) -> Iterator[tuple[str, str]]:
    # The legacy format has a folder for several, which counts only if problem.yaml says `custom`.
    legacy = str(meta.get("validation", "default")).startswith("custom")
    place = folder / ("output_validators" if legacy else "output_validator")
    if "interactive" in (*str(meta.get("validation", "")).split(), *_split_words(meta.get("type"))):
        raise PackageError(
            "interactive problems are not supported: they have no fixed inputs",
            where=str(folder / "problem.yaml"),
            fix="leave the package out",
        )
    for path in sorted(place.rglob("*.*")):
        if path.is_file():
            yield str(path.relative_to(place)), _read_text(path, "the output validator")


def _read_output_validator_args(folder: Path, meta: dict[str, Any]) -> tuple[str, ...]:
    """Return the output validator's arguments: from the secret tests' folder if set there."""
    for place in (folder / "data" / "secret", folder / "data"):
        for path in (place / "test_group.yaml", place / "testdata.yaml"):
            given = _read_yaml(path) if path.is_file() else {}
            for key in ("output_validator_args", "output_validator_flags"):
                if key in given:
                    return _split_words(given[key])
    return _split_words(meta.get("validator_flags"))


def _split_words(value: object) -> tuple[str, ...]:
    """Return the words of a YAML value, which is a list of words or a string of them."""
    if isinstance(value, list):
        return tuple(str(word) for word in value)
    return tuple(shlex.split(str(value))) if value is not None else ()


def _read_generator_calls(path: Path) -> Iterator[GeneratorCall]:
    if not path.is_file():
        return
    secret = _read_yaml(path).get("data", {}).get("secret", {})
    for name, command in _flatten_cases(secret.get("data") if isinstance(secret, dict) else None):
        if "{seed" not in command:
            continue
        script, *arguments = shlex.split(command)
        yield GeneratorCall(name=name, script=script.lstrip("/"), arguments=tuple(arguments))


def _flatten_cases(data: object) -> Iterator[tuple[str, str]]:
    """Yield (name, command) of every generated test case, also in groups, in the file's order."""
    entries = data if isinstance(data, list) else [data] if isinstance(data, dict) else []
    for entry in entries:
        for name, value in entry.items() if isinstance(entry, dict) else ():
            if isinstance(value, str):
                yield str(name), value
            elif isinstance(value, dict) and isinstance(value.get("generate"), str):
                yield str(name), value["generate"]
            elif isinstance(value, dict):
                yield from _flatten_cases(value.get("data"))


SOURCE = ProblemFormat(
    title="ICPC/Kattis problem package (2025-09 and legacy)",
    recognizes=lambda folder: (folder / "problem.yaml").is_file(),
    load=load,
)

"""Write a problem package whose inputs are those of another one.

Input validators, generators and test inputs are copied; the statement, the answers and the
submissions are new. Answers are compared by the format's default output validator.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pieforge.files import translate_os_errors, write_text
from pieforge.problems import SUBMISSION_FOLDERS, Problem, SubmissionRole
from pieforge.problems.package_files import PackageFiles

_COPIED = ("input_validators", "input_format_validators", "generators", "data/invalid_input")
_NAMESPACE = uuid.UUID("7d1f4f7e-8a0b-5c39-9b46-0d6a6d0f5b52")
"""Of the ids of derived packages (RFC 9562, version 5)."""


@dataclass(frozen=True)
class DerivedProblem:
    """What is new in a package.

    Attributes:
        name: Name of its folder.
        title: Title of the problem.
        statement: Its statement in Markdown.
        answers: The answer for each test of the package that it is derived from, by name.
        submissions: Texts by role and file name; the first fast one is the solution.
    """

    name: str
    title: str
    statement: str
    answers: Mapping[str, bytes]
    submissions: Sequence[tuple[SubmissionRole, str, str]]


def write_derived_package(parent: Problem, derived: DerivedProblem, root: Path) -> Path:
    """Write a package below a folder and return its own folder.

    Raises:
        PackageError: A file of the package that it is derived from cannot be read.
        StorageError: It cannot be written.
    """
    folder, files = root / derived.name, PackageFiles(parent.folder)
    with translate_os_errors(folder):
        for place in _COPIED:
            for path in files.walk(parent.folder / place):
                _write(folder / path.relative_to(parent.folder), files.read_bytes(path))
        for test in parent.tests:
            _write(folder / "data" / f"{test.name}.in", test.input)
            _write(folder / "data" / f"{test.name}.ans", derived.answers[test.name])
        for role, name, code in derived.submissions:
            _write(folder / "submissions" / SUBMISSION_FOLDERS[role] / name, code.encode())
        _write(folder / "statement" / "problem.en.md", derived.statement.encode())
        write_text(folder / "problem.yaml", _describe(parent, derived))
        rules = folder / "generators" / "generators.yaml"
        if rules.is_file():
            solution = next(n for role, n, _ in derived.submissions if role is SubmissionRole.FAST)
            write_text(rules, _adapt_rules(rules.read_text(encoding="utf-8"), solution))
    return folder


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _describe(parent: Problem, derived: DerivedProblem) -> str:
    values: dict[str, Any] = {
        "problem_format_version": "2025-09",
        "type": "pass-fail",
        "name": {"en": derived.title},
        "uuid": str(uuid.uuid5(_NAMESPACE, f"{derived.name}\n{derived.statement}")),
        "credits": "pieforge",
        "license": parent.license,
    }
    limits = {
        "time_limit": parent.limits.cpu_s,
        "memory": parent.limits.memory_mb,
        "output": parent.limits.output_mb,
    }
    if known := {key: value for key, value in limits.items() if value is not None}:
        values["limits"] = known
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True)


def _adapt_rules(text: str, solution: str) -> str:
    """Return BAPCtools' rules with another solution and without the old answers."""
    rules = yaml.safe_load(text)
    if not isinstance(rules, dict):
        return text
    rules["solution"] = f"/submissions/{SUBMISSION_FOLDERS[SubmissionRole.FAST]}/{solution}"
    waiting: list[Any] = [rules]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            value.pop("ans", None)
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return yaml.safe_dump(rules, sort_keys=False, allow_unicode=True)

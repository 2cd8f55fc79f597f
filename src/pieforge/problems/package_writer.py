"""Write problem packages, in either version of the format.

A derived package has the input validators, generators and test inputs of another one; its
statement, answers and submissions are new.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pieforge.files import translate_os_errors
from pieforge.problems import SUBMISSION_FOLDERS, PackageLimits, Problem, SubmissionRole
from pieforge.problems.package_files import PackageFiles

_COPIED = ("input_validators", "input_format_validators", "generators", "data/invalid_input")
_RULES = "generators/generators.yaml"
_NAMESPACE = uuid.UUID("7d1f4f7e-8a0b-5c39-9b46-0d6a6d0f5b52")
"""Of the ids of written packages (RFC 9562, version 5)."""


@dataclass(frozen=True)
class NewPackage:
    """What a package holds.

    Attributes:
        name: Name of its folder.
        title: Title of the problem.
        statement: Its statement in Markdown.
        tests: Input and answer by name: `secret/01`.
        submissions: Texts by role and file name.
        files: Further files by path in the package; they win over those that are written.
        legacy: Whether it is in the version `legacy` instead of 2025-09.
    """

    name: str
    title: str
    statement: str
    license: str
    limits: PackageLimits
    tests: Mapping[str, tuple[bytes, bytes]]
    submissions: Sequence[tuple[SubmissionRole, str, str]]
    files: Mapping[str, bytes] = field(default_factory=dict)
    legacy: bool = False


def write_package(package: NewPackage, root: Path) -> Path:
    """Write a package below a folder and return its own folder.

    Raises:
        StorageError: It cannot be written.
    """
    files = {"problem.yaml": _describe(package)}
    if not any(name.startswith(("statement/", "problem_statement/")) for name in package.files):
        place = "problem_statement" if package.legacy else "statement"
        files[f"{place}/problem.en.md"] = package.statement.encode()
    if package.legacy and package.limits.cpu_s is not None:
        files[".timelimit"] = f"{package.limits.cpu_s:g}\n".encode()  # where DOMjudge looks
    for name, (data, answer) in package.tests.items():
        files |= {f"data/{name}.in": data, f"data/{name}.ans": answer}
    for role, name, code in package.submissions:
        files[f"submissions/{SUBMISSION_FOLDERS[role]}/{name}"] = code.encode()
    folder = root / package.name
    with translate_os_errors(folder):
        for name, content in {**files, **package.files}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


def copy_inputs(parent: Problem, solution: str) -> dict[str, bytes]:
    """Return the files of a package that belong to its inputs, for a package derived from it.

    Args:
        parent: The package.
        solution: File name of the new package's solution.

    Raises:
        PackageError: A file cannot be read.
    """
    files = PackageFiles(parent.folder)
    found = {
        path.relative_to(parent.folder).as_posix(): files.read_bytes(path)
        for place in _COPIED
        for path in files.walk(parent.folder / place)
    }
    if _RULES in found:
        found[_RULES] = _adapt_rules(found[_RULES].decode(), solution).encode()
    return found


def _describe(package: NewPackage) -> bytes:
    values: dict[str, Any] = {
        "problem_format_version": "2025-09",
        "type": "pass-fail",
        "name": {"en": package.title},
        "uuid": str(uuid.uuid5(_NAMESPACE, f"{package.name}\n{package.statement}")),
        "credits": "pieforge",
        "license": package.license,
    }
    if package.legacy:
        values = {
            "problem_format_version": "legacy",
            "name": package.title,
            "author": "pieforge",
            "license": package.license,
            "validation": "default",
        }
    limits = {
        "time_limit": None if package.legacy else package.limits.cpu_s,
        "memory": package.limits.memory_mb,
        "output": package.limits.output_mb,
    }
    if known := {key: value for key, value in limits.items() if value is not None}:
        values["limits"] = known
    return yaml.safe_dump(values, sort_keys=False, allow_unicode=True).encode()


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

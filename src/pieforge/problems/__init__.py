"""Problems: what they consist of, and the sources that they are read from, one format a file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import cast

from pieforge.errors import PackageError, UserInputError
from pieforge.plugins import discover

BUNDLED = Path(__file__).parent.parent / "bundled"
"""Folder of the problem packages that come with pieforge."""


class SubmissionRole(StrEnum):
    """What a submission is there to show."""

    FAST = "fast"
    SLOW = "slow"
    WRONG = "wrong"


@dataclass(frozen=True)
class Submission:
    """One program that came with a problem."""

    path: Path
    role: SubmissionRole
    code: str


@dataclass(frozen=True)
class ProblemTest:
    """One input, and the answer that the problem's author expects (raw bytes)."""

    __test__ = False  # pytest: this is no test class

    name: str
    input: bytes
    answer: bytes


@dataclass(frozen=True)
class GeneratorCall:
    """One call of a generator script that writes an input to stdout; `{seed}` still to be filled.

    Attributes:
        name: Name of the test case.
        script: File name of the script, relative to the generators' folder.
        arguments: Its arguments, with `{seed}` or `{seed:k}` where the seed belongs.
    """

    name: str
    script: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One problem, read whole; nothing in it has been run yet.

    Attributes:
        problem_id: Short name, unique among the problems of a run.
        tests: Sample tests first, then secret ones, by name.
        invalid_inputs: Inputs that the validators must refuse.
        validators: Programs that accept an input on stdin with exit status 42: text by file name.
        generator_files: Files of the generators' folder, by name.
        output_validator: Texts of the package's own output validator by file name; empty where
            the format's default one judges.
        output_validator_args: Arguments of the output validator, its own or the default one.
    """

    problem_id: str
    title: str
    statement: str
    license: str
    folder: Path
    tests: tuple[ProblemTest, ...]
    invalid_inputs: tuple[ProblemTest, ...]
    submissions: tuple[Submission, ...]
    validators: Mapping[str, str]
    generator_files: Mapping[str, bytes]
    generator_calls: tuple[GeneratorCall, ...]
    output_validator: Mapping[str, str] = field(default_factory=dict)
    output_validator_args: tuple[str, ...] = ()

    def find_submission(self, role: SubmissionRole, suffix: str) -> Submission | None:
        """Return the first submission of that role written in the language with that suffix."""
        return next(
            (s for s in self.submissions if s.role == role and s.path.suffix == suffix), None
        )


@dataclass(frozen=True)
class ProblemFormat:
    """A problem format: recognizes its packages and reads them.

    Attributes:
        title: The format's name and version, for messages.
        recognizes: Whether a folder is a package of this format.
        load: Reads a package; raises PackageError.
    """

    title: str
    recognizes: Callable[[Path], bool]
    load: Callable[[Path], Problem]


def discover_formats() -> Mapping[str, ProblemFormat]:
    """Return the known problem formats by name."""
    return cast("Mapping[str, ProblemFormat]", discover("pieforge.problems", "SOURCE"))


def load_problem(folder: Path) -> Problem:
    """Read the problem package in `folder`, in any known format.

    Raises:
        PackageError: No such folder, no known format, or the package is incomplete.
    """
    for source in discover_formats().values():
        if source.recognizes(folder):
            return source.load(folder)
    titles = ", ".join(source.title for source in discover_formats().values())
    raise PackageError(
        "this is no problem package" if folder.is_dir() else "there is no such folder",
        where=str(folder),
        fix=f"name a package in one of these formats: {titles}",
    )


def load_problems(root: Path, names: Iterable[str] = ()) -> list[Problem]:
    """Read the packages below `root`, all of them or the named ones, sorted by name.

    Raises:
        PackageError: A package is not there or incomplete.
        UserInputError: There is no package at all.
    """
    chosen = sorted(names) or sorted(path.name for path in root.glob("*/") if path.is_dir())
    if not chosen:
        raise UserInputError(
            "there are no problem packages", where=str(root), fix="correct run.problem_folder"
        )
    return [load_problem(root / name) for name in chosen]

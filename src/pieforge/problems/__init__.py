"""Problems as data, and the package formats that they are read from, one per file."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import cast

from pieforge.errors import PackageError, UserInputError
from pieforge.files import check_relative_path
from pieforge.plugins import discover

BUNDLED = Path(__file__).parent.parent / "bundled"
"""Folder of the problem packages that come with pieforge."""


class SubmissionRole(StrEnum):
    """The purpose of a submission in its package."""

    FAST = "fast"
    SLOW = "slow"
    WRONG = "wrong"


@dataclass(frozen=True)
class Submission:
    """One program of a problem package."""

    path: Path
    role: SubmissionRole
    code: str


@dataclass(frozen=True)
class ProblemTest:
    """One input, and the answer that the package expects (raw bytes)."""

    __test__ = False  # pytest would collect it as a test class

    name: str
    input: bytes
    answer: bytes


@dataclass(frozen=True)
class GeneratorCall:
    """One call of a generator script that writes an input to standard output.

    Attributes:
        name: Name of the test case.
        script: File name of the script, relative to the folder of generators.
        arguments: Its arguments, with `{seed}` or `{seed:k}` in the place of the seed.
    """

    name: str
    script: str
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Problem:
    """One problem package in memory; none of its programs has been run.

    Attributes:
        problem_id: Short name, unique among the problems of a run.
        tests: Sample tests, then secret tests, each sorted by name.
        invalid_inputs: Inputs that the validators must refuse.
        validators: Programs that accept an input on stdin with exit status 42: text by file name.
        generator_files: Files in the folder of generators, by name.
        output_validator: Files of the package's own output validator, text by file name; empty if
            the package uses the format's default validator.
        output_validator_args: Arguments of the output validator, the own or the default one.
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
        """Return the first submission with that role and file suffix."""
        return next(
            (s for s in self.submissions if s.role == role and s.path.suffix == suffix), None
        )


@dataclass(frozen=True)
class ProblemFormat:
    """A problem format: recognizes its packages and reads them.

    Attributes:
        title: The format's name and version, for messages.
        recognizes: Whether a folder is a package of this format.
        load: Reads a package; raises `PackageError`.
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
        PackageError: The folder does not exist, has no known format, or is incomplete.
    """
    for source in discover_formats().values():
        if source.recognizes(folder):
            return source.load(folder)
    titles = ", ".join(source.title for source in discover_formats().values())
    raise PackageError(
        "not a problem package" if folder.is_dir() else "the folder does not exist",
        where=str(folder),
        fix=f"give a package in one of these formats: {titles}",
    )


def load_problems(root: Path, names: Iterable[str] = ()) -> list[Problem]:
    """Read the packages below `root`, all of them or the named ones, sorted by name.

    Raises:
        PackageError: A package is missing or incomplete.
        UserInputError: There is no package in `root`.
    """
    chosen = sorted(names) or sorted(path.name for path in root.glob("*/") if path.is_dir())
    if not chosen:
        raise UserInputError(
            "there are no problem packages", where=str(root), fix="correct run.problem_folder"
        )
    return [load_named_problem(root, name) for name in chosen]


def load_named_problem(root: Path, name: str) -> Problem:
    """Read the package `name` below `root`; the name may come from a run folder.

    Raises:
        PackageError: There is no such package, it is incomplete, or the name leads elsewhere.
    """
    check_relative_path(name)
    return load_problem(root / name)

"""Problems as data, and the package formats that they are read from, one per file."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pieforge.errors import PackageError, UserInputError
from pieforge.files import check_relative_path
from pieforge.plugins import discover
from pieforge.problems.split import SplitPart, choose_problems, read_split
from pieforge.records import FrozenModel, PackageProgram

_logger = logging.getLogger(__name__)

BUNDLED = Path(__file__).parent.parent / "bundled"
"""Folder of the problem packages that come with pieforge."""


class SubmissionRole(StrEnum):
    """The purpose of a submission in its package."""

    FAST = "fast"
    SLOW = "slow"
    WRONG = "wrong"


SUBMISSION_FOLDERS = {
    SubmissionRole.FAST: "accepted",
    SubmissionRole.SLOW: "time_limit_exceeded",
    SubmissionRole.WRONG: "wrong_answer",
}
"""The folder of the submissions of a role, in the folder of submissions."""


@dataclass(frozen=True)
class Submission:
    """One program of a problem package.

    Attributes:
        path: Its file or folder.
        code: Its text; headers of its own are part of it.
        suffix: The suffix that stands for its language, as languages declare it.
    """

    path: Path
    role: SubmissionRole
    code: str
    suffix: str


@dataclass(frozen=True)
class ProblemTest:
    """One input, and the answer that the package expects (raw bytes).

    Attributes:
        input_validator_args: Arguments by the name of an input validator; under the empty name,
            of all.
        output_validator_args: Arguments of the output validator, the package's or the default one.
    """

    __test__ = False  # pytest would collect it as a test class

    name: str
    input: bytes
    answer: bytes
    input_validator_args: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    output_validator_args: tuple[str, ...] = ()

    def get_validator_args(self, name: str) -> tuple[str, ...]:
        """Return the arguments of an input validator for this test."""
        given = self.input_validator_args
        return given.get(name) or given.get(Path(name).stem) or given.get("", ())


class PackageLimits(FrozenModel):
    """Limits of one run that a package asks for; None where it says nothing.

    Attributes:
        cpu_s: CPU seconds.
        memory_mb: Memory in MiB.
        output_mb: Output in MiB.
    """

    cpu_s: float | None = None
    memory_mb: int | None = None
    output_mb: int | None = None


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
        validators: Programs that accept an input on stdin with exit status 42, by name.
        generator_files: Files in the folder of generators, by path.
        output_validator: The package's own; None if it uses the format's default validator.
        output_validator_args: Arguments of the output validator, the own or the default one, for
            inputs that are not the package's tests.
        skipped: What the package has and pieforge does not use, with reasons.
    """

    problem_id: str
    title: str
    statement: str
    license: str
    folder: Path
    tests: tuple[ProblemTest, ...]
    invalid_inputs: tuple[ProblemTest, ...]
    submissions: tuple[Submission, ...]
    validators: Mapping[str, PackageProgram]
    generator_files: Mapping[str, bytes]
    generator_calls: tuple[GeneratorCall, ...]
    output_validator: PackageProgram | None = None
    output_validator_args: tuple[str, ...] = ()
    limits: PackageLimits = field(default_factory=PackageLimits)
    skipped: tuple[str, ...] = ()

    def find_submission(self, role: SubmissionRole, suffix: str) -> Submission | None:
        """Return the first submission with that role and file suffix."""
        return next((s for s in self.submissions if s.role == role and s.suffix == suffix), None)


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
    return discover("pieforge.problems", "SOURCE", ProblemFormat)


def load_problem(folder: Path) -> Problem:
    """Read the problem package in `folder`, in any known format.

    Raises:
        PackageError: The folder does not exist, has no known format, or a part that is there cannot
            be used.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - a name for `.`; links stay
    for source in discover_formats().values():
        if source.recognizes(folder):
            return source.load(folder)
    titles = ", ".join(source.title for source in discover_formats().values())
    raise PackageError(
        "not a problem package" if folder.is_dir() else "the folder does not exist",
        where=str(folder),
        fix=f"give a package in one of these formats: {titles}",
    )


def list_packages(root: Path) -> list[str]:
    """Return the sorted names of the packages below `root`."""
    return sorted(
        path.name
        for path in root.glob("[!.]*/")
        if any(source.recognizes(path) for source in discover_formats().values())
    )


def log_skipped(problem: Problem) -> None:
    """Log what of a package is not used, as one warning."""
    if problem.skipped:
        _logger.warning("%s: skipped %s", problem.problem_id, "; ".join(problem.skipped))


def load_problems(root: Path, names: Iterable[str] = ()) -> list[Problem]:
    """Read the packages below `root` that a run uses, sorted by name.

    Args:
        root: A folder of packages; `split.toml` in it says which may be used together.
        names: The packages to read; if empty, those for training, or all without `split.toml`.

    Raises:
        ConfigError: The names are of several parts of the split, or the split is wrong.
        PackageError: A package is missing, or has not what self-play needs: a statement and a
            fast submission.
        UserInputError: There is no package in `root`, or none for training.
    """
    packages = list_packages(root)
    split = read_split(root, packages)
    chosen = choose_problems(split, tuple(names)) if split else sorted(names) or packages
    if not chosen:
        raise UserInputError(
            "there are no problem packages to use",
            where=str(root),
            fix="correct run.problem_folder",
        )
    found = [load_named_problem(root, name) for name in chosen]
    for problem in found:
        _require_complete(problem)
    return found


def find_other_parts(root: Path, used: Iterable[str]) -> Mapping[str, SplitPart]:
    """Return the packages below `root` that must stay apart from those used, with their parts.

    Raises:
        ConfigError: The split is wrong.
    """
    split = read_split(root, list_packages(root))
    own = {split[name] for name in used if name in split}
    return {name: part for name, part in split.items() if part not in own}


def _require_complete(problem: Problem) -> None:
    if not problem.statement:
        raise PackageError(
            "the package has no statement",
            where=str(problem.folder / "statement"),
            fix="write it as problem.en.tex or problem.en.md",
        )
    if all(submission.role is not SubmissionRole.FAST for submission in problem.submissions):
        left = "".join(f"; skipped {each}" for each in problem.skipped)
        raise PackageError(
            f"the package has no fast submission{left}",
            where=str(problem.folder / "submissions" / SUBMISSION_FOLDERS[SubmissionRole.FAST]),
            fix="add a correct and fast program there: the loop starts from such programs",
        )


def load_named_problem(root: Path, name: str) -> Problem:
    """Read the package `name` below `root`; the name may come from a run folder.

    Raises:
        PackageError: There is no such package, it is incomplete, or the name leads elsewhere.
    """
    check_relative_path(name)
    return load_problem(root / name)

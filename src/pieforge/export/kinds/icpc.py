"""Problem packages, one for each pair, as judges read them: version 2025-09."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pieforge.export.dataset import DataSet, Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, write_rows
from pieforge.problems import PackageLimits, SubmissionRole
from pieforge.problems.package_writer import NewPackage, write_package
from pieforge.records import RejectReason
from pieforge.sandbox.languages import discover_languages

FOLDER = "problems"
_VARIANT = """\
Read the input of the problem below. The output is not that problem's: it is what the accepted
submissions of this package print, which compute something else.

"""


def create_writer(*, legacy: bool) -> Callable[[DataSet, Path], Mapping[str, int]]:
    """Return a function that writes packages in a version of the format, and a list of them."""

    def write(data: DataSet, folder: Path) -> Mapping[str, int]:
        def build(lesson: Lesson) -> Iterator[TrainingRow]:
            package = _create_package(lesson, legacy=legacy)
            if package.tests:
                write_package(package, folder / FOLDER)
                yield TrainingRow({"package": f"{FOLDER}/{package.name}"})

        return write_rows(build)(data, folder)

    return write


def _create_package(lesson: Lesson, *, legacy: bool) -> NewPackage:
    pair = lesson.pair
    suffix = discover_languages()[pair.language].suffix
    tests = {
        f"secret/{at:03}-{name.replace('/', '-')}": test
        for at, (name, test) in enumerate(lesson.read_tests().items())
    }
    submissions = [
        (SubmissionRole.FAST, f"fast{suffix}", pair.tgt_code),
        (SubmissionRole.SLOW, f"slow{suffix}", pair.src_code),
    ]
    for reject in lesson.rejects:
        # A wrong program is one that a test of the package shows to be wrong.
        if reject.reason is RejectReason.DIFFERENT_OUTPUT and reject.input and tests:
            name = f"wrong{len(submissions) - 1}"
            submissions.append((SubmissionRole.WRONG, f"{name}{suffix}", reject.code))
            tests[f"secret/{name}"] = reject.input.encode(), reject.expected.encode()
    variant = _VARIANT if pair.behavior == "variant" else ""
    return NewPackage(
        name=f"{pair.problem_id}{pair.record_id}",
        title=f"{lesson.title} ({pair.record_id})",
        statement=variant + lesson.statement,
        license=lesson.license_name,
        limits=PackageLimits(),
        tests=tests,
        submissions=submissions,
        legacy=legacy,
    )


EXPORT = ExportKind(
    title="problem packages, one for each pair, in version 2025-09, and their list",
    reader="judges and tools for ICPC packages; `pieforge problems import --from icpc`",
    checked_by="pieforge's reader of packages",
    write=create_writer(legacy=False),
)

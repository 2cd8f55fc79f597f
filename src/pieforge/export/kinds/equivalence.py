"""Pairs of programs that are equal on many inputs, or different, with an input that shows it."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, write_rows
from pieforge.records import RejectReason


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    pair = lesson.pair
    first = {"problem_id": pair.problem_id, "language": pair.language, "first": pair.src_code}
    nothing = {"input": "", "first_output": "", "second_output": ""}
    yield TrainingRow(
        {**first, "second": pair.tgt_code, "equal": True, "equal_on": pair.equal_on, **nothing}
    )
    for reject in lesson.rejects:
        if reject.reason is not RejectReason.DIFFERENT_OUTPUT or not reject.input:
            continue
        yield TrainingRow(
            {
                **first,
                "second": reject.code,
                "equal": False,
                "equal_on": 0,
                "input": reject.input,
                "first_output": reject.expected,
                "second_output": reject.actual,
            },
            reject,
        )


EXPORT = ExportKind(
    title="program pairs, equal on `equal_on` inputs or different on `input`",
    reader="anything that reads JSON lines",
    checked_by="datasets",
    write=write_rows(_build),
)

"""Labelled answers for TRL: fast programs are good, wrong, slow or forbidden ones are not."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    prompt = ask(lesson)
    yield TrainingRow({"prompt": prompt, "completion": answer(lesson.answer), "label": True})
    for reject in lesson.bad_rejects:
        completion = answer(lesson.format_answer(reject.code))
        yield TrainingRow({"prompt": prompt, "completion": completion, "label": False}, reject)


EXPORT = ExportKind(
    title="answers with a label",
    reader="TRL's KTOTrainer",
    checked_by="datasets",
    write=write_rows(_build),
)

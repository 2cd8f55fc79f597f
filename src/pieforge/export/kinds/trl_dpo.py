"""Preferences for TRL: the fast program over each refused one for the same slow program."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    for reject in lesson.rejects:
        yield TrainingRow(
            {
                "prompt": ask(lesson),
                "chosen": answer(lesson.answer),
                "rejected": answer(lesson.format_answer(reject.code)),
            },
            reject,
        )


EXPORT = ExportKind(
    title="preferences: the fast program over each refused one",
    reader="TRL's DPOTrainer, CPOTrainer, ORPOTrainer",
    checked_by="datasets",
    write=write_rows(_build),
)

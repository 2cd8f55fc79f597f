"""Supervised fine-tuning with TRL: prompt and completion, so that the loss is on the completion."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    yield TrainingRow({"prompt": ask(lesson), "completion": answer(lesson.answer)})


EXPORT = ExportKind(
    title="prompt and completion for supervised fine-tuning",
    reader="TRL's SFTTrainer",
    checked_by="datasets",
    write=write_rows(_build),
)

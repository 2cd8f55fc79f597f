"""PIE's own train.jsonl: the columns that its scripts read, and no others."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, write_rows
from pieforge.rows import Pair

COLUMNS = tuple(Pair.model_fields)[:16]


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    yield TrainingRow(lesson.pair.model_dump(mode="json", include=set(COLUMNS)))


EXPORT = ExportKind(
    title="PIE's train.jsonl",
    reader="the fine-tuning scripts of LearningOpt/pie",
    checked_by="datasets",
    write=write_rows(_build),
)

"""Prompts for reinforcement learning with TRL; further columns reach the reward function."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, ask, write_rows

_COLUMNS = ("record_id", "problem_id", "language", "behavior", "src_code", "tgt_code", "speedup")


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    columns = {name: getattr(lesson.pair, name) for name in _COLUMNS}
    yield TrainingRow({"prompt": ask(lesson), **columns})


EXPORT = ExportKind(
    title="prompts with what a reward function needs to judge an answer",
    reader="TRL's GRPOTrainer and RLOOTrainer",
    checked_by="datasets",
    write=write_rows(_build),
)

"""Ranked answers for NeMo-RL: the fast program, slower ones by speed, then wrong ones."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows
from pieforge.rows import Reject


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    right = sorted((it for it in lesson.rejects if it.ratio > 0), key=_order)
    ranked: list[tuple[int, str]] = [(0, lesson.pair.tgt_code)]
    ranked += [(rank, it.code) for rank, it in enumerate(right, 1)]
    wrong = [it for it in lesson.rejects if it.ratio <= 0]
    ranked += [(len(ranked), it.code) for it in wrong]
    if len(ranked) > 1:
        completions = [
            {"rank": rank, "completion": answer(lesson.format_answer(code))}
            for rank, code in ranked
        ]
        yield TrainingRow({"context": ask(lesson), "completions": completions})


def _order(reject: Reject) -> tuple[float, str]:
    return -reject.ratio, reject.record_id


EXPORT = ExportKind(
    title="ranked answers: the fast program, slower ones by speed, wrong ones last",
    reader="NeMo-RL's preference data sets",
    checked_by="a schema written after its documentation",
    write=write_rows(_build),
)

"""Preferences as hosted services read them."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    for reject in lesson.rejects:
        yield TrainingRow(
            {
                "input": {"messages": ask(lesson)},
                "preferred_output": answer(lesson.answer),
                "non_preferred_output": answer(lesson.format_answer(reject.code)),
            },
            reject,
        )


EXPORT = ExportKind(
    title="preferences: the fast program over each refused one",
    reader="OpenAI, Azure, Fireworks, Together",
    checked_by="the message types of the package openai",
    write=write_rows(_build),
)

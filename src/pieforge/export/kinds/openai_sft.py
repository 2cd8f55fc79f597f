"""Chats for supervised fine-tuning as hosted services read them."""

from collections.abc import Iterator

from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows


def build_chat(lesson: Lesson) -> Iterator[TrainingRow]:
    """Yield the chat in which the fast program answers."""
    yield TrainingRow({"messages": [*ask(lesson), *answer(lesson.answer)]})


EXPORT = ExportKind(
    title="chats for supervised fine-tuning",
    reader="OpenAI, Fireworks; TRL with assistant_only_loss",
    checked_by="the message types of the package openai",
    write=write_rows(build_chat),
)

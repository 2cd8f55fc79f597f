"""Repair: a refused program and what is wrong with it, answered by one that holds."""

from collections.abc import Iterator

from pieforge.agents.fences import format_block
from pieforge.export.dataset import Lesson
from pieforge.export.kinds import ExportKind, TrainingRow, answer, ask, write_rows
from pieforge.rows import Reject

_MAX_WITNESS = 2000
"""Characters of an input or output that are shown."""


def _build(lesson: Lesson) -> Iterator[TrainingRow]:
    for reject in lesson.bad_rejects:
        prompt = [
            *ask(lesson),
            *answer(lesson.format_answer(reject.code)),
            {"role": "user", "content": explain_reject(reject)},
        ]
        yield TrainingRow({"prompt": prompt, "completion": answer(lesson.answer)}, reject)


def explain_reject(reject: Reject) -> str:
    """Return what is wrong with a refused program, with the witness where there is one."""
    if reject.ratio > 0:
        return f"Its output is right, but it is only {reject.ratio:.1f} times as fast. Try again."
    what = reject.reason.replace("_", " ")
    parts = [f"This program was refused: {what}."]
    if reject.input and len(reject.input) <= _MAX_WITNESS:
        parts.append(f"On this input:\n\n{format_block(reject.input, 'text')}")
        for title, text in (("Expected", reject.expected), ("Printed", reject.actual)):
            if text and len(text) <= _MAX_WITNESS:
                parts.append(f"{title}:\n\n{format_block(text, 'text')}")
    return "\n\n".join([*parts, "Try again."])


EXPORT = ExportKind(
    title="a refused program with the reason and the input that shows it, and the fast program",
    reader="TRL's SFTTrainer",
    checked_by="datasets",
    write=write_rows(_build),
)

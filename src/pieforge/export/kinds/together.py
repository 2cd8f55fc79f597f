"""Chats as Together reads them: it refuses files with further columns."""

from pieforge.export.kinds import ExportKind, write_rows
from pieforge.export.kinds.openai_sft import build_chat

EXPORT = ExportKind(
    title="chats for supervised fine-tuning",
    reader="Together",
    checked_by="a schema written after its documentation",
    write=write_rows(build_chat),
)

"""Chats for LLaMA-Factory, with the dataset_info.json that declares them."""

import json
from collections.abc import Mapping
from pathlib import Path

from pieforge.export.dataset import DataSet
from pieforge.export.kinds import ExportKind, write_rows
from pieforge.export.kinds.openai_sft import build_chat

_TAGS = {
    "role_tag": "role",
    "content_tag": "content",
    "user_tag": "user",
    "assistant_tag": "assistant",
    "system_tag": "system",
}


def _write(data: DataSet, folder: Path) -> Mapping[str, int]:
    counts = write_rows(build_chat)(data, folder)
    declared = {
        f"pieforge_{split}": {
            "file_name": f"{split}.jsonl",
            "formatting": "sharegpt",
            "columns": {"messages": "messages"},
            "tags": _TAGS,
        }
        for split in data.splits
    }
    (folder / "dataset_info.json").write_text(json.dumps(declared, indent=2) + "\n")
    return counts


EXPORT = ExportKind(
    title="chats with dataset_info.json",
    reader="LLaMA-Factory",
    checked_by="a schema written after its data/README.md",
    write=_write,
)

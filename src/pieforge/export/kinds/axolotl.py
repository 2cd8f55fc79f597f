"""Chats for axolotl, with the part of its configuration that declares them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pieforge.export.dataset import DataSet
from pieforge.export.kinds import ExportKind, write_rows
from pieforge.export.kinds.openai_sft import build_chat


def _write(data: DataSet, folder: Path) -> Mapping[str, int]:
    counts = write_rows(build_chat)(data, folder)
    declared: dict[str, list[dict[str, Any]]] = {}
    for split in data.splits:
        key = "datasets" if split == "train" else "test_datasets"
        declared.setdefault(key, []).append(
            {
                "path": f"{split}.jsonl",
                "ds_type": "json",
                "split": "train",  # the only one that a JSON file has
                "type": "chat_template",
                "field_messages": "messages",
                "message_property_mappings": {"role": "role", "content": "content"},
                "roles_to_train": ["assistant"],
            }
        )
    (folder / "axolotl.yaml").write_text(yaml.safe_dump(declared, sort_keys=False))
    return counts


EXPORT = ExportKind(
    title="chats with the datasets part of axolotl's configuration",
    reader="axolotl",
    checked_by="a schema written after its documentation",
    write=_write,
)

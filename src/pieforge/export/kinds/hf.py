"""A folder for the Hugging Face hub: Parquet files with a fixed schema, and their card.

Parquet carries the types of its columns, so that no reader has to guess them from the first rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from pieforge import __version__
from pieforge.export.card import escape_markdown
from pieforge.export.dataset import DataSet, Lesson
from pieforge.export.features import describe_type
from pieforge.export.kinds import ExportKind
from pieforge.rows import Pair
from pieforge.tools import import_arrow

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 500
"""Rows that are in memory together."""
_TEXTS = ("prompt", "completion", "statement", "run", "license", "author_model", "optimizer_model")
_PREFERENCE = ("record_id", "reject_id", "reason", "prompt", "chosen", "rejected")


def _write(data: DataSet, folder: Path) -> Mapping[str, int]:
    arrow = import_arrow()
    kinds = {name: it.annotation for name, it in Pair.model_fields.items()}
    types = {name: _convert(describe_type(kind)) for name, kind in kinds.items()}
    pairs = arrow.schema([*types.items(), *((name, arrow.string()) for name in _TEXTS)])
    preferences = arrow.schema([(name, arrow.string()) for name in _PREFERENCE])
    counts = {}
    licenses: Counter[str] = Counter()
    for split in data.splits:
        rows = (_describe(it, licenses) for it in data.iter_lessons(split))
        counts[split] = _write_parquet(_name_file(folder, "pairs", split), pairs, rows)
        ranked = (row for it in data.iter_lessons(split) for row in _rank(it))
        _write_parquet(_name_file(folder, "preferences", split), preferences, ranked)
    (folder / "README.md").write_text(_render_card(data, counts, licenses))
    return counts


def _convert(kind: Mapping[str, Any]) -> pa.DataType:
    """Return the Arrow type of a column, from the type that a card declares."""
    arrow = import_arrow()
    if "dtype" in kind:
        return {
            "string": arrow.string(),
            "int64": arrow.int64(),
            "float64": arrow.float64(),
            "bool": arrow.bool_(),
        }[kind["dtype"]]
    if "struct" in kind:
        return _convert_fields(kind["struct"])
    item = kind["list"]
    return arrow.list_(_convert({"dtype": item} if isinstance(item, str) else {"struct": item}))


def _convert_fields(fields: list[dict[str, Any]]) -> pa.DataType:
    return import_arrow().struct([(it["name"], _convert(it)) for it in fields])


def _name_file(folder: Path, config: str, split: str) -> Path:
    path = folder / "data" / config / f"{split}-00000-of-00001.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _write_parquet(path: Path, schema: pa.Schema, rows: Iterator[dict[str, Any]]) -> int:
    arrow = import_arrow()
    count = 0
    with arrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(rows, _BATCH)):
            writer.write_table(arrow.Table.from_pylist(batch, schema))
            count += len(batch)
    return count


def _describe(lesson: Lesson, licenses: Counter[str]) -> dict[str, Any]:
    licenses[lesson.joined.license or "unknown"] += 1
    return {
        **lesson.pair.model_dump(mode="json"),
        **dict(lesson.joined),
        "prompt": lesson.prompt,
        "completion": lesson.answer,
        "statement": lesson.statement,
    }


def _rank(lesson: Lesson) -> Iterator[dict[str, str]]:
    for reject in lesson.rejects:
        yield {
            "record_id": lesson.pair.record_id,
            "reject_id": reject.record_id,
            "reason": str(reject.reason),
            "prompt": lesson.prompt,
            "chosen": lesson.answer,
            "rejected": lesson.format_answer(reject.code),
        }


def _render_card(data: DataSet, counts: Mapping[str, int], licenses: Mapping[str, int]) -> str:
    [license_id] = licenses if len(licenses) == 1 else ["other"]
    configs = [
        {
            "config_name": config,
            "data_files": [
                {"split": split, "path": f"data/{config}/{split}-*.parquet"}
                for split in data.splits
            ],
        }
        | ({"default": True} if config == "pairs" else {})
        for config in ("pairs", "preferences")
    ]
    metadata = {
        "pretty_name": f"{len(data)} pairs of slow and fast programs, by pieforge",
        "license": license_id,
        "language": ["code"],
        "task_categories": ["text-generation"],
        "tags": ["code", "code-optimization", "synthetic"],
        "configs": configs,
    }
    lines = [f"- {split}: {count} pairs" for split, count in counts.items()]
    terms = [f"- {escape_markdown(name)}: {licenses[name]} pairs" for name in sorted(licenses)]
    return "\n".join(
        [
            f"---\n{yaml.safe_dump(metadata, sort_keys=False)}---",
            f"# {len(data)} pairs of slow and fast programs\n",
            f"Made by pieforge {__version__} by self-play; `pairs` has every column of its rows,"
            " with prompt and completion, `preferences` the fast program over each refused one."
            " Pairs of one problem or lineage are in one split. `export.json` says how the pairs"
            " were chosen.\n",
            *lines,
            "\nLicenses of the problem packages from which the programs derive:\n",
            *terms,
            "",
        ]
    )


EXPORT = ExportKind(
    title="Parquet files with all columns, and a card",
    reader="the Hugging Face hub, datasets",
    checked_by="datasets",
    write=_write,
)

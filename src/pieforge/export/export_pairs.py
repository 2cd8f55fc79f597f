"""Export the pairs of run folders in a format that others read."""

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pieforge import __version__
from pieforge.errors import UserInputError
from pieforge.export.dataset import DataSet, Selection
from pieforge.export.kinds import discover_kinds
from pieforge.files import translate_os_errors, write_jsonl
from pieforge.plugins import choose
from pieforge.records import SCHEMA_VERSION, FrozenModel


class ExportReport(FrozenModel):
    """What an export wrote, as in its export.json."""

    kind: str
    pieforge: str
    schema_version: int
    sources: list[dict[str, str]]
    """Name and hash of each run."""
    selection: dict[str, Any]
    """What was asked for."""
    pairs: int
    """Pairs that were selected."""
    rows: Mapping[str, int]
    """Rows of the data files, by split; a kind may have none or several for a pair."""
    left_out: Mapping[str, int]
    """Pairs that were not selected, by reason."""


def export_pairs(
    folders: Sequence[Path], kind: str, target: Path, selection: Selection
) -> ExportReport:
    """Write the pairs of some runs into a new folder, whole or not at all.

    Args:
        folders: The run folders.
        kind: Name of the format.
        target: The folder to create.
        selection: Which pairs, and to which split each goes.

    Raises:
        ConfigError: There is no such format.
        UserInputError: `target` exists, a run cannot be read, or no row is left.
        StorageError: The disk is full or refuses the write.
    """
    choose("export kind", kind, discover_kinds())
    if target.exists():
        raise UserInputError(
            "it exists already", where=str(target), fix="remove it, or give another --out"
        )
    with translate_os_errors(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        with closing(DataSet(folders, selection)) as data, translate_os_errors(target):
            report = _write(data, kind, work)
            work.chmod(0o755)
            work.rename(target)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return report


def _write(data: DataSet, kind: str, folder: Path) -> ExportReport:
    rows = discover_kinds()[kind].write(data, folder)
    if not any(rows.values()):
        raise UserInputError(
            f"no row comes of the {len(data)} pairs: no refused program belongs to them",
            where=f"--to {kind}",
            fix="choose a format without refused programs, or other conditions",
        )
    report = ExportReport(
        kind=kind,
        pieforge=__version__,
        schema_version=SCHEMA_VERSION,
        sources=data.sources,
        selection=asdict(data.selection),
        pairs=len(data),
        rows=rows,
        left_out=data.left_out,
    )
    text = json.dumps(report.model_dump(mode="json"), indent=1)
    (folder / "export.json").write_text(text + "\n")
    write_jsonl(folder / "problems.jsonl", (row.model_dump(mode="json") for row in data.problems))
    return report

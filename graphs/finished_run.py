"""Read a finished run folder, without changing it."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pieforge import earlier_schemas
from pieforge.config import Config
from pieforge.errors import RunFolderError
from pieforge.files import translate_os_errors
from pieforge.graphs.run_folder import read_config, read_tools
from pieforge.ledger import READABLE_VERSIONS, Ledger, LedgerReader
from pieforge.records import SCHEMA_VERSION
from pieforge.rows import Pair


@dataclass(frozen=True)
class StoredRow:
    """One line of pairs.jsonl.

    Attributes:
        number: Of the line, from 1.
        values: The JSON object in the terms of today; empty where the line holds none.
        pair: The row; None where it is no pair.
        fault: Why it is no pair; empty where it is one.
    """

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    pair: Pair | None = None
    fault: str = ""


@dataclass(frozen=True)
class FinishedRun:
    """A finished run of a readable schema version, in the terms of today.

    Attributes:
        config: Its configuration.
        tools: Versions of what its results depended on, by name.
        rows: The rows of its pairs.jsonl, each with the schema version that it was written with.
        ledger: What it kept: a private copy, which may be changed, of a ledger of this version.
    """

    config: Config
    tools: Mapping[str, str]
    rows: tuple[StoredRow, ...]
    ledger: LedgerReader


@contextmanager
def open_finished_run(
    folder: Path, own: Config | None = None, report: Callable[[str], None] = lambda line: None
) -> Iterator[FinishedRun]:
    """Open a run folder to read it; nothing in it is written, not even by SQLite.

    Args:
        folder: The run folder.
        own: The user's configuration; see `read_config`.
        report: Receives a line for each key whose value in run.toml is not used.

    Raises:
        RunFolderError: The folder cannot be read, or is of another schema version.
    """
    config = read_config(folder, own, finished=True, report=report)
    tools = read_tools(folder)
    rows = tuple(_read_rows(folder))
    with tempfile.TemporaryDirectory(prefix="pieforge-") as place:
        path = _copy_ledger(folder / "state" / "ledger.sqlite", Path(place))
        if not path.exists():
            report(f"{folder} has no ledger: nothing shows where its rows come from")
        ledger: LedgerReader = LedgerReader(path) if path.exists() else Ledger(path)
        try:
            if ledger.version == SCHEMA_VERSION:
                ledger.close()
                ledger = Ledger(path)
            yield FinishedRun(config=config, tools=tools, rows=rows, ledger=ledger)
        finally:
            ledger.close()


def _copy_ledger(path: Path, place: Path) -> Path:
    """Copy a ledger, with the log of a run that did not end, and return the copy's path."""
    for each in (path, path.with_name(f"{path.name}-wal")):
        if each.exists():
            with translate_os_errors(each, "the ledger cannot be copied"):
                shutil.copyfile(each, place / each.name)
    return place / path.name


def _read_rows(folder: Path) -> Iterator[StoredRow]:
    path = folder / "pairs.jsonl"
    if not path.exists():
        raise RunFolderError(
            "the run has no pairs.jsonl: it has not ended its first round",
            where=str(folder),
            fix=f"pieforge run --resume {folder}",
        )
    with translate_os_errors(path, "cannot be read"), path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            yield _parse_row(number, line)


def _parse_row(number: int, line: bytes) -> StoredRow:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return StoredRow(number, fault=f"the line is no JSON: {error}")
    if not isinstance(values, dict):
        return StoredRow(number, fault="the line is no JSON object")
    version = values.get("schema_version")
    try:
        if version in earlier_schemas.VERSIONS:
            values = earlier_schemas.upgrade_row(values)
        elif version != SCHEMA_VERSION:
            known = ", ".join(map(str, READABLE_VERSIONS))
            fault = f"schema_version is {version!r}; this pieforge reads {known}"
            return StoredRow(number, values, fault=fault)
        return StoredRow(number, values, Pair.model_validate(values))
    except (AttributeError, KeyError, TypeError) as error:
        return StoredRow(number, values, fault=f"it is no pair of version {version}: {error!r}")
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        return StoredRow(number, values, fault=f"it is no pair: {key}: {first['msg']}")

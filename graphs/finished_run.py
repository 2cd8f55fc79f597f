"""Read a finished run folder, without changing it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pieforge.config import Config
from pieforge.files import translate_os_errors
from pieforge.graphs.run_folder import read_config, read_tools
from pieforge.ledger import Ledger, LedgerReader
from pieforge.records import SCHEMA_VERSION
from pieforge.stored_rows import StoredRow, find_pairs, iter_stored_rows


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
    rows = tuple(iter_stored_rows(find_pairs(folder)))
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

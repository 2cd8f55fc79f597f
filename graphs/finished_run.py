"""Read a finished run folder, without changing it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pieforge import earlier_schemas
from pieforge.config import Config
from pieforge.errors import RunFolderError
from pieforge.files import read_jsonl, translate_os_errors
from pieforge.graphs.run_folder import read_config
from pieforge.ledger import READABLE_VERSIONS, LedgerReader
from pieforge.records import SCHEMA_VERSION
from pieforge.rows import Pair


@dataclass(frozen=True)
class FinishedRun:
    """A finished run of a readable schema version, in the terms of today.

    Attributes:
        config: Its configuration.
        pairs: The rows of its pairs.jsonl, each with the schema version that it was written with.
        ledger: What it kept.
    """

    config: Config
    pairs: tuple[Pair, ...]
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
        RunFolderError: The folder or a row cannot be read, or is of another schema version.
    """
    config = read_config(folder, own, finished=True, report=report)
    pairs = tuple(_read_pairs(folder / "pairs.jsonl"))
    with _open_ledger(folder) as ledger:
        yield FinishedRun(config=config, pairs=pairs, ledger=ledger)


@contextmanager
def _open_ledger(folder: Path) -> Iterator[LedgerReader]:
    """Open the ledger; of a run that did not end, a copy: SQLite would write beside it."""
    path = folder / "state" / "ledger.sqlite"
    with tempfile.TemporaryDirectory(prefix="pieforge-") as place:
        log = path.with_name(f"{path.name}-wal")
        if log.exists():
            with translate_os_errors(Path(place), "the ledger cannot be copied"):
                path = Path(shutil.copy(path, place))
                shutil.copy(log, place)
        ledger = LedgerReader(path)
        try:
            yield ledger
        finally:
            ledger.close()


def _read_pairs(path: Path) -> Iterator[Pair]:
    for number, row in enumerate(read_jsonl(path), 1):
        version = row.get("schema_version")
        if version is None:
            raise RunFolderError(
                f"row {number} is no pair: schema_version is missing", where=str(path)
            )
        if version not in READABLE_VERSIONS:
            raise RunFolderError(
                f"row {number} has schema version {version}, "
                f"this pieforge reads {', '.join(map(str, READABLE_VERSIONS))}",
                where=str(path),
                fix="use the pieforge version that wrote it",
            )
        try:
            values = row if version == SCHEMA_VERSION else earlier_schemas.upgrade_row(row)
            yield Pair.model_validate(values)
        except (AttributeError, KeyError, TypeError) as error:
            raise RunFolderError(
                f"row {number} is no pair of version {version}: {error!r}", where=str(path)
            ) from error
        except ValidationError as error:
            first = error.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise RunFolderError(
                f"row {number} is no pair: {key}: {first['msg']}", where=str(path)
            ) from error

"""The ledger of a run: one SQLite file from which every other file of the run derives.

It stores finished stages by (stage, subject, hash of the inputs), and source texts and test inputs
by content. A stage is computed and inserted only if it is absent, so that doing it twice has no
effect. If the process is killed, at most the unfinished stages are lost.
"""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError
from tenacity import retry, retry_if_exception, stop_after_delay, wait_random

from pieforge import earlier_schemas
from pieforge.errors import RunFolderError, StorageError
from pieforge.records import SCHEMA_VERSION, STORED, Record, digest

Result = TypeVar("Result", bound=Record)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS stages (
    stage TEXT NOT NULL, subject TEXT NOT NULL, inputs TEXT NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (stage, subject, inputs)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS blobs (sha TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""


_REFUSALS = {
    "SQLITE_FULL": "free disk space, then continue with: pieforge run --resume RUN",
    "SQLITE_READONLY": "correct the permissions of the file and its folder",
    "SQLITE_PERM": "correct the permissions of the file and its folder",
    "SQLITE_CANTOPEN": "check that the folder exists, and its permissions",
    "SQLITE_BUSY": "end the other program that has the file open",
    "SQLITE_LOCKED": "end the other program that has the file open",
    "SQLITE_IOERR": "free disk space, or test the disk; then continue with: "
    "pieforge run --resume RUN",
    "SQLITE_NOMEM": "free memory, then try again",
}
"""What the operating system refuses to SQLite, by the beginning of SQLite's name, and the fix."""

_DAMAGED_READS = ("SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_READ")


def find_sqlite_fix(error: sqlite3.DatabaseError) -> str:
    """Return the fix for what the operating system refuses; empty if the file is damaged."""
    name = getattr(error, "sqlite_errorname", "")  # a text that is no UTF-8 has no name
    if name in _DAMAGED_READS:
        return ""
    return next((fix for beginning, fix in _REFUSALS.items() if name.startswith(beginning)), "")


def _is_busy(error: BaseException) -> bool:
    return getattr(error, "sqlite_errorname", "").startswith("SQLITE_BUSY")


READABLE_VERSIONS = (*earlier_schemas.VERSIONS, SCHEMA_VERSION)
"""Schema versions of finished runs that can be read."""


class LedgerReader:
    """Reads finished stages and blobs of a run with a readable schema version.

    Raises:
        StorageError: The file cannot be read (from any method).
        RunFolderError: It has another schema version, is damaged or not a ledger (likewise).
    """

    _use = "read"

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._translate_sqlite_errors():
            # Without a -wal file no process has the ledger open, and `immutable` is safe. It is
            # needed in a read-only folder, where SQLite could not create its own -wal file.
            waiting = path.with_name(f"{path.name}-wal").exists()
            mode = "mode=ro" if waiting else "mode=ro&immutable=1"
            self._db = sqlite3.connect(
                f"{path.absolute().as_uri()}?{mode}", uri=True, isolation_level=None
            )
            self._version = self._check_version(*READABLE_VERSIONS)

    @property
    def version(self) -> int:
        """Its schema version."""
        return self._version

    def _check_version(self, *readable: int) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version not in readable:
            raise RunFolderError(
                f"the ledger has schema version {version}, not {SCHEMA_VERSION}",
                where=str(self._path),
                fix="start a new run, or use the pieforge version that wrote it",
            )
        return int(version)

    def close(self) -> None:
        """Close the file."""
        with self._translate_sqlite_errors():
            self._db.close()

    def get_blob(self, sha: str) -> bytes:
        """Return the bytes with the SHA-256 `sha`.

        Raises:
            RunFolderError: There is no such blob, or its bytes have another hash.
        """
        with self._translate_sqlite_errors():
            row = self._db.execute("SELECT data FROM blobs WHERE sha = ?", (sha,)).fetchone()
        if row is None:
            raise RunFolderError(f"blob {sha} is missing from the ledger", where=str(self._path))
        data = bytes(row[0])
        if digest(data) != sha:
            raise self._create_damage_error(f"blob {sha} is damaged: its bytes have another hash")
        return data

    def get_text(self, sha: str) -> str:
        """Return the text with the SHA-256 `sha`."""
        return self.get_blob(sha).decode()

    def get(self, kind: type[Result], subject: str, inputs: str = "") -> Result | None:
        """Return the result of a finished stage, or None; `kind` is the type of the result."""
        with self._translate_sqlite_errors():
            row = self._db.execute(
                "SELECT result FROM stages WHERE stage = ? AND subject = ? AND inputs = ?",
                (self._get_kind_name(kind), subject, inputs),
            ).fetchone()
        return self._load(kind, subject, row[0]) if row else None

    def iter_results(self, kind: type[Result]) -> Iterator[tuple[str, Result]]:
        """Yield (subject, result) of every finished stage of one kind, sorted by subject."""
        with self._translate_sqlite_errors():
            rows = self._db.execute(
                "SELECT subject, result FROM stages WHERE stage = ? ORDER BY subject, inputs",
                (self._get_kind_name(kind),),
            ).fetchall()
        for subject, result in rows:
            yield subject, self._load(kind, subject, result)

    def _get_kind_name(self, kind: type[Record]) -> str:
        if self._version == earlier_schemas.VERSIONS[0]:
            return earlier_schemas.KINDS[kind.KIND]
        return kind.KIND

    def _load(self, kind: type[Result], subject: str, result: str) -> Result:
        try:
            if self._version != SCHEMA_VERSION:
                values = earlier_schemas.upgrade_record(
                    self._version, kind.KIND, json.loads(result)
                )
                # Programs of version 2 and 3 name their text by its hash.
                return kind.model_validate(values)
            return kind.model_validate_json(result, context=STORED)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            cause = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            raise self._create_damage_error(
                f"the record {kind.KIND!r} of {subject!r} is damaged: {cause}"
            ) from error

    @contextmanager
    def _translate_sqlite_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if fix := find_sqlite_fix(error):
                what = f"the ledger cannot be {self._use}: {error}"
                raise StorageError(what, where=str(self._path), fix=fix) from error
            what = "not a ledger" if "not a database" in str(error) else "the ledger is damaged"
            raise self._create_damage_error(f"{what}: {error}") from error

    def _create_damage_error(self, what: str) -> RunFolderError:
        return RunFolderError(
            what, where=str(self._path), fix="restore the file from a copy, or start a new run"
        )


class Ledger(LedgerReader):
    """Stores finished stages and blobs; for one process, in the thread of its event loop.

    Raises:
        StorageError: The disk is full, or the file cannot be written (from any method).
        RunFolderError: The file has another schema version, is damaged or not a ledger.
    """

    _use = "written"

    def __init__(self, path: Path) -> None:
        self._path = path
        self._in_progress: dict[tuple[str, str, str], asyncio.Task[Record]] = {}
        with self._translate_sqlite_errors():
            self._db = sqlite3.connect(path, isolation_level=None)
            self._create_tables()
            self._version = SCHEMA_VERSION

    # SQLite does not wait for another process that changes the journal mode: two processes that
    # both hold the shared lock would wait for each other.
    @retry(
        retry=retry_if_exception(_is_busy),
        wait=wait_random(0.01, 0.1),
        stop=stop_after_delay(5),
        reraise=True,
    )
    def _create_tables(self) -> None:
        # A killed process loses nothing committed; a power cut may lose the last stages.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._check_version(0, SCHEMA_VERSION)
        self._db.executescript(_SCHEMA)
        self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    def put_blob(self, data: str | bytes) -> str:
        """Store a text or bytes by content; return the SHA-256 in hex."""
        raw = data.encode() if isinstance(data, str) else data
        sha = digest(raw)
        with self._translate_sqlite_errors():
            self._db.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (sha, raw))
        return sha

    def put(self, result: Record, subject: str, inputs: str = "") -> None:
        """Store a stage's result; replace an older one with the same key."""
        with self._translate_sqlite_errors():
            self._db.execute(
                "INSERT OR REPLACE INTO stages VALUES (?, ?, ?, ?)",
                (result.KIND, subject, inputs, result.model_dump_json()),
            )

    async def compute_once(
        self,
        kind: type[Result],
        subject: str,
        inputs: str,
        compute: Callable[[], Awaitable[Result]],
    ) -> Result:
        """Return a stage's result; compute and store it if it is absent.

        Two callers that request the same stage at the same time share one computation. If `compute`
        raises, nothing is stored and the stage stays open.
        """
        known = self.get(kind, subject, inputs)
        if known is not None:
            return known
        key = (kind.KIND, subject, inputs)
        task = self._in_progress.get(key)
        if task is None:
            task = asyncio.ensure_future(self._compute(key, subject, inputs, compute))
            # If all callers were cancelled, no caller retrieves the exception, and asyncio would
            # report it as never retrieved.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
            self._in_progress[key] = task
        # Shielded, so that the cancellation of one caller does not cancel the others' computation.
        result = await asyncio.shield(task)
        assert isinstance(result, kind)  # noqa: S101  the key names the type
        return result

    async def _compute(
        self,
        key: tuple[str, str, str],
        subject: str,
        inputs: str,
        compute: Callable[[], Awaitable[Result]],
    ) -> Record:
        try:
            result = await compute()
            self.put(result, subject, inputs)
            return result
        finally:
            del self._in_progress[key]

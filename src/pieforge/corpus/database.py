"""The databases that a corpus can be in: an SQLite file for one host, PostgreSQL for several.

Statements are written once, in what both have in common: `?` for values, `ON CONFLICT`.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pieforge.errors import CorpusError, DatabaseError, MissingToolError, StorageError
from pieforge.files import translate_os_errors
from pieforge.ledger import find_sqlite_fix

if TYPE_CHECKING:
    import psycopg

_WAIT_S = 60
"""How long a statement waits for another process's transaction."""


class Database(Protocol):
    """A relational database with one connection, for one thread.

    Raises:
        StorageError: The disk is full, or the file cannot be written (from any method).
        DatabaseError: The server cannot be reached or failed (likewise).
        CorpusError: The file is damaged or no database (likewise).
    """

    NOW: str
    """Seconds since 1970 as an SQL expression: the clock of all that share the database."""
    BYTES: str
    """SQL type of bytes."""

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Execute a statement with its values; return the rows that it gives."""

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement once for each row of values."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make what is executed in the block happen as a whole, or not at all."""

    def compact(self) -> None:
        """Give unused space back."""

    def close(self) -> None:
        """Close the connection."""


class SqliteDatabase:
    """An SQLite file.

    Args:
        path: The file; created if it is missing, with its folder.
    """

    NOW = "CAST(strftime('%s', 'now') AS INTEGER)"
    BYTES = "BLOB"

    def __init__(self, path: Path) -> None:
        self._path = path
        with translate_os_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self._translate_errors():
            self._db = sqlite3.connect(path, isolation_level=None, timeout=_WAIT_S)
            self._db.execute("PRAGMA journal_mode = WAL")
            # A power cut must not take back what was reported as added.
            self._db.execute("PRAGMA synchronous = FULL")

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """See `Database`."""
        with self._translate_errors():
            return self._db.execute(statement, values).fetchall()

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """See `Database`."""
        with self._translate_errors():
            self._db.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database`."""
        self.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.rollback()
            raise

    def compact(self) -> None:
        """See `Database`."""
        self.execute("VACUUM")
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """See `Database`."""
        with self._translate_errors():
            self._db.close()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            if fix := find_sqlite_fix(error):
                what = f"the corpus cannot be used: {error}"
                raise StorageError(what, where=str(self._path), fix=fix) from error
            raise CorpusError(
                f"the corpus is damaged, or no corpus: {error}",
                where=str(self._path),
                fix="restore the file from a copy, or name another one in corpus.path",
            ) from error


class PostgresDatabase:
    """A PostgreSQL database.

    Args:
        address: How libpq reaches it: an address, or words such as `host=db dbname=pieforge`.
            Passwords come from PGPASSWORD or ~/.pgpass.
    """

    NOW = "CAST(extract(epoch FROM clock_timestamp()) AS BIGINT)"
    BYTES = "BYTEA"

    def __init__(self, address: str) -> None:
        try:
            import psycopg
        except ImportError as error:
            raise MissingToolError(
                "psycopg, which connects to PostgreSQL, is not installed",
                where="corpus.postgres",
                fix="install the extra: pip install 'pieforge[postgres]'",
            ) from error
        self._module = psycopg
        self._address = address
        try:
            words = psycopg.conninfo.conninfo_to_dict(address)
        except psycopg.Error as error:
            raise CorpusError(
                f"corpus.postgres is no address of a database: {' '.join(str(error).split())}",
                fix="write postgresql://HOST/NAME, or host=HOST dbname=NAME",
            ) from error
        if words.pop("password", None) is not None:
            raise CorpusError(
                "corpus.postgres has a password in it",
                fix="leave it out, and set PGPASSWORD or write it into ~/.pgpass",
            )
        self._place = " ".join(f"{key}={value}" for key, value in words.items())
        self._db = self._connect()

    def _connect(self) -> "psycopg.Connection[Any]":
        with self._translate_errors():
            return self._module.connect(self._address, autocommit=True, connect_timeout=10)

    def execute(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """See `Database`."""
        if self._db.closed:  # the server was started again since the last failure
            self._db = self._connect()
        with self._translate_errors():
            found = self._db.execute(statement.replace("?", "%s").encode(), values)
            return found.fetchall() if found.description else []

    def execute_many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """See `Database`."""
        with self._translate_errors(), self._db.cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s").encode(), rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """See `Database`."""
        self.execute("SELECT 1")  # connects again where that is needed
        with self._translate_errors(), self._db.transaction():
            # One at a time, as in SQLite: they are short, and may create the tables.
            self._db.execute("SELECT pg_advisory_xact_lock(hashtext('pieforge corpus'))")
            yield

    def compact(self) -> None:
        """See `Database`."""
        self.execute("VACUUM")

    def close(self) -> None:
        """See `Database`."""
        self._db.close()

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except self._module.Error as error:
            raise DatabaseError(
                f"the corpus's database failed: {' '.join(str(error).split())}",
                where=f"corpus.postgres: {self._place}",
                fix="check that the server runs and lets this user in, then try again",
            ) from error

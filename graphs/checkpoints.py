"""The checkpoints of a run: a convenience, which can be lost. The ledger has all finished work."""

import hashlib
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from pieforge.errors import StorageError
from pieforge.files import translate_os_errors
from pieforge.ledger import find_sqlite_fix
from pieforge.records import Pending

Result = TypeVar("Result")

THREAD = "run"
"""LangGraph's id of the checkpoints of a run; each run has a file of its own."""
_HASH_BYTES = hashlib.sha256().digest_size
_logger = logging.getLogger(__name__)


class _DamagedCheckpointError(Exception):
    """A stored value is not the one that was written."""


class _HashedSerializer(JsonPlusSerializer):
    """Stores values with their hash: SQLite does not notice changed bytes.

    A checkpoint holds plain values and `Pending`, and a changed number in one could skip a round.
    """

    def __init__(self) -> None:
        super().__init__(allowed_msgpack_modules=[(Pending.__module__, Pending.__qualname__)])

    def dumps_typed(self, obj: Any) -> tuple[str, bytes]:  # noqa: ANN401
        kind, data = super().dumps_typed(obj)
        return kind, hashlib.sha256(data).digest() + data

    def loads_typed(self, data: tuple[str, bytes]) -> Any:  # noqa: ANN401
        kind, stored = data
        if (
            kind == "json"
        ):  # never written; on reading, LangGraph would create objects that it names
            raise _DamagedCheckpointError("a value of a type that pieforge does not write")
        value = stored[_HASH_BYTES:]
        if hashlib.sha256(value).digest() != stored[:_HASH_BYTES]:
            raise _DamagedCheckpointError("a value differs from its hash")
        return super().loads_typed((kind, value))


async def play_from_checkpoints(
    path: Path, play: Callable[[AsyncSqliteSaver], Awaitable[Result]]
) -> Result:
    """Play a run with its checkpoints; if they are damaged, set them aside and play without.

    Args:
        path: The file of the checkpoints; created if it is missing.
        play: Plays the run from its last checkpoint, or from the ledger if there is none.

    Raises:
        StorageError: The file cannot be written.
    """
    try:
        return await _play(path, play)
    except (_DamagedCheckpointError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.ProgrammingError):
            raise
        if isinstance(error, sqlite3.DatabaseError) and (fix := find_sqlite_fix(error)):
            what = f"the checkpoints cannot be written: {error}"
            raise StorageError(what, where=str(path), fix=fix) from error
        _set_aside(path, error)
    return await _play(path, play)


def _set_aside(path: Path, error: Exception) -> None:
    aside = path.with_name(f"{path.name}.damaged")
    with translate_os_errors(path):
        path.replace(aside)
        for journal in ("-wal", "-shm"):
            path.with_name(path.name + journal).unlink(missing_ok=True)
    _logger.warning(
        "the checkpoints are damaged (%s); the run goes on from the ledger, they are kept as %s",
        error,
        aside,
    )


async def _play(path: Path, play: Callable[[AsyncSqliteSaver], Awaitable[Result]]) -> Result:
    async with aiosqlite.connect(path) as db:
        saver = AsyncSqliteSaver(db, serde=_HashedSerializer())
        try:
            # Reads and thereby checks everything.
            async for _ in saver.alist({"configurable": {"thread_id": THREAD}}):
                pass
        except (ValueError, KeyError, TypeError) as error:
            raise _DamagedCheckpointError(str(error)) from error
        return await play(saver)

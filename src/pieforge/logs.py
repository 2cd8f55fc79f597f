"""Log messages: the standard library's logging, under the logger `pieforge`.

A module has a logger of its own name. Messages from the level on that the command line names go to
stderr, and those from level info on into a run folder's run.log. Keys of model endpoints are
replaced wherever they occur, also in what a server said.
"""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from pieforge.errors import StorageError

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("text", "json")

_ROOT = logging.getLogger("pieforge")
_MIN_SECRET_CHARS = 8
"""Shorter words are no keys: a server that asks for none takes any word."""
_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Replace a secret in everything that is logged from now on."""
    if len(secret) >= _MIN_SECRET_CHARS:
        _secrets.add(secret)


def redact(text: str) -> str:
    """Return a text with what is hidden replaced."""
    for secret in _secrets:
        text = text.replace(secret, "[hidden]")
    return text


def escape_controls(text: str) -> str:
    """Return a text in which nothing controls a terminal, except for line breaks and tabs.

    Programs, servers and files supply parts of most messages.
    """
    return "".join(map(_escape, text))


def _escape(character: str) -> str:
    plain = character.isprintable() or character in "\n\t"
    return character if plain else character.encode("unicode_escape").decode()


class _TextFormatter(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        data = getattr(record, "data", {})
        values = "".join(f" {name}={value}" for name, value in data.items())
        return escape_controls(redact(super().format(record) + values))


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        row = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "data", {}),
        }
        if record.exc_info:
            row["exception"] = self.formatException(record.exc_info)
        # ASCII: the C1 control characters, which JSON permits, would reach a terminal.
        return redact(json.dumps(row, default=str))


class _FileHandler(logging.FileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  logging's name
        """Lose the message: a full disk stops a run where its ledger is written, with a fix."""


class _StderrHandler(logging.StreamHandler[TextIO]):
    """Writes to what is stderr now: progress bars put something else in its place for a while."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]
        return sys.stderr


_stderr = _StderrHandler()


def log_to_stderr(level: str = "", form: str = "") -> None:
    """Choose what goes to stderr; at first that is warnings as text.

    Args:
        level: The least level, one of `LEVELS`; empty for no change.
        form: One of `FORMATS`, `json` for one object a line; empty for no change.
    """
    if _stderr not in _ROOT.handlers:
        _ROOT.addHandler(_stderr)
        # With handlers of an application on the root logger a message would be written twice.
        _ROOT.propagate = False
        level, form = level or "warning", form or "text"
    if level:
        _stderr.setLevel(level.upper())
        _ROOT.setLevel(_stderr.level)
    if form:
        _stderr.setFormatter(_JsonFormatter() if form == "json" else _TextFormatter())


@contextmanager
def log_to_file(path: Path) -> Iterator[None]:
    """Append messages to a file as JSON lines: from level info on, or from a lower one for stderr.

    Raises:
        StorageError: It cannot be written.
    """
    try:
        handler = _FileHandler(path, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        fix = "free disk space, or correct the permissions of the folder"
        raise StorageError(
            f"the log cannot be written: {error}", where=str(path), fix=fix
        ) from error
    handler.setFormatter(_JsonFormatter())
    before = _ROOT.level
    _ROOT.setLevel(min(logging.INFO, before or logging.INFO))
    _ROOT.addHandler(handler)
    try:
        yield
    finally:
        _ROOT.removeHandler(handler)
        _ROOT.setLevel(before)
        handler.close()

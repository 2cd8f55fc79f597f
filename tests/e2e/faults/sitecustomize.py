"""Lets one operation of pieforge fail; Python imports it at start if this folder is on its path.

A call site is the innermost line of pieforge on the stack (in other threads: of any package), with
the operation. With `FAULT_LOG` the number of calls of each site is written to that file. With
`FAULT`, a JSON object of `site`, `at` and `kind`, the call number `at` of the site fails:

- `error`: the operating system refuses;
- `short`: half of the data is written or received, then the operating system refuses;
- `corrupt`: one byte of the file has changed before it is opened; for files of the cache.

The file `FAULT_FIRED` is created when it does.
"""

import atexit
import errno
import io
import json
import os
import socket
import sqlite3
import sys
import threading
from collections import Counter
from pathlib import Path

ROOT = str(Path(__file__).parents[3]) + os.sep
SOURCES = tuple(ROOT + name for name in ("src/", "agents/", "graphs/", "sandbox/"))
FAULT = json.loads(os.environ.get("FAULT", "{}"))
CACHE = os.environ.get("XDG_CACHE_HOME", "/nowhere")
EVENTS = {
    *("os.rename", "os.remove", "os.mkdir", "os.chmod", "os.listdir", "os.scandir", "os.fsync"),
    *("subprocess.Popen", "socket.connect", "socket.sendmsg", "fcntl.flock", "sqlite3.connect"),
}

counts: Counter[str] = Counter()
busy = threading.local()


def find_site(operation: str) -> str | None:
    """Return the site of an operation; None for those of Python's own imports."""
    frame = sys._getframe(2)
    fallback = ""
    while frame is not None:
        path = frame.f_code.co_filename
        if "importlib._bootstrap" in path or path.endswith("linecache.py"):
            return None
        if path.startswith(SOURCES):
            return f"{operation} {os.path.realpath(path).removeprefix(ROOT)}:{frame.f_lineno}"
        if not fallback and "site-packages" in path:
            fallback = f"{operation} {path.partition('site-packages/')[2]}:{frame.f_lineno}"
        frame = frame.f_back
    return fallback or None


def is_hit(operation: str, kinds: tuple[str, ...] = ("error",)) -> str:
    """Count a call of an operation; return the kind of fault if it is the one that fails."""
    if getattr(busy, "now", False) or (site := find_site(operation)) is None:
        return ""
    busy.now = True
    try:
        for kind in kinds:
            counts[f"{kind} {site}"] += 1
        kind = FAULT.get("kind", "")
        if kind not in kinds or site != FAULT["site"]:
            return ""
        if counts[f"{kind} {site}"] != FAULT["at"]:
            return ""
        Path(os.environ["FAULT_FIRED"]).touch()
        return kind
    finally:
        busy.now = False


def refuse(path: object = None) -> OSError:
    return OSError(errno.EIO, "injected fault", *([os.fspath(path)] if path else []))


def corrupt(path: str) -> None:
    busy.now = True
    try:
        data = bytearray(Path(path).read_bytes())
        if data:
            data[len(data) // 2] ^= 1
            Path(path).write_bytes(data)
    finally:
        busy.now = False


def audit(event: str, arguments: tuple) -> None:
    if event == "open":
        path, _, flags = arguments
        if not isinstance(path, str | bytes) or getattr(busy, "now", False):
            return
        name = os.fsdecode(path)
        writing = flags & (os.O_WRONLY | os.O_RDWR)
        cached = name.startswith(CACHE) and not writing and Path(name).is_file()
        kind = is_hit("write-open" if writing else "open", ("error", "corrupt")[: 1 + cached])
        if kind == "corrupt":
            corrupt(name)
        elif kind:
            raise refuse(name)
    elif event in EVENTS and is_hit(event):
        if event == "sqlite3.connect":
            raise sqlite3.OperationalError("injected fault")
        raise refuse(arguments[0] if event.startswith("os.") else None)


def wrap_os(name: str) -> None:
    original = getattr(os, name)

    def call(*arguments: object, **named: object) -> object:
        if is_hit(f"os.{name}"):
            raise refuse()
        return original(*arguments, **named)

    setattr(os, name, call)


real_open = io.open


def open_file(*arguments: object, **named: object) -> object:
    file = real_open(*arguments, **named)
    if file.writable() and file.name not in (1, 2):
        real_write = file.write

        def write(data: object) -> int:
            kind = is_hit("write", ("error", "short"))
            if kind == "short":
                real_write(data[: len(data) // 2])
                file.flush()
            if kind:
                raise refuse()
            return real_write(data)

        file.write = write
    return file


class Connection(sqlite3.Connection):
    """A connection whose statements can fail; SQLite undoes a statement that fails."""

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        self._check(sql)
        return super().execute(sql, *arguments)

    def executescript(self, sql: str) -> sqlite3.Cursor:
        self._check(sql)
        return super().executescript(sql)

    def _check(self, sql: str) -> None:
        if is_hit(f"sqlite[{' '.join(sql.split()[:5])}]"):
            error = sqlite3.OperationalError("injected fault")
            error.sqlite_errorname = "SQLITE_FULL"
            raise error


real_connect, real_receive = sqlite3.connect, socket.recv_fds


def receive(*arguments: object) -> tuple:
    packet, files, *rest = real_receive(*arguments)
    kind = is_hit("recv", ("error", "short"))
    if kind == "error":
        for file in files:
            os.close(file)
        raise refuse()
    return packet[: len(packet) // 2] if kind else packet, files, *rest


if "FAULT_LOG" in os.environ or FAULT:
    if "FAULT_LOG" in os.environ:
        atexit.register(lambda: Path(os.environ["FAULT_LOG"]).write_text(json.dumps(counts)))
    for name in ("memfd_create", "pread", "fsync", "dup"):
        wrap_os(name)
    import builtins

    io.open = builtins.open = open_file
    sqlite3.connect = lambda *words, **named: real_connect(
        *words, **{"factory": Connection, **named}
    )
    socket.recv_fds = receive
    sys.addaudithook(audit)

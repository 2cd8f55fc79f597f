"""A PostgreSQL server of Debian's package `postgresql`, for the tests that need one."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

USER = "nobody"
"""The server does not run as root."""


def find_programs() -> Path:
    """Return the folder of `initdb` and `pg_ctl`; skip the test where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        pytest.skip("needs PostgreSQL: apt-get install --no-install-recommends postgresql")
    return (found[-1] if found else Path(on_path or "")).parent


@contextmanager
def start_postgres(folder: Path) -> Iterator[str]:
    """Start a server with a database in a folder, on a socket there; yield its address."""
    programs = find_programs()
    folder.mkdir(parents=True)
    as_user = []
    if os.getuid() == 0:
        shutil.chown(folder, USER)
        as_user = ["setpriv", f"--reuid={USER}", "--regid=nogroup", "--clear-groups"]

    def call(*words: str) -> None:
        subprocess.run(
            [*as_user, *words],
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    data = str(folder / "data")
    call(str(programs / "initdb"), "-D", data, "-U", "pieforge", "-A", "trust", "-N")
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    call(str(programs / "pg_ctl"), "-D", data, "-w", "-o", options, "-l", f"{data}/log", "start")
    try:
        yield f"host={folder} user=pieforge dbname=postgres"
    finally:
        call(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop")

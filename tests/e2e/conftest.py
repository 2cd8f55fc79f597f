"""The command, and one finished run for all tests that only read it."""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Done, Pieforge, alone, config
from embedded_server import EmbeddedServer


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all test processes of a session share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture
def pieforge(tmp_path: Path, shared: Path) -> Pieforge:
    """Return the command, to be run in the test's own folder."""
    return Pieforge(tmp_path, {"XDG_CACHE_HOME": str(shared / "cache")})


@pytest.fixture(scope="session")
def finished(shared: Path) -> tuple[Path, Done]:
    """Return the folder of a finished run, not to be changed, and the command's result."""
    place = shared / "finished"
    with alone(shared / "finished.lock"):
        if not (place / "status").exists():
            place.mkdir()
            here = Pieforge(place, {"XDG_CACHE_HOME": str(shared / "cache")})
            done = here("run", config(place / "my.toml"), "--name", "run", "--out", "out")
            (place / "stdout").write_text(done.stdout)
            (place / "stderr").write_text(done.stderr)
            (place / "status").write_text(str(done.status))
    texts = [(place / name).read_text() for name in ("status", "stdout", "stderr")]
    return place / "out" / "run", Done(int(texts[0]), *texts[1:])


@pytest.fixture
def run_folder(finished: tuple[Path, Done]) -> Path:
    """Return the folder of a finished run, which tests must not change."""
    return finished[0]


@pytest.fixture
def server() -> Iterator[EmbeddedServer]:
    """Start a model server on loopback."""
    with EmbeddedServer() as running:
        threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def copied(run_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of a finished run, for a test to change."""
    folder = tmp_path / "run"
    shutil.copytree(run_folder, folder)
    return folder

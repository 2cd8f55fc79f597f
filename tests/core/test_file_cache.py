"""The file cache: files are complete or absent, and shared by processes."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pieforge.errors import StorageError
from pieforge.files import FileCache


def test_a_file_is_whole_and_has_the_permissions_that_were_asked_for(tmp_path: Path) -> None:
    path = FileCache(tmp_path).write("ab/key.bin", b"content", 0o640)
    assert path.parent == tmp_path / "ab"
    assert path.read_bytes() == b"content"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert {item.name for item in path.parent.iterdir()} == {path.name, "key.bin.sha256"}


def test_writers_at_once_leave_one_whole_file_and_nothing_else(tmp_path: Path) -> None:
    cache = FileCache(tmp_path)
    content = b"x" * (1 << 20)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: cache.write("key", content), range(40)))
    path = cache.find("key")
    assert path is not None
    assert {item.name for item in tmp_path.iterdir()} == {path.name, "key.sha256"}
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", [b"", b"contenx", b"content and more"])
def test_damaged_files_count_as_absent_and_are_reported_once(
    damage: bytes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cache = FileCache(tmp_path)
    paths = [cache.write(name, b"content") for name in ("key", "other")]
    assert cache.find("key") == paths[0]
    for path in paths:
        path.write_bytes(damage)
    assert (cache.find("key"), cache.find("other")) == (None, None)
    assert [record.args for record in caplog.records] == [(paths[0],)]
    assert cache.write("key", b"content") == cache.find("key") == paths[0]


@pytest.mark.parametrize("damage", [b"", b"0" * 64, b"\xff" * 64, b"\0" * 64, None])
def test_a_file_with_a_damaged_hash_is_not_found(damage: bytes | None, tmp_path: Path) -> None:
    FileCache(tmp_path).write("key", b"content")
    (tmp_path / "key.sha256").unlink()
    if damage is not None:
        (tmp_path / "key.sha256").write_bytes(damage)
    assert FileCache(tmp_path).find("key") is None


def test_of_two_processes_that_write_different_contents_one_wins(tmp_path: Path) -> None:
    paths = [FileCache(tmp_path).write("key", content) for content in (b"one", b"other")]
    # As if the first process had been interrupted before its last step.
    assert FileCache(tmp_path).find("key") == paths[1]
    assert paths[0].read_bytes() == b"one"


def test_a_count_continues_across_processes(tmp_path: Path) -> None:
    assert [FileCache(tmp_path).count("key.met") for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize("method", ["write", "count"])
def test_a_folder_that_cannot_be_written_is_named(method: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = FileCache(tmp_path / "file")
    with pytest.raises(StorageError, match="cannot write the cache") as caught:
        cache.write("key", b"") if method == "write" else cache.count("key")
    assert "XDG_CACHE_HOME" in caught.value.fix


WRITE_TOO_MUCH = """
import resource, signal, sys
from pathlib import Path
from pieforge.errors import StorageError
from pieforge.files import FileCache

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    FileCache(Path(sys.argv[1])).write("key", b"x" * 1000)
except StorageError as error:
    print(error)
"""


def test_a_write_that_the_disk_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WRITE_TOO_MUCH, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot write the cache" in done.stdout
    assert list(tmp_path.iterdir()) == []

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pieforge.errors import RunFolderError, StorageError
from pieforge.files import (
    lock_file,
    read_jsonl,
    replace_file,
    translate_os_errors,
    write_jsonl,
    write_text,
)


def test_rows_written_are_rows_read(tmp_path: Path) -> None:
    rows = [{"a": 1, "b": "ü\n"}, {"a": 2, "b": ""}]
    write_jsonl(tmp_path / "rows.jsonl", rows)
    assert read_jsonl(tmp_path / "rows.jsonl") == rows


def test_a_failure_keeps_the_older_file_and_leaves_no_other(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write_text(path, "old")
    with pytest.raises(ValueError, match="half way"):
        _fail_half_way(path)
    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["rows.jsonl"]


def _fail_half_way(path: Path) -> None:
    with replace_file(path) as temporary:
        temporary.write_text("half")
        raise ValueError("half way")


WRITE_TOO_MUCH = """
import resource, signal, sys
from pathlib import Path
from pieforge.errors import StorageError
from pieforge.files import write_text

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
try:
    write_text(Path(sys.argv[1]), "x" * 1000)
except StorageError as error:
    print(error)
"""


def test_a_file_system_that_refuses_is_a_storage_error_that_names_the_file(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", WRITE_TOO_MUCH, str(tmp_path / "big")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "big") in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_full_device_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(StorageError, match="disk is full"), translate_os_errors(tmp_path / "full"):
        (tmp_path / "full").write_text("x")


def test_a_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\nnot json\n')
    with pytest.raises(RunFolderError, match="line 2"):
        read_jsonl(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="missing"):
        read_jsonl(tmp_path / "rows.jsonl")


def test_a_lock_has_one_holder_and_ends_with_it(tmp_path: Path) -> None:
    path = tmp_path / "state" / "lock"
    path.parent.mkdir()
    with lock_file(path), pytest.raises(RunFolderError, match="another process"), lock_file(path):
        pass
    with lock_file(path):
        pass

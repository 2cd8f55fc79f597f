"""A run folder from somebody else is data: it starts no program and names no host, key or path."""

import shutil
import stat
import tomllib
from pathlib import Path

import pytest
import tomli_w
from commands import Pieforge, rows
from embedded_server import EmbeddedServer

pytestmark = pytest.mark.slow


@pytest.fixture
def theirs(run_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of a run with one pair, for a test to change."""
    folder = shutil.copytree(run_folder, tmp_path / "theirs")
    first = (folder / "pairs.jsonl").read_text().splitlines()[0]
    (folder / "pairs.jsonl").write_text(f"{first}\n")
    return folder


def add(folder: Path, **tables: dict[str, object]) -> None:
    """Add keys to a run.toml, as an attacker would."""
    path = folder / "run.toml"
    values = tomllib.loads(path.read_text())
    for name, table in tables.items():
        values[name] = values.get(name, {}) | table
    path.write_text(tomli_w.dumps(values))


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("words", [("verify",), ("run", "--resume")])
def test_programs_planted_in_a_run_folder_are_not_started(
    words: tuple[str, ...], theirs: Path, pieforge: Pieforge, shared: Path
) -> None:
    ran = theirs.parent / "ran"
    cache = theirs / "cache"
    shutil.copytree(shared / "cache" / "pieforge", cache)
    planted = [*(cache / "own").iterdir(), theirs / "gem5"]
    for path in planted:
        path.write_text(f"#!/bin/sh\ntouch {ran}\nexit 0\n")
        path.chmod(0o755)
    assert len(planted) > 3
    gem5 = {"gem5": {"binary": str(theirs / "gem5")}}
    add(theirs, sandbox={"cache": str(cache)}, simulator=gem5)
    done = pieforge(*words, theirs)
    assert done.status == 0, done.stderr
    assert not ran.exists()
    for name, place in (("sandbox.cache", cache), ("simulator.gem5.binary", theirs / "gem5")):
        assert f"{name} = '{place}' in {theirs / 'run.toml'} is not used" in done.stderr


def test_an_address_and_a_key_in_a_run_folder_are_not_used(
    server: EmbeddedServer, theirs: Path, pieforge: Pieforge
) -> None:
    role = {
        "backend": "openai_compatible",
        "base_url": f"http://127.0.0.1:{server.server_port}/author/v1",
        "api_key_env": "SECRET",
    }
    add(theirs, author=role, optimizer=role, tester=role, run={"rounds": 3})
    mine = pieforge.with_environment(SECRET="my secret")
    mine("run", "--resume", theirs).says("author.base_url", "your configuration does not set")
    own = pieforge.folder / "my.toml"
    own.write_text('author.base_url = "http://127.0.0.1:9/v1"')
    mine("run", "--resume", theirs, own).says("optimizer.base_url")
    done = mine("verify", theirs)
    assert done.status == 0, done.stderr
    assert "author.api_key_env = 'SECRET'" in done.stderr
    assert server.asked == []


def test_a_folder_that_cannot_be_written_is_verified_and_not_changed(
    theirs: Path, pieforge: Pieforge
) -> None:
    before = snapshot(theirs)
    folders = [theirs, *(path for path in theirs.rglob("*") if path.is_dir())]
    for path in (*theirs.rglob("*"), theirs):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        done = pieforge("verify", theirs, "--json")
    finally:
        for path in folders:
            path.chmod(0o755)
    assert done.status == 0, done.stderr
    assert done.json()["hold"] == len(rows(theirs / "pairs.jsonl")) == 1
    assert snapshot(theirs) == before


def test_the_ledger_of_a_run_that_was_killed_is_read_and_not_changed(
    theirs: Path, pieforge: Pieforge
) -> None:
    ledger = theirs / "state" / "ledger.sqlite"
    ledger.with_name("ledger.sqlite-wal").touch()
    before = snapshot(theirs)
    assert pieforge("verify", theirs).status == 0
    assert snapshot(theirs) == before
    assert {path.name for path in (theirs / "state").iterdir()} == {
        Path(name).name for name in before if name.startswith("state/")
    }

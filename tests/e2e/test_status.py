"""A run looked at from another shell."""

from pathlib import Path

import pytest
from commands import Pieforge, config, kill_hard, rows

pytestmark = pytest.mark.slow


def snapshot(folder: Path) -> dict[Path, tuple[int, bytes]]:
    return {
        path: (path.stat().st_mtime_ns, path.read_bytes())
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_status_of_an_ended_run_is_that_of_its_files_and_changes_nothing(
    copied: Path, pieforge: Pieforge
) -> None:
    before = snapshot(copied)
    found = pieforge("status", copied, "--json").json()
    assert snapshot(copied) == before
    assert found["pid"] is None
    assert found["left_s"] is None
    assert found["funnel"]["collect"] == len(rows(copied / "pairs.jsonl"))
    assert (found["round"], found["rounds"]) == (2, 2)
    assert found["session"]["confirm"] == found["funnel"]["confirm"] > 0
    assert "echosong, cpp17" in found["last_pair"]
    shown = pieforge("status", copied).stdout
    assert "no process works in the folder" in shown
    assert f"last pair: {found['last_pair']}" in shown


def test_the_status_of_a_working_run_names_its_process(pieforge: Pieforge) -> None:
    metrics = 'monitor.metrics = "metrics/pieforge.prom"'
    mine = config(pieforge.folder / "my.toml", metrics)
    process = pieforge.start("run", mine, "--name", "a")
    assert process.stderr is not None
    while "round 1: judge" not in (line := process.stderr.readline()):
        assert line, "the run ended before"
    found = pieforge("status", "datasets_out/a", "--json").json()
    assert found["pid"] == process.pid
    assert found["round"] == 1
    assert found["session"]["author"] == 3
    assert "pieforge_round" in (pieforge.folder / "metrics" / "pieforge.prom").read_text()
    kill_hard(process)
    killed = pieforge("status", "datasets_out/a", "--json").json()
    assert killed["pid"] is None
    assert all(killed["session"][stage] >= count for stage, count in found["session"].items())


def test_a_folder_without_a_run_is_named(tmp_path: Path, pieforge: Pieforge) -> None:
    pieforge("status", tmp_path).says("no run has begun in this folder", str(tmp_path))

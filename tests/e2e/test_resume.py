"""Runs that are killed or interrupted, and resumed."""

import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

import pytest
from commands import Pieforge, config, contents, kill_hard
from processes import descendants, still_there

from pieforge.equivalence.observation import Observation, RunOutcome
from pieforge.graphs.results import CandidateResult

pytestmark = pytest.mark.slow

POINTS = {
    "preparing": ("check problems", Observation.KIND),
    "observing": ("round 1: compile and run", RunOutcome.KIND),
    "improving": ("round 1: judge", CandidateResult.KIND),
    "between rounds": ("pairs kept in this batch", ""),
}
"""When to stop a run: after a line on stderr, then one more finished stage of a kind."""


def finished_stages(folder: Path, kind: str) -> int:
    """Return how many stages of a kind a run has finished."""
    ledger = folder / "state" / "ledger.sqlite"
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as db:
        (count,) = db.execute("SELECT count(*) FROM stages WHERE stage = ?", (kind,)).fetchone()
    return int(count)


def start_and_wait(pieforge: Pieforge, point: str) -> subprocess.Popen[str]:
    """Start a run with the configuration of the finished one; return when it is at a point."""
    line, kind = POINTS[point]
    process = pieforge.start("run", config(pieforge.folder / "my.toml"), "--name", "a")
    assert process.stderr is not None
    while line not in (text := process.stderr.readline()):
        assert text, "the run ended before"
    folder = pieforge.folder / "datasets_out" / "a"
    before = finished_stages(folder, kind)
    while kind and finished_stages(folder, kind) == before:
        assert process.poll() is None
        time.sleep(0.002)
    return process


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_run_resumes_to_the_same_files_and_leaves_no_process(
    point: str, run_folder: Path, pieforge: Pieforge
) -> None:
    children = kill_hard(start_and_wait(pieforge, point))
    assert still_there(children) == set()
    done = pieforge("run", "--resume", "datasets_out/a")
    assert done.status == 0, done.stderr
    assert contents(pieforge.folder / "datasets_out" / "a") == contents(run_folder)


def test_a_run_that_is_killed_again_and_again_still_ends_the_same(
    run_folder: Path, pieforge: Pieforge
) -> None:
    kill_hard(start_and_wait(pieforge, "preparing"))
    for wanted in ("round 1: judge", "round 2: judge"):
        process = pieforge.start("run", "--resume", "datasets_out/a")
        assert process.stderr is not None
        while wanted not in process.stderr.readline():
            assert process.poll() is None
        kill_hard(process)
    assert pieforge("run", "--resume", "datasets_out/a").status == 0
    assert contents(pieforge.folder / "datasets_out" / "a") == contents(run_folder)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_can_be_resumed(
    sent: signal.Signals, run_folder: Path, pieforge: Pieforge
) -> None:
    process = start_and_wait(pieforge, "improving")
    children = descendants(process.pid)
    process.send_signal(sent)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + sent, stderr
    assert "pieforge: interrupted; finished work is kept" in stderr
    assert "pieforge run --resume datasets_out/a" in stderr
    assert "Traceback" not in stderr
    assert "never retrieved" not in stderr
    assert still_there(children) == set()
    done = pieforge("run", "--resume", "datasets_out/a")
    assert done.status == 0, done.stderr
    assert contents(pieforge.folder / "datasets_out" / "a") == contents(run_folder)


def test_resuming_a_finished_run_says_so_and_changes_nothing(pieforge: Pieforge) -> None:
    mine = config(pieforge.folder / "my.toml", attempts=1, rounds=1)
    first = pieforge("run", mine, "--name", "a", "--json")
    before = contents(pieforge.folder / "datasets_out" / "a")
    again = pieforge("run", "--resume", "datasets_out/a", "--json")
    assert (again.status, again.json()) == (0, first.json())
    assert "this run had ended; left open: 0" in again.stderr
    assert contents(pieforge.folder / "datasets_out" / "a") == before

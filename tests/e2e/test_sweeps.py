"""Tests of many minutes: runs of all problems, and runs killed at random times."""

import random
import time
from dataclasses import replace
from pathlib import Path

import pytest
from commands import Pieforge, config, contents, kill_hard
from processes import still_there

pytestmark = pytest.mark.long
_KILLS = 16
_LATEST_KILL_S = 14.0
"""About the duration of the run."""


def test_all_problems_give_the_same_files_for_any_number_of_jobs(pieforge: Pieforge) -> None:
    patient = replace(pieforge, patience_s=3600)
    written = []
    for jobs in (1, 5):
        path = pieforge.folder / f"{jobs}.toml"
        path.write_text(f"concurrency.jobs = {jobs}\n")
        done = patient("run", path, "--name", f"jobs{jobs}")
        assert done.status == 0, done.stderr
        written.append(contents(pieforge.folder / "datasets_out" / f"jobs{jobs}"))
    assert written[0] == written[1]


@pytest.mark.parametrize("number", range(_KILLS))
def test_a_run_killed_at_any_moment_resumes_to_the_same_files(
    number: int, run_folder: Path, pieforge: Pieforge
) -> None:
    process = pieforge.start("run", config(pieforge.folder / "my.toml"), "--name", "a")
    time.sleep(random.Random(number).uniform(0.5, _LATEST_KILL_S))
    children = kill_hard(process)
    assert still_there(children) == set()
    begun = (pieforge.folder / "datasets_out" / "a" / "run.toml").exists()
    resume = ("--resume", "datasets_out/a")
    fresh = (pieforge.folder / "my.toml", "--name", "a")
    done = pieforge("run", *(resume if begun else fresh))
    assert done.status == 0, done.stderr
    assert contents(pieforge.folder / "datasets_out" / "a") == contents(run_folder)

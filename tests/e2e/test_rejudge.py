"""`pieforge rejudge`: the verdicts of a finished run under another policy."""

from pathlib import Path

import pytest
from commands import Pieforge, config, contents, rows

pytestmark = pytest.mark.slow


def test_the_same_policy_gives_the_same_files_and_no_flip(
    run_folder: Path, pieforge: Pieforge, tmp_path: Path
) -> None:
    before = contents(run_folder)
    policy = config(tmp_path / "same.toml")
    done = pieforge(
        "rejudge", run_folder, "--config", policy, "--name", "again", "--out", "o", "--json"
    )
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["pairs_before"] == found["pairs_after"] == len(rows(run_folder / "pairs.jsonl"))
    assert (found["flips"], found["other_reasons"], found["open"]) == ([], [], [])
    assert contents(tmp_path / "o" / "again") == before == contents(run_folder)
    refused = pieforge("run", "--resume", tmp_path / "o" / "again")
    refused.says("rejudged", "the folder is unchanged")


def test_a_stricter_threshold_flips_pairs_and_says_why_without_asking_a_model(
    run_folder: Path, pieforge: Pieforge, tmp_path: Path
) -> None:
    speedups = sorted(row["speedup"] for row in rows(run_folder / "pairs.jsonl"))
    least = speedups[-1] * 0.999
    # No endpoint answers there: a request would leave a subject open.
    nowhere = (
        '\n[optimizer]\nbase_url = "http://127.0.0.1:9/v1"\nmodel = "m"\napi_key_env = "NO_KEY"'
    )
    lines = (f"simulator.threshold = {least}", 'keep.by = "typical"', nowhere)
    policy = config(tmp_path / "strict.toml", *lines)
    words = ("rejudge", run_folder, "--config", policy, "--name", "strict")
    done = pieforge(*words, "--json")
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["pairs_after"] == len(rows(tmp_path / "datasets_out/strict/pairs.jsonl")) == 1
    assert len(found["flips"]) == len(speedups) - 1
    for flip in found["flips"]:
        assert flip["before"]["verdict"] == "kept"
        assert flip["after"]["verdict"] == "measure: too_little_speedup"
        assert flip["after"]["detail"].endswith("x")
    again = pieforge(*words)
    assert again.status == 0, again.stderr
    assert f"{len(speedups)} pairs before, 1 now" in again.stdout
    other = pieforge(
        "rejudge", run_folder, "--config", config(tmp_path / "x.toml"), "--name", "strict"
    )
    other.says("another configuration", "--name")


def test_a_folder_without_a_run_is_refused(pieforge: Pieforge, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    pieforge("rejudge", "empty").says("empty")

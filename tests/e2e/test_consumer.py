"""A finished run, used with nothing of pieforge. `make test-formats` uses real libraries."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, rows

pytestmark = pytest.mark.slow

CONSUMER = ROOT / "tests" / "consumer" / "consume.py"
GUIDE = ROOT / "docs" / "how-to" / "load-a-run.md"


def consume(*folders: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(CONSUMER), *map(str, folders)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_column_of_a_run_means_what_the_reference_says(run_folder: Path) -> None:
    done = consume(run_folder)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("table", "old", "new"),
    [
        ("pairs", '"speedup":', '"speedup":1'),
        ("pairs", '_pct_bin":10', '_pct_bin":9'),
        ("pairs", '"src_status":null', '"src_status":"Accepted"'),
        ("programs", '"counted_seconds":0.', '"counted_seconds":0.9'),
        ("contents", '"text":"', '"text":" '),
        ("rejects", '"model":"pie', '"model":"a pie'),
    ],
)
def test_the_consumer_notices_a_column_that_means_something_else(
    table: str, old: str, new: str, run_folder: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "run"
    shutil.copytree(run_folder, mine, ignore=shutil.ignore_patterns("state"))
    path = mine / f"{table}.jsonl"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    done = consume(mine)
    assert done.returncode == 1
    assert "AssertionError" in done.stderr


def test_the_reader_in_the_guide_gives_the_tests_of_each_pair(run_folder: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    found = names["read_tests"](run_folder)
    pairs = rows(run_folder / "pairs.jsonl")
    assert set(found) == {pair["record_id"] for pair in pairs}
    for pair in pairs:
        tests = found[pair["record_id"]]
        assert len(tests) == pair["equal_on"]
        assert all(data and output for _, data, output in tests)

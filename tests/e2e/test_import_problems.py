"""`pieforge problems import`: problems of other collections take part in a run."""

import pytest
from commands import PROBLEMS, Pieforge
from import_samples import SAMPLES, code_contests_row, columns, write_rows

pytestmark = pytest.mark.slow

SONG = PROBLEMS / "echosong"
LOOP = """
run.problem_folder = "packages"
run.languages = ["cpp17"]
run.rounds = 1
run.attempts = 1
run.deoptimizations = 4
"""


def read_tests(group: str) -> dict[str, list[str]]:
    paths = sorted((SONG / "data" / group).rglob("*.in"))
    return columns(tuple((it.read_text(), it.with_suffix(".ans").read_text()) for it in paths))


def test_a_problem_without_slow_submission_and_generators_gives_a_pair(
    pieforge: Pieforge,
) -> None:
    row = code_contests_row(
        name="Echo Song",
        description="Read a song. Print its fresh phrases, its claps and the most claps.",
        public_tests=read_tests("sample"),
        private_tests=read_tests("secret"),
        generated_tests=None,
        solutions={
            "language": [2],
            "solution": [(SONG / "submissions" / "accepted" / "fast.cpp").read_text()],
        },
        incorrect_solutions=None,
    )
    rows = write_rows(pieforge.folder / "rows" / "a.jsonl", row)
    words = ("problems", "import", rows, "--from", "code-contests", "--out", "packages", "--json")
    done = pieforge(*words)
    assert done.status == 0, done.stderr
    [found] = done.json()["problems"]
    assert (found["problem_id"], found["fast"], found["slow"]) == ("echosong", 1, 0)
    package = pieforge.folder / "packages" / "echosong"
    assert not (package / "generators").exists()

    mine = pieforge.folder / "my.toml"
    mine.write_text(LOOP)
    done = pieforge("run", mine, "--name", "a", "--json")
    assert done.status == 0, done.stderr
    assert done.json()["total"]["collect"] >= 1, done.stdout
    assert pieforge("verify", "datasets_out/a", mine).status == 0


def test_an_import_is_reported_in_a_table_and_refused_where_nothing_fits(
    pieforge: Pieforge,
) -> None:
    SAMPLES["apps"](pieforge.folder / "rows")
    pieforge("problems", "import", "rows", "--from", "aps", "--out", "a").says(
        "did you mean 'apps'"
    )
    wrong = pieforge("problems", "import", "rows", "--from", "codenet", "--out", "a")
    wrong.says("this is not the folder of CodeNet", "problem_list.csv", "fix:")
    assert not (pieforge.folder / "a").exists()
    (pieforge.folder / "rows" / "train.jsonl").write_text("[1]\n{}\n")
    done = pieforge("problems", "import", "rows", "--from", "apps", "--out", "a")
    assert done.status == 1
    assert "0 packages of 2 problems" in done.stdout
    assert "the line is no JSON object" in done.stdout
    assert "it has no statement" in done.stdout

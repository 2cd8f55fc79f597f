"""Which pairs a model learns from."""

import json
from pathlib import Path
from typing import Any

import pytest
from run_examples import PROBLEMS, make_run

from pieforge.config import Config, FinetuneSection, RunSection
from pieforge.errors import UserInputError
from pieforge.training.selection import TrainingData, write_training_data

PARTS = {"train": [0, 1, 2, 3], "validation": [4], "held_out": [5]}


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    """Return a folder of packages of which two are not for training."""
    root = tmp_path / "problems"
    for at in range(PROBLEMS):
        (root / f"problem{at}").mkdir(parents=True)
        (root / f"problem{at}" / "problem.yaml").write_text("name: x\n")
    lines = [f"{part} = {[f'problem{at}' for at in which]}" for part, which in PARTS.items()]
    (root / "split.toml").write_text("\n".join(lines))
    return root


def write(run: Path, problems: Path, target: Path, **settings: Any) -> TrainingData:  # noqa: ANN401
    target.mkdir()
    section = FinetuneSection(**{"per_cluster": 100, **settings})
    config = Config(run=RunSection(problem_folder=problems), finetune=section)
    return write_training_data([run], config, target)


def read(data: TrainingData, folder: Path, stage: str = "sft") -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / data.files[stage]).read_text().splitlines()]


def test_the_fastest_pairs_of_training_problems_are_taken(problems: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    data = write(run, problems, tmp_path / "a", per_problem=2)
    fastest = {at for at in range(12, 24) if at % PROBLEMS in PARTS["train"]}
    assert {int(name[1:], 16) for name in data.record_ids} == fastest
    assert data.rows == {"sft": 8}
    assert data.left_out["not problem_id!=problem4"] == 4
    assert data.left_out["not problem_id!=problem5"] == 4
    assert len(read(data, tmp_path / "a")) == 8
    assert write(run, problems, tmp_path / "b", per_problem=2) == data
    assert write(run, problems, tmp_path / "c", per_problem=3).sha != data.sha


def test_an_edit_cluster_and_a_class_have_limits_of_their_own(
    problems: Path, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run")  # all pairs are of one cluster
    assert len(write(run, problems, tmp_path / "a", per_cluster=3).record_ids) == 3
    text = (run / "pairs.jsonl").read_text()
    lines = [json.loads(it) | {"class_id": "c"} for it in text.splitlines()]
    (run / "pairs.jsonl").write_text("".join(json.dumps(it) + "\n" for it in lines))
    assert len(write(run, problems, tmp_path / "b", per_class=2).record_ids) == 2


def test_preferences_and_scores_are_written_where_they_are_asked_for(
    problems: Path, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run")
    data = write(run, problems, tmp_path / "a", dpo=True, tag_speed=True)
    assert data.rows["dpo"] == len(read(data, tmp_path / "a", "dpo")) > 0
    for stage, columns in {
        "sft": {"prompt", "completion"},
        "dpo": {"prompt", "chosen", "rejected"},
    }.items():
        row = read(data, tmp_path / "a", stage)[0]
        assert row.keys() == columns
        assert "/10: 10/10 is among the fastest" in row["prompt"][0]["content"]


def test_runs_without_pairs_for_training_are_refused(problems: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    pairs = (run / "pairs.jsonl").read_text().splitlines(keepends=True)
    (run / "pairs.jsonl").write_text("".join(it for it in pairs if '"problem4"' in it))
    with pytest.raises(UserInputError, match="no pair is left"):
        write(run, problems, tmp_path / "a")

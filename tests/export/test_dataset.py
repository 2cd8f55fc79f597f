"""Selecting and dividing the pairs of runs."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from row_examples import OLD
from run_examples import PROBLEMS, make_run

import pieforge
from pieforge.errors import ConfigError, RunFolderError, UserInputError
from pieforge.export.dataset import (
    DataSet,
    Lesson,
    Selection,
    parse_condition,
    parse_limits,
    parse_weights,
)
from pieforge.export.export_pairs import export_pairs


def select(folder: Path, *conditions: str, **options: object) -> DataSet:
    chosen = Selection(conditions=tuple(map(parse_condition, conditions)), **options)
    return DataSet([folder], chosen)


def read(data: DataSet, split: str = "train") -> list[Lesson]:
    with closing(data):
        return list(data.iter_lessons(split))


def test_conditions_select_by_columns_and_by_what_other_files_say(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    assert len(select(run, "speedup>=10")) == 19
    assert len(select(run, "speedup >= 10", "language=python")) == 4
    assert len(select(run, "license=mit")) == 12
    assert len(select(run, "problem_id!=problem0")) == 20
    assert len(select(run, "author_model=author model")) == 24


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        ("speedup", "is no condition"),
        ("speedup>=fast", "'fast' is no value of speedup"),
        ("sped>=5", "did you mean 'speedup'"),
        ("language>=cpp17", "language is no number"),
        ("growth=quickly", "'quickly' is no value of growth"),
        ("timed=1", "there is no column 'timed'"),
        ("speedup_estimate>=1", "there is no column"),
        ("src_status>=Accepted", "src_status is no number"),
    ],
)
def test_a_wrong_condition_is_named(condition: str, message: str) -> None:
    with pytest.raises(UserInputError) as caught:
        parse_condition(condition)
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["train", "train=0", "=1", "train=nan", "train=inf", "a/b=1"])
def test_a_wrong_split_is_named(text: str) -> None:
    with pytest.raises(UserInputError, match="is no split"):
        parse_weights([text])


@pytest.mark.parametrize("text", ["problem_id", "problem_id=0x1", "problem_id=-1", "problem_id="])
def test_a_wrong_limit_is_named(text: str) -> None:
    with pytest.raises(UserInputError, match="is no limit"):
        parse_limits([text])


def test_limits_keep_the_fastest_of_each_value(tmp_path: Path) -> None:
    data = select(make_run(tmp_path / "run"), most={"problem_id": 2})
    speedups = sorted(lesson.pair.speedup for lesson in read(data))
    assert speedups == [float(5 + at) for at in range(12, 24)]
    assert data.left_out == {"at most 2 for each problem_id": 12}


def test_surplus_pairs_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    path = run / "pairs.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows[:5]:
        row["surplus"] = True
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    data = select(run)
    assert len(data) == 19
    assert data.left_out == {"being surplus": 5}
    assert len(select(run, with_surplus=True)) == 24


def test_splits_have_about_their_shares_and_none_is_empty(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", pairs=60)
    data = select(run, weights={"train": 0.8, "validation": 0.1, "test": 0.1})
    sizes = {name: len(read(data, name)) for name in data.splits}
    assert sizes == {"train": 40, "validation": 10, "test": 10}


def test_another_seed_divides_and_orders_differently(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    orders = {
        tuple(lesson.pair.record_id for lesson in read(select(run, seed=seed)))
        for seed in (1, 1, 2)
    }
    assert len(orders) == 2


def test_programs_of_one_class_are_in_one_split_across_problems(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    path = run / "pairs.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    for row in rows:
        row["class_id"] = "c0"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UserInputError, match="there are 2 splits, and 1 of the groups"):
        select(run, weights={"train": 1.0, "test": 1.0})


def test_pairs_of_several_runs_count_once(tmp_path: Path) -> None:
    first, second = make_run(tmp_path / "one"), make_run(tmp_path / "two", pairs=30)
    data = DataSet([first, second], Selection())
    assert len(data) == 30
    assert data.left_out == {"being in an earlier run, too": 24}
    assert len(data.problems) == PROBLEMS
    runs = [lesson.joined.run for lesson in read(data)]
    assert runs.count("one") == 24


def test_a_prompt_asks_for_the_decile_where_speed_is_tagged(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    for tagged in (False, True):
        lesson = read(select(run, tag_speed=tagged))[0]
        assert ("score 10/10" in lesson.prompt) == tagged


def test_nothing_left_names_what_left_pairs_out(tmp_path: Path) -> None:
    with pytest.raises(UserInputError, match="24 by not speedup>=1000"):
        select(make_run(tmp_path / "run"), "speedup>=1000")


def test_a_damaged_line_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    for name in ("pairs", "rejects", "programs", "problems", "calls"):
        path = run / f"{name}.jsonl"
        before = path.read_text()
        path.write_text(before + '{"record_id": 1}\n')
        with pytest.raises(RunFolderError) as caught:
            export_pairs([run], "trl-sft", tmp_path / "out", Selection())
        assert caught.value.where == str(path)
        assert f"line {len(before.splitlines()) + 1}: " in str(caught.value)
        path.write_text(before)
    assert [it.name for it in tmp_path.iterdir()] == ["run"]


def test_a_folder_that_exists_and_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    with pytest.raises(UserInputError, match="exists already"):
        export_pairs([run], "pie", tmp_path, Selection())
    with pytest.raises(ConfigError, match="did you mean 'trl-sft'"):
        export_pairs([run], "trl_sft", tmp_path / "out", Selection())
    with pytest.raises(RunFolderError, match="no such run folder"):
        export_pairs([tmp_path / "none"], "pie", tmp_path / "out", Selection())


def test_pairs_load_as_typed_rows_from_a_folder_or_a_file(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    pairs = list(pieforge.load_pairs(run))
    assert [pair.speedup for pair in pairs] == [5.0 + at for at in range(24)]
    assert list(pieforge.load_pairs(str(run / "pairs.jsonl"))) == pairs
    with pytest.raises(RunFolderError, match="no such run folder"):
        next(pieforge.load_pairs(tmp_path / "none"))


def test_a_run_of_an_earlier_schema_version_gives_its_pairs() -> None:
    [lesson] = read(DataSet([OLD], Selection()))
    assert lesson.pair.schema_version == 2
    assert lesson.joined.license == ""
    assert lesson.rejects == ()

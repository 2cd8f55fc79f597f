"""The split of problems: what a run uses, and what it refuses to use together."""

import shutil
from pathlib import Path

import pytest

from pieforge.errors import ConfigError, UserInputError
from pieforge.problems import BUNDLED, list_packages, load_problems
from pieforge.problems.split import SplitPart, choose_problems, read_split

NAMES = ("hills", "lakes", "woods")


def write(folder: Path, text: str) -> Path:
    (folder / "split.toml").write_text(text)
    return folder


def test_every_bundled_package_is_in_a_part_and_a_run_uses_those_for_training() -> None:
    split = read_split(BUNDLED, list_packages(BUNDLED))
    parts = list(split.values())
    assert sorted(split) == list_packages(BUNDLED)
    assert [parts.count(part) for part in SplitPart] == [18, 4, 6]
    used = [problem.problem_id for problem in load_problems(BUNDLED)]
    assert used == sorted(name for name, part in split.items() if part is SplitPart.TRAIN)


def test_a_folder_without_a_split_uses_all_its_packages(tmp_path: Path) -> None:
    for name in ("gearmarks", "lanternoil"):
        shutil.copytree(BUNDLED / name, tmp_path / name)
    assert read_split(tmp_path, ["gearmarks", "lanternoil"]) == {}
    assert [p.problem_id for p in load_problems(tmp_path)] == ["gearmarks", "lanternoil"]


def test_named_problems_are_used_if_they_are_of_one_part() -> None:
    found = load_problems(BUNDLED, ["tentfence", "doorlamps"])
    assert [problem.problem_id for problem in found] == ["doorlamps", "tentfence"]


@pytest.mark.parametrize(
    "names", [("lanternoil", "tentfence"), ("gearmarks", "tentfence"), ("overtakers", "gearmarks")]
)
def test_problems_of_several_parts_are_not_used_together(names: tuple[str, str]) -> None:
    with pytest.raises(ConfigError, match=f"{names[0]} is in|{names[1]} is in") as caught:
        load_problems(BUNDLED, names)
    assert caught.value.where == "run.problems"


def test_a_split_without_a_part_for_training_leaves_a_run_without_problems(tmp_path: Path) -> None:
    shutil.copytree(BUNDLED / "gearmarks", tmp_path / "gearmarks")
    write(tmp_path, 'held_out = ["gearmarks"]')
    with pytest.raises(UserInputError, match="no problem packages to use"):
        load_problems(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('train = ["hills", "lakes", "woods"', "not TOML"),
        ('train = ["hills", "lakes", "wods"]', "there is no package 'wods'"),
        ('train = ["hills", "lakes", "woods"]\ntest = []', "there is no part 'test'"),
        ('train = ["hills", "lakes", "woods"]\nheld_out = ["lakes"]', "'lakes' is named twice"),
        ('train = ["hills", "hills", "lakes", "woods"]', "'hills' is named twice"),
        ('train = ["hills", "lakes"]', "packages are in no part"),
        ('train = "hills"', "not a list of names"),
        ("train = [1]", "not a list of names"),
        ("[train]\nhills = 1", "not a list of names"),
    ],
)
def test_a_wrong_split_is_an_error_that_names_the_file(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        read_split(write(tmp_path, text), NAMES)
    assert str(tmp_path / "split.toml") in str(caught.value.where)
    assert caught.value.fix


def test_an_unknown_name_is_left_to_the_reader_of_packages() -> None:
    split = dict.fromkeys(NAMES, SplitPart.TRAIN)
    assert choose_problems(split, ["woods", "moors"]) == ["moors", "woods"]

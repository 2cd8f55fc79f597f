"""Pairs of submissions: who is paired with whom, by what is measured and not by what is claimed."""

import json
from pathlib import Path

import pytest
from import_samples import RIGHT_CPP, SAMPLES, write_files

from pieforge.config import Config, RunSection
from pieforge.errors import UserInputError
from pieforge.graphs.imported_problems import import_problems
from pieforge.graphs.mined_pairs import (
    LEFT_OUT,
    PAIRS,
    MeasuredSubmission,
    MinedPair,
    MiningPlan,
    choose_submissions,
    find_pairs,
    mine_pairs,
)
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import SubmissionRole
from pieforge.problems.imports import FoundProgram, discover_imports
from pieforge.records import ProgramText
from pieforge.rows import Pair

CODENET = discover_imports()["codenet"]
CONFIG = Config(run=RunSection(languages=("cpp17",)))
PLAN = MiningPlan(Path("packages"))
REPEATED = """{
        long long copies[64];
        for (int at = 0; at < 64; at++) copies[at] = (value * at) % 1000003;
        for (int at = 0; at < 64; at++) total += copies[at] - (value * at) % 1000003;
        total += value;
        for (volatile int again = 0; again < 200000; again = again + 1) {}
    }"""


def submission(author: str, time: float | None, ticks: int, ms: float = 1) -> MeasuredSubmission:
    code = f"// {author} {time} {ticks}\nint main() {{}}\n"
    found = FoundProgram(f"{author}{time}", code, ".cpp", SubmissionRole.FAST, author, time, ms)
    cost = MeasuredCost(tests=("a",), ticks=(ticks,), startup=0)
    return MeasuredSubmission(found, ProgramText.create("p", "cpp17", code), cost, ticks / 1e9)


def list_names(group: list[MeasuredSubmission], plan: MiningPlan) -> set[tuple[str, str]]:
    found = find_pairs(group, plan, net_of_startup=False)
    return {(slow.found.name, fast.found.name) for slow, fast in found}


def test_an_author_s_earlier_program_is_paired_with_each_later_and_faster_one() -> None:
    group = [
        submission("u", 1, 1000),
        submission("u", 2, 899),
        submission("u", 3, 850),
        submission("u", 4, 2000),
        submission("v", 5, 10),
        submission("v", None, 1),
    ]
    assert list_names(group, PLAN) == {("u1", "u2"), ("u1", "u3")}
    assert list_names(group, MiningPlan(Path(), gain=0.05)) == {
        ("u1", "u2"),
        ("u1", "u3"),
        ("u2", "u3"),
    }


def test_across_authors_each_program_is_paired_with_the_fastest_of_another_one() -> None:
    group = [submission("u", 1, 1000), submission("v", 2, 500), submission("w", 3, 100)]
    plan = MiningPlan(Path(), across_authors=True)
    assert list_names(group, plan) == {("u1", "w3"), ("v2", "w3")}


def test_authors_who_claim_most_gain_are_tried_first_and_single_programs_never() -> None:
    claims = {"a": (100, 90), "b": (100, 10), "c": (10, 100), "d": (5,)}
    programs = [
        submission(author, at, 1, ms).found
        for author, times in claims.items()
        for at, ms in enumerate(times, start=1)
    ]
    programs.append(programs[0])
    plan = MiningPlan(Path(), limit=5)
    assert [it.author for it in choose_submissions(programs, plan)] == ["b", "b", "a", "a", "c"]
    across = choose_submissions(programs, MiningPlan(Path(), across_authors=True, limit=3))
    assert [it.claimed_ms for it in across] == [5, 100, 10]


async def test_a_collection_that_names_no_authors_cannot_be_mined(tmp_path: Path) -> None:
    apps = discover_imports()["apps"]
    with pytest.raises(UserInputError, match="who wrote"):
        await mine_pairs(apps, tmp_path, tmp_path / "out", CONFIG, PLAN, print)
    plan = MiningPlan(tmp_path / "none")
    with pytest.raises(UserInputError, match="no imported package"):
        await mine_pairs(CODENET, tmp_path, tmp_path / "out", CONFIG, plan, print)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
async def test_submissions_of_codenet_are_measured_again_and_paired(tmp_path: Path) -> None:
    folder = SAMPLES["codenet"](tmp_path / "codenet")
    table = folder / "metadata" / "p00001.csv"
    # Times and status are claims: by them the later program is slower, and a wrong one accepted.
    slower = RIGHT_CPP.replace("total += value;", REPEATED)
    wrong = RIGHT_CPP.replace("total += value", "total += value + 1")
    rows = [
        ("s000000011", "u000000009", 100, 1, slower),
        ("s000000012", "u000000009", 200, 900, RIGHT_CPP.replace("total", "sum")),
        ("s000000013", "u000000009", 300, 2, wrong),
    ]
    with table.open("a") as stream:
        for name, user, date, ms, code in rows:
            stream.write(f"{name},p00001,{user},{date},C++,C++,cpp,Accepted,{ms},1,1,\n")
            write_files(folder, {f"data/p00001/C++/{name}.cpp": code})
    packages = tmp_path / "packages"
    [made, _] = await import_problems(CODENET, folder, packages, CONFIG, lambda _: None)
    assert made.problem_id == "p00001", made
    out = tmp_path / "out"
    counts: list[tuple[str, int, int]] = []
    plan = MiningPlan(packages)

    def report(*values: object) -> None:
        counts.append(values)  # type: ignore[arg-type]

    [pair] = await mine_pairs(CODENET, folder, out, CONFIG, plan, report)
    assert counts == [("p00001", 2, 1)]
    assert (pair.src_name, pair.tgt_name) == ("s000000011", "s000000012")
    assert pair.speedup >= 1 / 0.9
    assert pair.src_agg_runtime / pair.tgt_agg_runtime == pytest.approx(pair.speedup)
    assert pair.confirmed_by == "cachegrind"
    assert pair.target_reward_updated_pct_bin == 10
    rows_left = [json.loads(it) for it in (out / LEFT_OUT).read_text().splitlines()]
    assert {it["name"]: it["why"] for it in rows_left}["s000000013"] == "different_output"
    before = (out / PAIRS).read_bytes()
    assert await mine_pairs(CODENET, folder, out, CONFIG, plan, report) == [pair]
    assert (out / PAIRS).read_bytes() == before


def test_a_row_begins_with_the_columns_of_pie() -> None:
    assert [*MinedPair.model_fields][:16] == [*Pair.model_fields][:16]

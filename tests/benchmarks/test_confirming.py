"""The simulated pairs, and the benchmark that stores its results."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.confirming import Bench, faults, programs_of
from benchmarks.measuring import rank_correlation
from benchmarks.simulated_pairs import Collection, Pair, Program, collections
from benchmarks.simulating import Begun, Kept
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.problems import BUNDLED, SubmissionRole, load_problems
from pieforge.sandbox.sandbox import Sandbox


@pytest.fixture(scope="module")
def found() -> list[Collection]:
    return collections()


def one(found: list[Collection], problem: str, *pairs: str) -> Collection:
    [item] = [item for item in found if item.problem.problem_id == problem]
    return replace(item, pairs=tuple(pair for pair in item.pairs if pair.name in pairs))


def test_there_are_pairs_of_every_training_problem_and_in_three_languages(
    found: list[Collection],
) -> None:
    pairs = [pair for item in found for pair in item.pairs]
    assert len(pairs) >= 40
    assert len({(pair.problem, pair.name) for pair in pairs}) == len(pairs)
    assert {pair.problem for pair in pairs} == {it.problem_id for it in load_problems(BUNDLED)}
    assert {pair.slow.language for pair in pairs} == {"cpp17", "c17", "rust"}
    assert all(pair.slow.language == pair.fast.language for pair in pairs)
    assert [pair.name for pair in pairs if pair.slow.code == pair.fast.code] == []


def test_every_problem_has_a_ladder_of_its_own_inputs(found: list[Collection]) -> None:
    for item in found:
        names = {test.name for test in item.problem.tests}
        assert 7 <= len(item.inputs) <= 11
        assert all(name in names or name.startswith("gen.py ") for name in item.inputs)


async def test_programs_of_pairs_are_right_on_all_tests(found: list[Collection]) -> None:
    chosen = one(found, "tokenmachine", "slow/in_fours")
    async with Sandbox.open() as sandbox:
        assert await faults(sandbox, [chosen]) == []


async def test_a_program_with_another_answer_is_detected(found: list[Collection]) -> None:
    chosen = one(found, "tokenmachine", "slow/fast")
    wrong = next(s.code for s in chosen.problem.submissions if s.role is SubmissionRole.WRONG)
    [pair] = chosen.pairs
    mistaken = Pair(pair.slow, Program("tokenmachine", "mistaken", "cpp17", wrong))
    async with Sandbox.open() as sandbox:
        assert await faults(sandbox, [replace(chosen, pairs=(mistaken,))]) == [
            "tokenmachine mistaken: another answer"
        ]


async def test_an_invalid_input_is_detected(found: list[Collection]) -> None:
    name = "gen.py random 99 1 1"
    chosen = replace(one(found, "tokenmachine", "slow/fast"), inputs=(name,))
    async with Sandbox.open() as sandbox:
        assert await faults(sandbox, [chosen]) == [f"tokenmachine: the validators refuse {name}"]


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ('edits = [["int zero;", ""]]', "occurs 0 times, not once: 'int zero;'"),
        ('functions.zero = "void zero() {}"', "the function zero is not defined exactly once"),
    ],
)
def test_an_edit_that_cannot_be_made_is_reported(tmp_path: Path, made: str, message: str) -> None:
    text = f'inputs = []\npairs = []\n[programs.odd]\nbase = "fast"\n{made}\n'
    (tmp_path / "tokenmachine.toml").write_text(text)
    with pytest.raises(ValueError, match=f"tokenmachine.toml: odd: {message}"):
        collections(tmp_path)


def test_a_truncated_line_is_ignored(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    Kept(path, Begun).add(Begun(key="whole", cpu_s=1.5))
    with path.open("a") as file:
        file.write('{"key": "bro')
    kept = Kept(path, Begun)
    assert kept.get("bro") is None
    kept.add(Begun(key="next", cpu_s=2.5))
    again = Kept(path, Begun)
    assert again.get("whole") == Begun(key="whole", cpu_s=1.5)
    assert again.get("next") == Begun(key="next", cpu_s=2.5)


async def test_an_interrupted_bench_resumes_and_gives_the_same_result(
    found: list[Collection], tmp_path: Path
) -> None:
    chosen = [
        replace(
            one(found, "tokenmachine", "slow/fast", "slow/in_fours"),
            inputs=("secret/04-tiny", "secret/07-one-tube", "secret/08-equal"),
        )
    ]
    runs = 3 * 3 + 1  # three programs, three inputs; the empty program
    async with Sandbox.open() as sandbox:

        def bench() -> Bench:
            return Bench(sandbox, Cachegrind(), tmp_path, threshold=3.0, instructions=200_000)

        assert await bench().simulate(chosen, minutes=0) == runs
        whole = bench()
        assert await whole.simulate(chosen, minutes=5) == 0
        rows = whole.rows(chosen)
        again = bench()
        assert await again.simulate(chosen, minutes=0) == 0
        assert again.rows(chosen) == rows
    assert [row.pair.name for row in rows] == ["slow/fast", "slow/in_fours"]
    assert [row.decided for row in rows] == [True, False]
    assert [row.ours_decided for row in rows] == [True, False]
    assert all(row.ratio == row.by_counts["cycles"] for row in rows)
    assert all(0 < row.ours.instructions <= row.full.instructions for row in rows)
    assert len(programs_of(chosen)) == 4


def test_rank_correlation_is_spearmans() -> None:
    assert rank_correlation([1, 2, 3, 4], [10, 20, 30, 99]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3, 4], [9, 7, 5, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 2, 2, 4], [1, 3, 3, 3]) == pytest.approx(0.8164965809)

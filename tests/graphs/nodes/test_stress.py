"""The loop with a program that is slow on rare inputs only."""

from pathlib import Path
from random import Random

import pytest
from loop import BATCH, create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, KeepSection, RunSection, StressSection
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite, TestCase
from pieforge.export.row_measurements import read_measurements
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.stress_inputs import CountedInput, StressSearchResult
from pieforge.graphs.evidence.stress_ratio import judge_by_stress, needs_stress
from pieforge.graphs.nodes.stress import choose_inputs
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import (
    CandidateResult,
    ComparedCandidate,
    JudgedCandidate,
    MeasureResult,
    StressMeasurement,
    require,
)
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import load_problem
from pieforge.records import ProgramText, RejectReason

MAX_SIZE = 3000
VALIDATE = f"""
import sys
lines = sys.stdin.read().split("\\n")
words = [line.split(" ") for line in lines]
good = len(lines) == 3 and lines[2] == "" and len(words[0]) == 1
good = good and all(w.isdecimal() and str(int(w)) == w for line in words[:2] for w in line)
good = good and len(words[1]) == int(words[0][0]) <= {MAX_SIZE}
sys.exit(42 if good and all(1 <= int(w) <= 100000 for w in words[1]) else 43)
"""
READ = "#include <bits/stdc++.h>\nusing namespace std;\nSORT\nint main() {\n    int n;\n"
READ += '    scanf("%d", &n);\n    vector<int> a(n);\n    for (int &x : a) scanf("%d", &x);\n'
PRINT = "    long long s = 0;\n    for (int i = 0; i < n; i++) s += 1LL * i * a[i];\n"
PRINT += '    printf("%lld\\n", s);\n}\n'
QUICKSORT = """\
void sort_part(vector<int> &a, int l, int r) {
    if (r - l < 2) return;
    int m = l;
    for (int i = l + 1; i < r; i++) if (a[i] < a[l]) swap(a[++m], a[i]);
    swap(a[l], a[m]);
    sort_part(a, l, m);
    sort_part(a, m + 1, r);
}
"""
OF_PACKAGE = READ.replace("SORT", "") + (
    "    for (int i = 0; i < n; i++)\n        for (int j = i + 1; j < n; j++)\n"
    "            if (a[j] < a[i]) swap(a[i], a[j]);\n" + PRINT
)
SLOW = READ.replace("SORT", QUICKSORT) + "    sort_part(a, 0, n);\n" + PRINT
FAST = READ.replace("SORT", "") + "    sort(a.begin(), a.end());\n" + PRINT
LOOKS_FIRST = READ.replace("SORT", QUICKSORT) + (
    "    if (!is_sorted(a.begin(), a.end())) sort_part(a, 0, n);\n" + PRINT
)
"""Fast where the slow program is slow, and as slow on other inputs."""


async def create_played_context(
    executor: CachedExecutor, folder: Path, keep: KeepSection, stress: StressSection
) -> Context:
    answers = {}
    rng = Random(5)
    for size in (2, 30, 300, MAX_SIZE, MAX_SIZE - 500, 600, 1500, 2000):
        values = [rng.randint(1, 100000) for _ in range(size)]
        answer = sum(i * value for i, value in enumerate(sorted(values)))
        answers[f"{size}\n{' '.join(map(str, values))}\n"] = f"{answer}\n"
    more = {"input_validators/validate.py": VALIDATE}
    written = write_package(folder / "sums", ".cpp", OF_PACKAGE, FAST, answers, **more)
    config = Config(run=RunSection(languages=("cpp17",)), keep=keep, stress=stress)
    problem = load_problem(written)
    prepared = await prepare_problem(executor, problem, config)
    return create_context(executor, config, {"sums": problem}, {"sums": prepared})


@pytest.mark.parametrize(
    ("typical", "stress", "is_audited", "is_searched", "shown_by"),
    [
        (1.2, 6.0, False, True, "stress"),
        (1.0, 6.0, False, True, "stress"),
        (0.9, 6.0, False, False, "typical"),
        (1.2, 4.0, False, True, "typical"),
        (1.2, 6.0, True, False, "typical"),
        (5.5, 6.0, False, False, "typical"),
    ],
)
def test_where_another_simulator_confirms_stress_shows_what_is_counted_too_slow_but_not_slower(
    executor: CachedExecutor,
    typical: float,
    stress: float,
    is_audited: bool,
    is_searched: bool,
    shown_by: str,
) -> None:
    slow = create_slow("sums", "cpp17", SLOW)
    fast = ProgramText.create("sums", "cpp17", FAST)
    # Accepted and not undecided: a count does not decide for a simulator that is asked later.
    measured = MeasureResult(
        slow=MeasuredCost(),
        fast={},
        candidates=(JudgedCandidate(program=fast),),
        speedups={fast.program_id: typical},
        audited=(fast.program_id,) if is_audited else (),
    )
    candidate = CandidateResult(slow=slow, batch=BATCH, measure=measured)
    context = create_context(executor, Config())
    assert needs_stress(context, candidate, fast) is is_searched
    compared = ComparedCandidate(program=fast)
    shown = StressMeasurement(
        compared=compared, slow=MeasuredCost(), fast=MeasuredCost(), speedup=stress
    )
    found = judge_by_stress(context, candidate, {fast.program_id: shown})
    assert found.shown_by == {fast.program_id: shown_by}
    assert found.speedups == {fast.program_id: stress if shown_by == "stress" else typical}


def test_inputs_are_chosen_that_cost_more_than_the_timed_tests_and_can_be_simulated() -> None:
    steps = {"secret/timed": 100, "secret/not-timed": 1000}
    made = {"stress/too-much": 5000, "stress/a": 1050, "stress/b": 130, "stress/too-little": 110}
    given, found = [
        tuple(
            CountedInput(case=TestCase(name=name, blob=""), steps=count)
            for name, count in side.items()
        )
        for side in (steps, made)
    ]
    searched = StressSearchResult(is_counted=True, found=found, given=given)
    cost = MeasuredCost(tests=("secret/timed",), ticks=(7000,))
    chosen, most = choose_inputs(searched, cost, budget=140_000)
    assert ([case.name for case in chosen], most) == (["stress/a", "stress/b"], 2000)


@pytest.mark.slow
@pytest.mark.parametrize("by", ["either", "typical", "stress"])
async def test_a_pair_that_only_stress_inputs_show_is_kept_where_the_configuration_says_so(
    executor: CachedExecutor, tmp_path: Path, serve: Serve, by: str
) -> None:
    keep, stress = KeepSection.model_validate({"by": by}), StressSection(cpu_s=1.0)
    context = await create_played_context(executor, tmp_path, keep, stress)
    slow = create_slow("sums", "cpp17", SLOW)
    result = await play_candidate(context, serve, slow, [FAST], name=by)
    assert isinstance(result, CandidateResult)
    [typical] = require(result.measure).speedups.values()
    assert 1 < typical < context.config.simulator.threshold
    if by == "typical":
        [judged] = require(result.measure).candidates
        assert judged.reason is RejectReason.TOO_LITTLE_SPEEDUP
        assert result.stress is None
        return
    found = require(result.stress)
    assert list(found.shown_by.values()) == ["stress"], found.candidates
    [shown] = found.measured.values()
    assert shown.speedup > max(context.config.simulator.threshold, 3 * typical)
    tests = require(context.ledger.get(Suite, result.compared.tests_sha))
    names = [case.name for case in tests.cases if case.name.startswith("stress/")]
    assert names == list(shown.slow.tests)
    assert result.compared.equal_on == len(tests.cases)
    measured = read_measurements(context, result).columns
    assert [item.test for item in measured["timed"]] == names
    assert measured["speedup"] == require(result.confirm).ratio == shown.speedup


@pytest.mark.slow
async def test_the_worst_case_of_the_fast_program_counts_against_it(
    executor: CachedExecutor, tmp_path: Path, serve: Serve
) -> None:
    context = await create_played_context(
        executor, tmp_path, KeepSection(by="stress"), StressSection(cpu_s=1.0)
    )
    # Not slower on the tests, which it would be refused for.
    slow = create_slow("sums", "cpp17", SLOW.replace('scanf("%d", &x)', "cin >> x"))
    result = await play_candidate(context, serve, slow, [LOOKS_FIRST])
    assert isinstance(result, CandidateResult)
    [typical] = require(result.measure).speedups.values()
    assert typical > 1
    [judged] = require(result.stress).candidates
    assert judged.reason is RejectReason.TOO_LITTLE_SPEEDUP
    assert "on stress inputs" in judged.detail


@pytest.mark.slow
async def test_inputs_found_for_a_program_are_tried_first_for_the_next_one_of_its_problem(
    executor: CachedExecutor, tmp_path: Path, serve: Serve
) -> None:
    context = await create_played_context(
        executor, tmp_path, KeepSection(), StressSection(cpu_s=1.0)
    )
    slow = create_slow("sums", "cpp17", SLOW)
    result = await play_candidate(context, serve, slow, [FAST])
    assert isinstance(result, CandidateResult)
    # As of a batch before this one.
    earlier = result.model_copy(update={"batch": "000/0000"})
    executor.ledger.put(earlier, "another program")
    known = require(result.stress).inputs
    assert known
    again = create_slow("sums", "cpp17", SLOW.replace("a[++m]", "a[m += 1]"))
    second = await play_candidate(context, serve, again, [FAST], name="again")
    assert isinstance(second, CandidateResult)
    assert second.batch == BATCH
    given = {case.name for case in known}
    assert given & {case.name for case in require(second.stress).inputs}

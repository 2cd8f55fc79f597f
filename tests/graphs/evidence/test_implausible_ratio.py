"""Pairs whose ratio is too high for their edit are compared on more inputs before they are kept."""

from pathlib import Path

import pytest
from loop import create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.implausible_ratio import (
    MAX_CONSTANT_FACTOR,
    MIN_CYCLES_PER_BYTE,
    compare_on_more_inputs,
    explain_implausible_ratio,
)
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import CandidateResult, ComparedCandidate, require
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import load_problem
from pieforge.records import ProgramText, RejectReason

HEAD = "#include <cstdio>\nint n, x, s, one[8] = {1, 1, 1, 1, 1, 1, 1, 1};\n"
ALL = HEAD + (
    'int main() { scanf("%d", &n); for (int i = 0; i < n; i++) { scanf("%d", &x);\n'
    'for (int k = 0; k < n; k++) s += one[k * i % 8]; }\nprintf("%d\\n", s); }\n'
)
COUNT_ALONE = HEAD + 'int main() { scanf("%d", &n); printf("%d\\n", n * n); }\n'
SIZES = (900, 40, 90, 700, 300, 600, 400, 5)


@pytest.fixture
def config() -> Config:
    section = SimulatorSection(budget_mcycles=60)
    return Config(run=RunSection(languages=("cpp17",)), simulator=section)


def cost(ticks: int) -> MeasuredCost:
    return MeasuredCost(tests=("secret/1",), ticks=(100_000 + ticks,), startup=100_000)


@pytest.mark.parametrize(
    ("ratio", "ticks", "patterns", "why"),
    [
        (500.0, 1000 * MIN_CYCLES_PER_BYTE, ["sort_by_hand"], ""),
        (6.0, 1000 * MIN_CYCLES_PER_BYTE - 1, ["sort_by_hand"], "for 1000 bytes of secret/1"),
        (MAX_CONSTANT_FACTOR, 60_000, ["flushed_lines"], ""),
        (MAX_CONSTANT_FACTOR + 1, 60_000, ["flushed_lines"], "26.0x without flushed_lines"),
        (MAX_CONSTANT_FACTOR + 1, 60_000, ["flushed_lines", "sort_by_hand"], ""),
        (MAX_CONSTANT_FACTOR + 1, 60_000, [], ""),
    ],
)
def test_a_ratio_is_implausible_beyond_what_reading_and_constant_factors_allow(
    ratio: float, ticks: int, patterns: list[str], why: str
) -> None:
    found = explain_implausible_ratio(ratio, cost(ticks), {"secret/1": 1000}, patterns)
    assert (found == "") == (why == "")
    assert why in found


async def prepare(executor: CachedExecutor, config: Config, folder: Path) -> Context:
    answers = {f"{n}\n{' '.join(str(i % 9) for i in range(n))}\n": f"{n * n}\n" for n in SIZES}
    package = write_package(folder / "squares", ".cpp", ALL, COUNT_ALONE, answers)
    problem = load_problem(package)
    prepared = await prepare_problem(executor, problem, config)
    return create_context(executor, config, {"squares": problem}, {"squares": prepared})


@pytest.mark.slow
async def test_a_program_that_does_not_read_its_input_runs_on_more_inputs_and_the_result_says_so(
    executor: CachedExecutor, config: Config, tmp_path: Path, serve: Serve
) -> None:
    context = await prepare(executor, config, tmp_path)
    slow = create_slow("squares", "cpp17", ALL.replace("k * i % 8", "(k * i + 1) % 8"))
    fast = COUNT_ALONE.replace("n * n", "n * n + 0")
    result = await play_candidate(context, serve, slow, [fast])
    assert isinstance(result, CandidateResult)
    sanitized = require(result.sanitize)
    assert sanitized.passed
    assert " cycles for " in sanitized.implausible
    [before] = require(result.check_outputs).candidates
    assert result.compared.equal_on >= before.equal_on + 20
    suite = executor.ledger.get(Suite, result.compared.tests_sha)
    assert suite is not None
    assert len(suite.cases) == result.compared.equal_on


@pytest.mark.slow
async def test_a_pair_that_differs_on_further_inputs_is_refused(
    executor: CachedExecutor, config: Config, tmp_path: Path
) -> None:
    context = await prepare(executor, config, tmp_path)
    rare = COUNT_ALONE.replace("n * n", "n * n + (n % 10 == 7)")
    known = executor.get_named_inputs(context.prepared["squares"].selection)[:1]
    compared = ComparedCandidate(
        program=ProgramText.create("squares", "cpp17", rare),
        equal_on=1,
        tests_sha=executor.store_suite(known).sha,
    )
    slow = ProgramText.create("squares", "cpp17", ALL)
    found = await compare_on_more_inputs(context, slow, compared)
    assert found.reason is RejectReason.DIFFERENT_OUTPUT
    assert found.detail

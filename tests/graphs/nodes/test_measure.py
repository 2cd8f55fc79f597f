"""The node `measure`: which tests a slow program is counted on."""

from pathlib import Path

import pytest
from loop import create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.context import Context
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import CandidateResult, require
from pieforge.problems import load_problem

BEGINNING = "#include <cstdio>\nint main() {\n  long n, s = 0;\n  if (scanf("
LOOP = "  for (long i = 0; i < n; i++)\n    for (long k = 0; k < {}; k++) s += (i ^ k) % 3 + 1;\n"
END = '  printf("%ld\\n", n * n + (s == 7));\n}\n'
READ = BEGINNING + '"%ld", &n) != 1) return 1;\n'
SLOW = READ + LOOP.format("n") + END
SLOWER = READ + LOOP.format("60 * n") + END
FAST = READ + END
SIZES = (1000, 800, 600, 900)
"""Every second one is held back for verification."""


@pytest.fixture
def config() -> Config:
    section = SimulatorSection(tests=2, budget_mcycles=100)
    return Config(run=RunSection(languages=("cpp17",)), simulator=section)


@pytest.fixture
async def context(executor: CachedExecutor, config: Config, tmp_path: Path) -> Context:
    answers = {f"{n}\n{' ' * n}\n": f"{n * n}\n" for n in SIZES}
    problem = load_problem(write_package(tmp_path / "squares", ".cpp", SLOW, FAST, answers))
    prepared = await prepare_problem(executor, problem, config)
    return create_context(executor, config, {"squares": problem}, {"squares": prepared})


@pytest.mark.parametrize(
    ("slow", "tests"),
    [(SLOW, ("secret/00", "secret/02")), (SLOWER, ("secret/02",))],
    ids=["within", "beyond"],
)
async def test_a_program_that_takes_the_whole_budget_is_counted_on_the_smaller_tests_only(
    context: Context, serve: Serve, slow: str, tests: tuple[str, ...]
) -> None:
    assert context.prepared["squares"].timed["cpp17"] == ("secret/00", "secret/02")
    varied = slow.replace("s = 0", "s = 5 - 5")
    result = await play_candidate(context, serve, create_slow("squares", "cpp17", varied), [FAST])
    assert isinstance(result, CandidateResult)
    measured = require(result.measure)
    [fast] = measured.fast.values()
    assert result.fit_scaling is not None, "it is kept"
    assert measured.slow.tests == fast.tests == tests

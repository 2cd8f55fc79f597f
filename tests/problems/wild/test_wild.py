"""Packages as people have them: read, read with a note, or refused with the place."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from situations import RUN, SITUATIONS, Situation, write_situation

from pieforge.config import Config, RunSection
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.problems.preparation import _Preparation
from pieforge.graphs.run import apply_package_limits, open_executor
from pieforge.inputs import NamedInput
from pieforge.ledger import Ledger
from pieforge.problems import load_problem

CONFIG = Config(run=RunSection(languages=("cpp17", "cpp20", "python", "java")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[CachedExecutor]:
    """Return one executor for all situations: each has its own problem id."""
    ledger = Ledger(Path(":memory:"))
    async with open_executor(CONFIG, ledger) as opened:
        yield opened
    ledger.close()


def get_title(situation: Situation) -> str:
    return situation.title


@pytest.mark.parametrize("situation", SITUATIONS, ids=get_title)
def test_a_package_is_read_or_refused_as_the_situation_says(
    tmp_path: Path, situation: Situation
) -> None:
    folder = write_situation(tmp_path / "sum", situation)
    if situation.error:
        with pytest.raises(PackageError, match=situation.error) as caught:
            load_problem(folder)
        assert caught.value.where.endswith(situation.where)
        assert caught.value.where.startswith(str(folder))
        assert caught.value.fix
        return
    problem = load_problem(folder)
    assert situation.holds(problem)
    note = "; ".join(problem.skipped)
    assert re.search(situation.skipped, note) if situation.skipped else note == ""


@pytest.mark.slow
@pytest.mark.parametrize("situation", RUN, ids=get_title)
@pytest.mark.asyncio(loop_scope="module")
async def test_the_programs_of_a_package_do_what_the_situation_says(
    shared: CachedExecutor, tmp_path: Path, situation: Situation
) -> None:
    problem = load_problem(write_situation(tmp_path / situation.title, situation))
    assert situation.holds(problem)
    assert problem.skipped == ()
    limits = {problem.problem_id: apply_package_limits(CONFIG.limits, problem.limits)}
    preparation = _Preparation(replace(shared, problem_limits=limits), problem, CONFIG)
    suite = shared.store_suite([NamedInput(test.name, test.input) for test in problem.tests])
    if situation.error:
        with pytest.raises(PackageError, match=situation.error):
            await check(preparation, suite)
    else:
        await check(preparation, suite)
        note = "; ".join(preparation.skipped)
        assert re.search(situation.skipped, note) if situation.skipped else note == ""


async def check(preparation: _Preparation, suite: Suite) -> None:
    """Check what a package claims, as at the start of a run."""
    await preparation._check_validators()
    await preparation._check_output_validator()
    programs = await preparation._check_submissions(suite, preparation.problem.tests)
    assert len(programs) + len(preparation.skipped) == len(preparation.problem.submissions)


def test_there_are_many_situations_and_each_is_one() -> None:
    titles = [situation.title for situation in (*SITUATIONS, *RUN)]
    assert len(set(titles)) == len(titles) >= 60

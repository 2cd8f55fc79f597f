"""Preparing a package: what it is without, and is used or refused all the same."""

from pathlib import Path

import pytest
from loop import write_package

from pieforge.config import Config
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.problems import load_problem

DOUBLE = """\
#include <cstdio>
int main() {{
    long long n;
    if (std::scanf("%lld", &n) != 1 || {refused}) return 1;
    std::printf("%lld\\n", 2 * n);
}}
"""


def write(folder: Path, refused: str, *inputs: int) -> Path:
    """Write a package of one fast program, which fails on the refused inputs."""
    code = DOUBLE.format(refused=refused)
    answers = {f"{n}\n": f"{2 * n}\n" for n in inputs}
    package = write_package(folder / "double", ".cpp", code, code, answers)
    (package / "submissions" / "time_limit_exceeded" / "slow.cpp").unlink()
    return package


@pytest.mark.slow
async def test_without_slow_submissions_the_fast_one_takes_their_place(
    executor: CachedExecutor, config: Config, tmp_path: Path
) -> None:
    package = write(tmp_path, "n < 0", 1, 25, 360, 4711, 52000)
    prepared = await prepare_problem(executor, load_problem(package), config)
    assert prepared.slow == prepared.fast
    assert len(prepared.accepted) == 1
    assert prepared.timed["cpp17"]


@pytest.mark.slow
async def test_a_package_for_which_no_hidden_input_is_found_is_refused(
    executor: CachedExecutor, config: Config, tmp_path: Path
) -> None:
    package = write(tmp_path, "n != 7", 7)
    with pytest.raises(PackageError, match="no input to verify programs on") as refused:
        await prepare_problem(executor, load_problem(package), config)
    assert "add secret tests" in refused.value.fix

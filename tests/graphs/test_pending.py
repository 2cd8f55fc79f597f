"""Failures that are not the sample's leave it open."""

from collections.abc import Awaitable
from typing import Any

import pytest
from langgraph.runtime import Runtime

from pieforge.config import LimitsSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import PieforgeError, SandboxError, StorageError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.pending import catch_failure
from pieforge.graphs.run import apply_package_limits
from pieforge.problems import PackageLimits
from pieforge.records import Pending

FAILS_ON_SEVEN = "import sys\nassert input() != '7'\nsys.exit(43)\n"


async def fail(error: PieforgeError) -> None:
    raise error


async def catch(work: Awaitable[Any]) -> tuple[Any, list[Any]]:
    events: list[Any] = []
    return await catch_failure(work, "m", Runtime(stream_writer=events.append)), events


async def test_an_output_validator_that_fails_in_the_middle_of_a_run_leaves_the_candidate_open(
    executor: CachedExecutor,
) -> None:
    rules = OutputRules(validator={"judge.py": FAILS_ON_SEVEN})
    found, events = await catch(executor.judge(rules, b"1\n", b"2\n", b"6\n"))
    assert (found, events) == ("the output validator rejects it", [])
    found, events = await catch(executor.judge(rules, b"1\n", b"2\n", b"7\n"))
    assert isinstance(found, Pending)
    assert found.subject == "m"
    assert "judge.py ended with RE" in found.cause
    assert [event["stage"] for event in events] == ["open"]


async def test_only_failures_that_end_with_the_sample_leave_it_open() -> None:
    found, _ = await catch(fail(SandboxError("it died")))
    assert found == Pending(subject="m", cause="it died")
    with pytest.raises(StorageError):
        await catch(fail(StorageError("the disk is full")))


@pytest.mark.parametrize(
    ("asked", "cpu_s", "memory_mb", "output_mb"),
    [
        (PackageLimits(), 2.0, 256, 16),
        (PackageLimits(cpu_s=1.0, memory_mb=64, output_mb=8), 2.0, 64, 8),
        (PackageLimits(cpu_s=5.0, memory_mb=1024, output_mb=32), 5.0, 1024, 32),
        (PackageLimits(cpu_s=60.0, memory_mb=10**9, output_mb=10**9), 10.0, 2048, 64),
        (PackageLimits(memory_mb=1), 2.0, 16, 16),
    ],
)
def test_limits_of_a_package_hold_up_to_those_of_the_configuration(
    asked: PackageLimits, cpu_s: float, memory_mb: int, output_mb: int
) -> None:
    found = apply_package_limits(LimitsSection(), asked)
    assert (found.cpu_s, found.memory_bytes >> 20, found.output_bytes >> 20) == (
        cpu_s,
        memory_mb,
        output_mb,
    )

"""Runs of an interpreter that is started once: counts and verdicts do not depend on other runs."""

import asyncio
import contextlib
import os
import random
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from forked_programs import BY_INPUT
from processes import descendants
from sandbox_shortcuts import Build

from pieforge.errors import SandboxError
from pieforge.measurement.simulators import Measurement
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox, SandboxSettings

pytestmark = pytest.mark.slow

LIMITS = Limits(cpu_s=20, wall_s=200)
SQUARES = """
import os, threading  # which keeps the process id as an object
n = int(input())
print(sum(i * i for i in range(n)), os.getpid(), threading.get_native_id())
"""


def digits(measured: Measurement) -> tuple[object, ...]:
    return measured.verdict, measured.ticks, dict(measured.counts), measured.stdout


@pytest.fixture
async def squares(build: Build) -> Executable:
    return await build(SQUARES, "python")


def list_servers() -> set[int]:
    """Return the host's process ids of all simulated interpreters: between runs, of the servers."""
    found = set()
    for pid in descendants(os.getpid()):
        with contextlib.suppress(OSError):  # it has ended
            if Path(f"/proc/{pid}/comm").read_text().startswith("cachegrind"):
                found.add(pid)
    return found


async def wait_for_a_run() -> None:
    """Return when a server has forked."""
    for _ in range(6000):
        if len(list_servers()) > 1:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("no run has begun")


async def test_counts_do_not_depend_on_the_other_inputs_their_order_and_the_sandbox(
    sandbox: Sandbox, settings: SandboxSettings, squares: Executable, build: Build
) -> None:
    other = await build(BY_INPUT, "python")
    inputs = [b"5\n", b"300\n", b"12\n"]
    alone: dict[bytes, tuple[object, ...]] = {}
    for stdin in inputs:
        async with Sandbox.open(settings) as fresh:
            [measured] = await Cachegrind().measure(fresh, squares, [stdin], LIMITS)
        alone[stdin] = digits(measured)
        assert measured.verdict is Verdict.AC
    assert len({ticks for _, ticks, *_ in alone.values()}) == len(inputs)
    mixed = inputs * 3
    random.Random(1).shuffle(mixed)
    for size in (1, 4, 4):
        batch, mixed = mixed[:size], mixed[size:]
        found = await Cachegrind().measure(sandbox, squares, batch, LIMITS)
        assert list(map(digits, found)) == [alone[stdin] for stdin in batch]
        await Cachegrind().measure(sandbox, other, [b"thing\n"], LIMITS)
    assert len(list_servers()) == 1


async def test_counts_do_not_depend_on_the_environment_of_the_host(
    sandbox: Sandbox,
    settings: SandboxSettings,
    squares: Executable,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    [here] = await Cachegrind().measure(sandbox, squares, [b"9\n"], LIMITS)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("LD_PRELOAD", "")
    async with Sandbox.open(settings) as fresh:
        [there] = await Cachegrind().measure(fresh, squares, [b"9\n"], LIMITS)
    assert digits(here) == digits(there)


async def test_one_run_that_reaches_a_limit_does_not_change_the_others(
    sandbox: Sandbox, build: Build
) -> None:
    program = await build(BY_INPUT, "python")
    limits = replace(LIMITS, cpu_s=1.5, output_bytes=100_000)
    words = ["a", "spin", "a", "fail", "a", "flood", "a", "hog", "a", "thread", "a"]
    inputs = [f"{word}\n".encode() for word in words]
    found = await Cachegrind().measure(sandbox, program, inputs, limits)
    verdicts = [str(measured.verdict) for measured in found]
    assert verdicts == ["AC", "TLE", "AC", "RE", "AC", "OLE", "AC", "MLE", "AC", "TLE", "AC"]
    assert len({str(digits(measured)) for measured in found[::2]}) == 1
    assert len(list_servers()) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_runs_after_the_death_of_the_server_are_done_by_a_new_one(
    number: signal.Signals, sandbox: Sandbox, squares: Executable
) -> None:
    [before] = await Cachegrind().measure(sandbox, squares, [b"40\n"], LIMITS)
    [server] = list_servers()
    os.kill(server, number)
    both = await Cachegrind().measure(sandbox, squares, [b"40\n", b"40\n"], LIMITS)
    assert [digits(measured) for measured in both] == [digits(before)] * 2
    assert list_servers().isdisjoint({server})


async def test_a_run_goes_on_if_the_server_dies_meanwhile(sandbox: Sandbox, build: Build) -> None:
    program = await build("print(sum(range(int(input()))))", "python")
    [before] = await Cachegrind().measure(sandbox, program, [b"2000000\n"], LIMITS)
    [server] = list_servers()
    running = asyncio.create_task(Cachegrind().measure(sandbox, program, [b"2000000\n"], LIMITS))
    await wait_for_a_run()
    os.kill(server, signal.SIGKILL)
    [during] = await running
    [after] = await Cachegrind().measure(sandbox, program, [b"2000000\n"], LIMITS)
    assert digits(before) == digits(during) == digits(after)


async def test_an_interpreter_that_does_not_start_is_an_error_of_the_sandbox(
    sandbox: Sandbox, squares: Executable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.so"
    broken.write_bytes(b"no library")  # the interpreter runs without it
    monkeypatch.setattr(Sandbox, "fork_server", broken)
    with pytest.raises(SandboxError, match="fork server") as caught:
        await Cachegrind().measure(sandbox, squares, [b"30\n"], LIMITS)
    assert "broken" in str(caught.value) or "fork_server.so" in str(caught.value)


async def test_no_server_outlives_its_sandbox(
    settings: SandboxSettings, squares: Executable
) -> None:
    before = list_servers()
    async with Sandbox.open(settings) as opened:
        await Cachegrind().measure(opened, squares, [b"30\n"], LIMITS)
        assert len(list_servers() - before) == 1
    assert list_servers() == before


async def test_cancelling_a_measurement_ends_its_server(sandbox: Sandbox, build: Build) -> None:
    program = await build("while True: pass", "python")
    running = asyncio.create_task(Cachegrind().measure(sandbox, program, [b""], LIMITS))
    await wait_for_a_run()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert list_servers() == set()

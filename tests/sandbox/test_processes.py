"""If one of the sandbox's processes dies, all others end."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Set
from dataclasses import replace
from pathlib import Path

import pytest
from processes import descendants, still_there
from sandbox_shortcuts import Build

from pieforge.errors import SandboxError
from pieforge.records import Verdict
from pieforge.sandbox.bubblewrap import SandboxProcess
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import (
    Limits,
    Sandbox,
    SandboxSettings,
    build_program_contents,
    build_program_request,
)

SLEEPER = "#include <unistd.h>\nint main() { pause(); }"
HOST = """
import asyncio, sys
from pathlib import Path
from pieforge.sandbox.sandbox import Limits, Sandbox, SandboxSettings
from pieforge.sandbox.languages import get_language

async def main():
    async with Sandbox.open(SandboxSettings(cache=Path(sys.argv[1]))) as sandbox:
        source = "#include <unistd.h>\\nint main() { pause(); }"
        compiled = await sandbox.compile(get_language("cpp17"), source)
        print("ready", flush=True)
        await sandbox.run(compiled.executable, [b""], Limits(cpu_s=60))

asyncio.run(main())
"""


def open_descriptors() -> list[str]:
    return sorted(entry.name for entry in Path("/proc/self/fd").iterdir())


async def family(pid: int, size: int, strangers: Set[int] = frozenset()) -> set[int]:
    for _ in range(500):
        found = descendants(pid) - strangers
        if len(found) >= size:
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"{pid} never had {size} descendants")


@pytest.fixture
def strangers() -> set[int]:
    """Return the processes that earlier tests started and still need, such as a server."""
    return descendants(os.getpid())


def test_killing_python_leaves_nothing_behind(settings: SandboxSettings) -> None:
    command = [sys.executable, "-c", HOST, str(settings.cache)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as host:
        assert host.stdout is not None
        host.stdout.readline()
        inside = asyncio.run(family(host.pid, 3))
        host.kill()
    assert len(inside) == 3  # bubblewrap, supervisor, program
    assert still_there(inside) == set()


async def test_killing_bubblewrap_leaves_nothing_and_the_run_is_tried_again(
    sandbox: Sandbox, build: Build, strangers: set[int]
) -> None:
    program = await build(SLEEPER)
    running = asyncio.create_task(sandbox.run(program, [b""], Limits(cpu_s=1, wall_s=2)))
    inside = await family(os.getpid(), 3, strangers)
    os.kill(min(inside), signal.SIGKILL)
    [result] = await running
    assert result.verdict is Verdict.TLE
    assert await asyncio.to_thread(still_there, inside) == set()


async def test_a_cancelled_run_leaves_nothing(
    sandbox: Sandbox, build: Build, strangers: set[int]
) -> None:
    program = await build(SLEEPER)
    running = asyncio.create_task(sandbox.run(program, [b""], Limits(cpu_s=60)))
    inside = await family(os.getpid(), 3, strangers)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert await asyncio.to_thread(still_there, inside) == set()


async def test_a_supervisor_that_stops_answering_is_killed(sandbox: Sandbox, build: Build) -> None:
    program = await build(SLEEPER)
    request = build_program_request(get_language("cpp17"), Limits(cpu_s=0.2, wall_s=0.4))
    bubblewrap = replace(sandbox.bubblewrap, grace_s=0.5)
    async with SandboxProcess(bubblewrap, build_program_contents(program)) as cell:
        asked = asyncio.ensure_future(anext(cell.run(request, [b""])))
        inside = sorted(await family(cell.pid, 2))
        os.kill(inside[0], signal.SIGSTOP)
        with pytest.raises(SandboxError, match="no answer"):
            await asked
    assert await asyncio.to_thread(still_there, set(inside)) == set()


async def test_no_descriptor_and_no_process_is_left_after_many_runs(
    sandbox: Sandbox, build: Build, strangers: set[int]
) -> None:
    program = await build(
        '#include <cstdio>\nint main() { for (int i = 0; i < 99999; i++) puts(""); }'
    )
    await sandbox.run(program, [b""])
    before = open_descriptors()
    for _ in range(3):
        await asyncio.gather(*(sandbox.run(program, [b"x"] * 5) for _ in range(4)))
        await sandbox.run(program, [b"x"] * 5, stop=lambda index, _: index == 1)
    assert open_descriptors() == before
    left = descendants(os.getpid()) - strangers
    assert await asyncio.to_thread(still_there, left) == set()

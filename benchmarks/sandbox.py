"""Run one trivial static C++ program on one small input many times: with and without the sandbox.

    contained      Sandbox.run: one bubblewrap, whose supervisor runs all inputs
    subprocess     subprocess.run(capture_output=True) for every input, no sandbox (PIE's way)
    raw            a loop of posix_spawn in C, which is the lower limit

Run it with `python -m benchmarks.sandbox [RUNS [REPETITIONS]]`. CPU time is that of this process
and its children. Rates are those of two cores: two concurrent batches of contained runs, against
two threads of subprocess.run; they are valid on an idle machine.
"""

import asyncio
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from benchmarks import measuring
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Sandbox, SandboxSettings

PROGRAM = """\
#include <cstdio>
int main() { int a, b; if (scanf("%d %d", &a, &b) == 2) printf("%d\\n", a + b); }
"""
INPUT, OUTPUT = b"20 22\n", b"42\n"
PARALLEL = 2


def spawn_loop(work: Path) -> Path:
    """Compile the raw loop."""
    source = Path(__file__).with_name("spawn_loop.c")
    binary = work / "spawn_loop"
    subprocess.run(["cc", "-O2", "-static", "-o", binary, source], check=True)
    return binary


async def contained(sandbox: Sandbox, executable: Executable, runs: int) -> None:
    """Run inside the sandbox, and check every result."""
    results = await sandbox.run(executable, [INPUT] * runs)
    assert all(result.stdout == OUTPUT for result in results)


def bare(program: Path, runs: int) -> None:
    """Run with subprocess.run, as PIE does."""
    for _ in range(runs):
        done = subprocess.run([program], input=INPUT, capture_output=True, timeout=10, check=True)
        assert done.stdout == OUTPUT


def raw(loop: Path, program: Path, stdin: Path, runs: int) -> None:
    """Run the posix_spawn loop."""
    subprocess.run([loop, str(runs), program, stdin], check=True)


async def contained_at_once(sandbox: Sandbox, executable: Executable, runs: int) -> None:
    """Run two batches concurrently."""
    part = runs // PARALLEL
    await asyncio.gather(*(contained(sandbox, executable, part) for _ in range(PARALLEL)))


def bare_at_once(program: Path, runs: int) -> None:
    """Run subprocess.run in two threads."""
    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(partial(bare, program), [runs // PARALLEL] * PARALLEL))


async def compare(runs: int, repetitions: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        async with Sandbox.open(SandboxSettings(cache=work / "cache")) as sandbox:
            compiled = await sandbox.compile(get_language("cpp17"), PROGRAM)
            assert compiled.executable is not None, compiled.diagnostics
            program = work / "program"
            program.write_bytes(compiled.executable.artifact.read_bytes())
            program.chmod(0o755)
            stdin = work / "input"
            stdin.write_bytes(INPUT)
            ways: dict[str, measuring.Way] = {
                "raw": partial(raw, spawn_loop(work), program, stdin, runs),
                "contained": partial(contained, sandbox, compiled.executable, runs),
                "subprocess": partial(bare, program, runs),
                "contained x 2": partial(contained_at_once, sandbox, compiled.executable, runs),
                "subprocess x 2": partial(bare_at_once, program, runs),
            }
            costs = await measuring.interleaved(ways, repetitions)
    report(costs, runs, repetitions)


def report(costs: dict[str, list[measuring.Cost]], runs: int, repetitions: int) -> None:
    """Print the table, and the results as JSON."""
    print(f"medians of {repetitions} interleaved repetitions of {runs} runs of one static program")
    print(f"{'way':16} {'CPU us/run':>10} {'runs/s':>8} {'CPU vs raw':>10}")
    for name, costs_of_way in costs.items():
        each = measuring.median(costs_of_way, measuring.cpu) / runs * 1e6
        rate = runs / measuring.median(costs_of_way, measuring.wall)
        against = measuring.ratio(costs_of_way, costs["raw"], measuring.cpu)
        print(f"{name:16} {each:10.0f} {rate:8.0f} {against:10.3f}")
    measuring.say_result(
        cpu_vs_posix_spawn=measuring.ratio(costs["contained"], costs["raw"], measuring.cpu),
        rate_vs_subprocess=measuring.ratio(
            costs["subprocess x 2"], costs["contained x 2"], measuring.wall
        ),
        runs_per_s=runs / measuring.median(costs["contained x 2"], measuring.wall),
    )


if __name__ == "__main__":
    measuring.say_where()
    numbers = [int(word) for word in sys.argv[1:]]
    asyncio.run(compare(*(numbers + [1000, 9][len(numbers) :])))

"""The contract of simulators, tested for every discovered one."""

import asyncio
import pickle
from dataclasses import replace
from pathlib import Path

import pytest

from pieforge.errors import MissingToolError
from pieforge.measurement.simulators import Simulator, discover_simulators, measure_startup
from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox, SandboxSettings

pytestmark = pytest.mark.slow

LOOP = (
    '#include <cstdio>\nint main() { int n; if (scanf("%d", &n) != 1) return 3; long s = 0;'
    ' for (volatile int i = 0; i < n; i = i + 1) s += i; printf("%ld\\n", s); }\n'
)


@pytest.fixture(params=sorted(discover_simulators()))
def simulator(request: pytest.FixtureRequest) -> Simulator:
    try:
        return discover_simulators()[request.param]()
    except MissingToolError as error:
        pytest.skip(error.what)


async def build(sandbox: Sandbox, source: str, simulator: Simulator) -> Executable:
    compiled = await sandbox.compile(
        get_language("cpp17").apply_cross_build(simulator.processor), source
    )
    assert compiled.executable is not None, compiled.diagnostics
    return compiled.executable


async def test_more_work_takes_more_ticks_and_the_output_is_the_programs(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    program = await build(sandbox, LOOP, simulator)
    small, large = await simulator.measure(sandbox, program, [b"10", b"100000"])
    assert (small.stdout, large.stdout) == (b"45\n", b"4999950000\n")
    assert large.ticks > small.ticks + 100_000
    assert simulator.convert_to_seconds(large.ticks) > simulator.convert_to_seconds(small.ticks) > 0


async def test_the_same_run_has_the_same_counts_regardless_of_other_processes(
    simulator: Simulator,
    sandbox: Sandbox,
    settings: SandboxSettings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    program = await build(sandbox, LOOP, simulator)
    [first] = await simulator.measure(sandbox, program, [b"1000"])
    monkeypatch.setenv("SOMETHING", "x" * 5000)
    monkeypatch.chdir(tmp_path)
    async with Sandbox.open(SandboxSettings(cache=tmp_path / "a" / "longer" / "path")) as other:
        elsewhere = await build(other, LOOP, simulator)
        again = await asyncio.gather(
            *(simulator.measure(sandbox, program, [b"1000"]) for _ in range(4)),
            *(simulator.measure(other, elsewhere, [b"1000"]) for _ in range(4)),
        )
    assert {(m.ticks, tuple(m.counts.items())) for [m] in again} == {
        (first.ticks, tuple(first.counts.items()))
    }


async def test_an_interpreted_program_counts_the_same_to_the_last_digit(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    python = get_language("python")
    if simulator.name not in python.simulators:
        pytest.skip("it does not support Python")
    source = (
        "import os\nprint(sum(map(int, input().split())))\n"
        "status = os.stat(__file__)\nprint(status.st_dev == os.fstat(0).st_dev)\n"
        "for path in (__file__, '/proc/self/fd/59'):\n"
        "    try:\n        os.open(path, os.O_WRONLY)\n"
        "    except OSError:\n        print('closed')\n"
    )
    compiled = await sandbox.compile(python, source)
    assert compiled.executable is not None, compiled.diagnostics
    measured = await simulator.measure(sandbox, compiled.executable, [b"20 22"] * 5)
    assert {m.stdout for m in measured} == {b"42\nTrue\nclosed\nclosed\n"}
    assert len({(m.ticks, tuple(m.counts.items())) for m in measured}) == 1


async def test_a_run_that_does_not_end_well_has_no_ticks(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    program = await build(sandbox, LOOP, simulator)
    [wrong] = await simulator.measure(sandbox, program, [b"no number"])
    assert (wrong.verdict, wrong.ticks, wrong.counts) == (Verdict.RE, 0, {})
    [long] = await simulator.measure(sandbox, program, [b"2000000000"], Limits(cpu_s=0.3))
    assert (long.verdict, long.ticks) == (Verdict.TLE, 0)


async def test_measuring_stops_where_the_budget_is_used_up(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    program = await build(sandbox, LOOP, simulator)
    [first] = await simulator.measure(sandbox, program, [b"1"])
    measured = await simulator.measure(
        sandbox, program, [b"1", b"2000", b"3"], budget=first.ticks + 1
    )
    assert measured[0] == replace(first, cpu_s=measured[0].cpu_s)
    assert len(measured) == 2
    assert measured[1].bounded or measured[1].verdict is Verdict.AC


async def test_a_simulated_program_is_contained(simulator: Simulator, sandbox: Sandbox) -> None:
    source = (
        "#include <cstdio>\n#include <fcntl.h>\n#include <sys/socket.h>\n#include <unistd.h>\n"
        'int main() { printf("%d%d%d%d%d", open("/etc/hostname", O_RDONLY) >= 0,\n'
        "  socket(AF_INET, SOCK_STREAM, 0) >= 0, fork() > 0,\n"
        '  open("/prog", O_WRONLY) >= 0, write(60, "I refs", 6) >= 0); }\n'
    )
    [measured] = await simulator.measure(sandbox, await build(sandbox, source, simulator), [b""])
    assert (measured.verdict, measured.stdout) == (Verdict.AC, b"00000")


async def test_start_up_is_measured_and_small_for_native_programs(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    measured = await measure_startup(simulator, sandbox, get_language("cpp17"))
    assert 0 < simulator.convert_to_seconds(measured.ticks) < 0.001


async def test_a_measurement_can_be_pickled_and_names_its_simulator(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    [measured] = await simulator.measure(sandbox, await build(sandbox, LOOP, simulator), [b"5"])
    assert pickle.loads(pickle.dumps(measured)) == measured
    assert simulator.name in discover_simulators()
    assert simulator.sha == discover_simulators()[simulator.name]().sha


async def test_a_program_cannot_hide_the_counts_behind_its_messages(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    source = "#include <unistd.h>\nint main() { for (int i = 0; i < 400; i++) close(-1 - i); }\n"
    [measured] = await simulator.measure(sandbox, await build(sandbox, source, simulator), [b""])
    assert (measured.verdict, measured.ticks > 0) == (Verdict.AC, True)


async def test_a_deep_recursion_that_works_outside_works_in_the_simulator(
    simulator: Simulator, sandbox: Sandbox
) -> None:
    if simulator.processor:
        pytest.skip("gem5 always gives programs of other processors 8 MiB of stack")
    source = (
        "#include <cstdio>\nlong f(volatile long n) { volatile long a[512]; a[n % 8] = n;"
        " return n ? f(n - 1) + a[n % 8] : 0; }\n"
        'int main() { printf("%ld", f(16000)); }\n'
    )
    program = await build(sandbox, source, simulator)
    [native] = await sandbox.run(program, [b""])
    [measured] = await simulator.measure(sandbox, program, [b""])
    assert native.memory_bytes > 48 << 20
    assert (measured.verdict, measured.stdout) == (native.verdict, native.stdout)

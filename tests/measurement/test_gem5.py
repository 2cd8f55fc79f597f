"""The gem5 simulator itself: needs GEM5_BINARY."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pieforge.errors import ConfigError, MachineError, MissingToolError
from pieforge.measurement.simulators.gem5 import Gem5, Gem5Settings
from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox, SandboxSettings

WORK = (
    '#include <cstdio>\n#include <vector>\nint main() { int n; if (scanf("%d", &n) != 1) return 3;'
    " std::vector<long> a(n); for (int i = 0; i < n; i++) a[i * 7919L % n] += i;"
    ' long s = 0; for (long x : a) s = s * 31 + x; printf("%ld\\n", s); }\n'
)


@pytest.fixture
def gem5() -> Gem5:
    try:
        return Gem5()
    except MissingToolError as error:
        pytest.skip(error.what)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.open() as opened:
        yield opened


async def build(sandbox: Sandbox, source: str, gem5: Gem5, key: str = "cpp17") -> Executable:
    compiled = await sandbox.compile(get_language(key).apply_cross_build(gem5.processor), source)
    assert compiled.executable is not None, compiled.diagnostics
    return compiled.executable


async def test_the_same_program_and_input_take_the_same_ticks_ten_ways(
    gem5: Gem5, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = await build(sandbox, WORK, gem5)
    [alone] = await gem5.measure(sandbox, program, [b"500"])
    seen = {"again": alone}
    [seen["with another budget"]] = await gem5.measure(
        sandbox, program, [b"500"], budget=10 * alone.ticks
    )
    _, seen["after another input"] = await gem5.measure(sandbox, program, [b"900", b"500"])
    [seen["with other limits"]] = await gem5.measure(
        sandbox, program, [b"500"], Limits(cpu_s=60.0, memory_bytes=64 << 20)
    )
    monkeypatch.setenv("A_VARIABLE", "x" * 5000)
    monkeypatch.chdir(tmp_path)
    [seen["environment and folder"]] = await gem5.measure(sandbox, program, [b"500"])
    elsewhere = tmp_path / "a" / "longer" / "path"
    async with Sandbox.open(SandboxSettings(cache=elsewhere)) as other:
        copied = await build(other, WORK, gem5)
        [seen["another cache"]] = await gem5.measure(other, copied, [b"500"])
    async with Sandbox.open(SandboxSettings(uid=60601)) as other:
        [seen["another user"]] = await gem5.measure(other, program, [b"500"])
    moved = copied_gem5(elsewhere / "gem5.moved")
    [seen["gem5 from another folder"]] = await Gem5(Gem5Settings(binary=moved)).measure(
        sandbox, program, [b"500"]
    )
    busy = await asyncio.gather(*(gem5.measure(sandbox, program, [b"500"]) for _ in range(3)))
    seen |= {f"among others, {index}": found for index, [found] in enumerate(busy)}
    assert len(seen) == 11
    assert {how for how, found in seen.items() if found.verdict is not Verdict.AC} == set()
    assert {how for how, found in seen.items() if found.ticks != alone.ticks} == set()
    assert {tuple(found.counts.items()) for found in seen.values()} == {tuple(alone.counts.items())}


def copied_gem5(path: Path) -> Path:
    shutil.copy(os.environ["GEM5_BINARY"], path)
    return path


async def test_the_budget_is_of_all_inputs_together_and_stops_within_one(
    gem5: Gem5, sandbox: Sandbox
) -> None:
    program = await build(sandbox, WORK, gem5)
    whole = await gem5.measure(sandbox, program, [b"300", b"900", b"500"])
    budget = whole[0].ticks + whole[1].ticks // 2
    first, second = await gem5.measure(sandbox, program, [b"300", b"900", b"500"], budget=budget)
    assert (first.ticks, first.bounded) == (whole[0].ticks, False)
    assert (second.bounded, second.verdict) == (True, Verdict.TLE)
    assert first.ticks + second.ticks == budget
    assert second.cpu_s < whole[1].cpu_s


async def test_the_second_machine_has_other_ticks_and_another_name(
    gem5: Gem5, sandbox: Sandbox
) -> None:
    other = Gem5(Gem5Settings(model="timing"))
    program = await build(sandbox, WORK, gem5)
    [first], [second] = (
        await gem5.measure(sandbox, program, [b"900"]),
        await other.measure(sandbox, program, [b"900"]),
    )
    assert first.stdout == second.stdout
    assert second.ticks > first.ticks
    assert other.sha != gem5.sha
    assert (gem5.tools["model"], other.tools["model"]) == ("verbatim", "timing")


async def test_a_dynamic_program_is_refused(gem5: Gem5, sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(get_language("python"), "print(1)\n")
    program = compiled.executable
    assert program is not None
    with pytest.raises(ConfigError, match="static programs alone"):
        await gem5.measure(sandbox, program, [b""])


async def test_rust_and_c_run_in_it(gem5: Gem5, sandbox: Sandbox) -> None:
    for key in ("c17",) if gem5.processor else ("c17", "rust"):
        language = get_language(key)
        try:
            program = await build(sandbox, language.self_test.source, gem5, key)
        except MissingToolError as error:
            pytest.skip(error.what)
        [found] = await gem5.measure(sandbox, program, [language.self_test.stdin])
        assert (found.verdict, found.stdout) == (Verdict.AC, language.self_test.stdout)


def test_a_file_that_is_not_gem5_is_distinguished_from_an_unusable_gem5(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="no gem5 that can be run"):
        Gem5(Gem5Settings(binary=tmp_path / "absent"))
    for name, script, message in (
        ("silent", "exit 3", "exit status 3"),
        (
            "old",
            """echo '{"version": "21.2", "isas": [], "isa": "", "emulates": true}'""",
            "21.2",
        ),
        (
            "unknown",
            """echo '{"version": "", "isas": [], "isa": "", "emulates": true}'""",
            "unknown",
        ),
        (
            "null",
            """echo '{"version": "24.0.0.1", "isas": [], "isa": "", "emulates": false}'""",
            "SE",
        ),
        (
            "mips",
            """echo '{"version": "24.0.0.1", "isas": ["MIPS"], "isa": "", "emulates": true}'""",
            "built for MIPS",
        ),
    ):
        binary = tmp_path / name
        binary.write_text(f"#!/bin/sh\n{script}\n")
        binary.chmod(0o755)
        with pytest.raises(MachineError, match=message):
            Gem5(Gem5Settings(binary=binary))

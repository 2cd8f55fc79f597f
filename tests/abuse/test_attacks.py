"""Every attack gets its verdict, does not affect the next program, and leaves nothing behind."""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from attack_files import LANGUAGES, Attack, attacks
from processes import lives

from pieforge.errors import MissingToolError
from pieforge.measurement.simulators import discover_simulators
from pieforge.records import Verdict
from pieforge.sandbox.bubblewrap import SandboxContents, SandboxProcess, SeccompProfile
from pieforge.sandbox.languages import SYSTEM_FOLDERS, get_language
from pieforge.sandbox.native.build import get_default_cache
from pieforge.sandbox.sandbox import (
    Executable,
    Limits,
    RunResult,
    Sandbox,
    SandboxSettings,
    build_program_contents,
    build_program_request,
)
from pieforge.sandbox.verdict import interpret_record

pytestmark = pytest.mark.slow

HONEST_PYTHON = "print(int(input()) + 1)"
HONEST = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d", n + 1); }\n'
MARK = "pieforge-abuse"
"""Names of the files that attacks try to create."""
PARENT, USER = re.compile(r"^PPid:\t(\d+)", re.MULTILINE), re.compile(r"^Uid:\t(\d+)", re.MULTILINE)
SECRETS = ("root:", "PATH=", "uid=0")


def under(stage: str, where: str) -> list[object]:
    return [pytest.param(a, id=a.name) for a in attacks(stage) if where in a.under]


def upon_simulators() -> list[object]:
    return [
        pytest.param(name, attack, id=f"{name}-{attack.name}")
        for name in discover_simulators()
        for attack in attacks("run")
        if name in attack.under
    ]


@pytest.fixture(autouse=True)
def nothing_remains(settings: SandboxSettings) -> Iterator[None]:
    """Assert that a test leaves no process, no file and no kernel object."""
    yield
    assert settle(lambda: left_processes(settings.uid)) == []
    assert left_files(settings) == []


def settle(found: object) -> list[str]:
    """Return what remains after some time: a killed process takes a moment to end."""
    assert callable(found)
    until = time.monotonic() + 5
    while (left := found()) and time.monotonic() < until:
        time.sleep(0.01)
    return list(left)


def left_processes(uid: int) -> list[str]:
    """Return our child processes, dead or alive, and all live processes with that user id."""
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "status").read_text()
        except OSError:
            continue
        parent, user = PARENT.search(status), USER.search(status)
        assert parent is not None
        assert user is not None
        if int(parent[1]) == os.getpid() or (int(user[1]) == uid and lives(int(folder.name))):
            left.append(f"{folder.name} {status.splitlines()[0]}")
    return left


def left_files(settings: SandboxSettings) -> list[str]:
    assert settings.cache is not None
    # Contents have the beginning of their hash as suffix.
    known = re.compile(r"(\.(met|sha256|[0-9a-f]{16}))?")
    odd = [str(path) for path in settings.cache.rglob("*") if not known.fullmatch(path.suffix)]
    for folder in map(Path, ("/", "/tmp", "/var/tmp", "/dev/shm", "/usr", "/usr/bin", Path.cwd())):
        for path in folder.iterdir():
            try:
                if MARK in path.name or path.lstat().st_uid == settings.uid:
                    odd.append(str(path))
            except FileNotFoundError:  # another process's
                continue
    return odd


async def built(sandbox: Sandbox, attack: Attack, settings: SandboxSettings) -> Executable:
    """Compile an attack, once for all sessions: the attack is in running it."""
    language = get_language(LANGUAGES[attack.path.suffix])
    cache = get_default_cache()
    patient = Sandbox(
        settings.model_copy(update={"compile_cpu_s": 10.0, "compile_memory_bytes": 2 << 30}),
        replace(sandbox.bubblewrap, cache=cache.resolve()),
        cache,
    )
    try:
        compiled = await patient.compile(language, attack.path.read_text())
    except MissingToolError as error:
        pytest.skip(error.what)
    assert compiled.executable is not None, compiled.diagnostics
    return compiled.executable


async def honest(sandbox: Sandbox, *, fresh: bool = False) -> Executable:
    mark = f"// {time.monotonic_ns()}\n" if fresh else ""
    compiled = await sandbox.compile(get_language("c17"), mark + HONEST)
    assert compiled.executable is not None, compiled.diagnostics
    return compiled.executable


async def ask(
    cell: SandboxProcess,
    executable: Executable,
    inputs: list[bytes],
    limits: Limits,
    path: str | None = None,
) -> list[RunResult]:
    language = get_language(executable.language)
    request = build_program_request(language, limits, (path,) if path else ())
    results = []
    async for record in cell.run(request, inputs):
        results.append(interpret_record(record, limits))
        results[-1].output.discard_tail()
    return results


@pytest.mark.parametrize("attack", under("run", "sandbox"))
async def test_an_attack_gets_its_verdict_and_does_not_affect_the_next_program(
    attack: Attack, sandbox: Sandbox, settings: SandboxSettings
) -> None:
    executable, good = await built(sandbox, attack, settings), await honest(sandbox)
    contents = build_program_contents(executable)
    both = replace(contents, files={**contents.files, "/honest": good.artifact})
    inputs = [b"same"] * (1 if attack.verdict is Verdict.TLE else 2)
    async with SandboxProcess(sandbox.bubblewrap, both) as cell:
        seen = await ask(cell, executable, inputs, attack.limits)
        [next_one] = await ask(cell, good, [b"41"], Limits(), path="/honest")
    [elsewhere] = await sandbox.run(good, [b"41"])
    assert {run.verdict for run in seen} == {attack.verdict}, seen
    assert len({run.stdout for run in seen}) == 1
    assert (next_one.verdict, next_one.stdout) == (Verdict.AC, b"42")
    assert (elsewhere.verdict, elsewhere.stdout) == (Verdict.AC, b"42")


@pytest.mark.parametrize(("name", "attack"), upon_simulators())
async def test_an_attack_on_the_simulator_gets_its_verdict_and_no_counts(
    name: str, attack: Attack, sandbox: Sandbox, settings: SandboxSettings
) -> None:
    try:
        simulator = discover_simulators()[name]()
    except MissingToolError as error:
        pytest.skip(error.what)
    if simulator.processor:
        pytest.skip("the attacks are programs of this machine's processor")
    limits = replace(attack.limits, cpu_s=max(2.0, attack.limits.cpu_s), memory_bytes=256 << 20)
    executable, good = await built(sandbox, attack, settings), await honest(sandbox)
    own_limits = None
    if executable.language == "python":
        own_limits = limits  # so that the same fork server serves both
        compiled = await sandbox.compile(get_language("python"), HONEST_PYTHON)
        assert compiled.executable is not None
        good = compiled.executable
    async with sandbox.keep_fork_servers():
        [alone] = await simulator.measure(sandbox, good, [b"41"], own_limits)
        both = await simulator.measure(sandbox, executable, [b"", b""], limits)
        [after] = await simulator.measure(sandbox, good, [b"41"], own_limits)
    assert {measured.verdict for measured in both} == {attack.under[name]}, both
    assert {measured.ticks > 1000 for measured in both} == {attack.under[name] is Verdict.AC}
    assert (after.verdict, after.ticks) == (Verdict.AC, alone.ticks)


@pytest.mark.parametrize("attack", under("compile", "sandbox"))
async def test_an_attack_on_the_compiler_makes_no_program_and_reveals_nothing(
    attack: Attack, sandbox: Sandbox
) -> None:
    if attack.path.suffix == ".sh":
        handed_out, messages = await subverted(sandbox, attack)
    else:
        try:
            made = await sandbox.compile(
                get_language(LANGUAGES[attack.path.suffix]), attack.path.read_text()
            )
        except MissingToolError as error:
            pytest.skip(error.what)
        handed_out, messages = made.executable, made.diagnostics
        assert messages.strip()
    assert attack.verdict is Verdict.CE
    assert handed_out is None
    assert len(messages) <= 64 << 10
    assert [secret for secret in SECRETS if secret in messages] == []
    [after] = await sandbox.run(await honest(sandbox, fresh=True), [b"41"])
    assert (after.verdict, after.stdout) == (Verdict.AC, b"42")


async def subverted(sandbox: Sandbox, attack: Attack) -> tuple[bytes | None, str]:
    """Run a shell script instead of the compiler; return its artifact and its messages."""
    contents = SandboxContents(
        files={"/src/main.sh": attack.path.read_bytes()},
        folders=SYSTEM_FOLDERS,
        scratch={"/tmp": 64 << 20},
        has_dev_null=True,
        workdir="/src",
        profile=SeccompProfile.BUILD,
    )
    request = sandbox._compiler._create_request(get_language("c17"), ())
    request = replace(request, argv=("/usr/bin/dash", "main.sh"), wall_s=3.0)
    [record] = await sandbox.run_request(contents, request, [b""])
    whole = record.fetched if record.status == 0 else None
    return whole, (record.stderr + record.output.head)[: 64 << 10].decode(errors="replace")

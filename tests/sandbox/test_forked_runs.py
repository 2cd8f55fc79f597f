"""Python programs run as forks of one started interpreter: no run notices, or changes another."""

import os
import signal
from pathlib import Path

import pytest
from forked_programs import BY_INPUT
from processes import descendants
from sandbox_shortcuts import Build

from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Limits, RunResult, Sandbox

ATTACKS = Path(__file__).parents[1] / "abuse/run"
SURROUNDINGS = """
import os, resource, sys, threading
print(sys.stdin.read(), sys.argv, sys.path, sys.flags, os.getcwd(), sorted(os.environ))
print([name for name in sorted(vars(resource)) if name.startswith("RLIMIT")])
print(resource.getrlimit(resource.RLIMIT_AS), resource.getrlimit(resource.RLIMIT_NOFILE))
opened = []
for file in range(64):
    try:
        os.fstat(file)
    except OSError:
        continue
    opened.append(file)
print(opened, hash("x"), threading.active_count())
thread = threading.Thread(target=print, args=("in a thread",))
thread.start()
thread.join()
"""


def list_interpreters() -> list[int]:
    """Return the host's process ids of the running interpreters in sandboxes."""
    found = []
    for pid in descendants(os.getpid()):
        folder = Path(f"/proc/{pid}")
        if folder.exists() and "python" in (folder / "comm").read_text():
            found.append(pid)
    return found


async def test_a_run_has_the_surroundings_of_an_interpreter_of_its_own(
    sandbox: Sandbox, build: Build
) -> None:
    program = await build(SURROUNDINGS, "python")
    inputs = [b"1", b"", b"3" * 100_000]
    # Where the layout is random, each run starts an interpreter.
    own = await sandbox.run(program, inputs, Limits(randomize_layout=True))
    forked = await sandbox.run(program, inputs, Limits())
    assert [(it.verdict, it.stderr) for it in forked] == [(Verdict.AC, b"")] * 3
    assert [it.output.digest for it in forked] == [it.output.digest for it in own]
    assert b"[0, 1, 2]" in forked[0].stdout
    assert b"in a thread" in forked[0].stdout


async def test_one_run_that_fails_or_reaches_a_limit_does_not_change_the_others(
    sandbox: Sandbox, build: Build
) -> None:
    program = await build(BY_INPUT, "python")
    words = ["a", "spin", "a", "fail", "a", "flood", "a", "hog", "a", "fork", "a", "crash", "a"]
    limits = Limits(cpu_s=0.5, output_bytes=100_000)
    found = await sandbox.run(program, [f"{word}\n".encode() for word in words], limits)
    verdicts = [str(result.verdict) for result in found[1::2]]
    assert verdicts == ["TLE", "RE", "OLE", "MLE", "RE", "RE"]
    assert {(str(result.verdict), result.stdout) for result in found[::2]} == {("AC", b"a 3\n")}


@pytest.mark.parametrize("name", ["memory", "process_ids", "state"])
async def test_an_attack_on_the_server_leaves_nothing_for_the_next_run(
    sandbox: Sandbox, build: Build, name: str
) -> None:
    program = await build((ATTACKS / f"fork_server_{name}.py").read_text(), "python")
    found = await sandbox.run(program, [b"1\n", b"2\n", b"3\n"])
    assert [(it.verdict, it.stderr.replace(b"\0pieforge-abuse", b"")) for it in found] == [
        (Verdict.AC, b"")
    ] * 3


async def test_a_run_can_signal_neither_the_server_nor_the_supervisor(
    sandbox: Sandbox, build: Build
) -> None:
    attack = """
import os, signal
for target in [1, os.getppid(), -1, 0, *range(2, 40)]:
    for send in (os.kill, lambda pid, number: os.killpg(abs(pid), number)):
        if target == os.getpid():
            continue
        try:
            send(target, signal.SIGKILL)
        except OSError:
            continue
        raise SystemExit(f"signalled {target}")
print("tried")
"""
    found = await sandbox.run(await build(attack, "python"), [b"", b""])
    assert [it.stdout for it in found] == [b"tried\n"] * 2


async def test_runs_after_the_death_of_the_server_are_done_by_a_new_one(
    sandbox: Sandbox, build: Build
) -> None:
    program = await build("print(sum(range(int(input()))))", "python")
    inputs = [b"3000000\n"] * 6
    killed: list[int] = []

    def kill_server(at: int, _: RunResult) -> bool:
        if at == 1:
            killed.append(min(list_interpreters()))  # the others are runs of it
            os.kill(killed[0], signal.SIGKILL)
        return False

    found = await sandbox.run(program, inputs, stop=kill_server)
    assert killed
    assert [it.verdict for it in found] == [Verdict.AC] * 6
    assert len({it.stdout for it in found}) == 1
    assert not list_interpreters()

"""Runs that are killed at random moments of their lives, and resumed until they end.

PIEFORGE_KILLS is the number of kills (100), PIEFORGE_KILLS_SEED the seed of the moments (1).
"""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from commands import FILES, Pieforge, config, contents
from processes import descendants, still_there

KILLS = int(os.environ.get("PIEFORGE_KILLS", "100"))
SEED = os.environ.get("PIEFORGE_KILLS_SEED", "1")
CORPUS = 'corpus.path = "known.sqlite"'
BUDGET = "budget.attempts = 7"
ENDS = {"": 0, BUDGET: 3}
"""Exit status of a run to its end, by its budget."""


def kill(process: subprocess.Popen[str], kind: str, draw: random.Random) -> None:
    """Kill the process, its group, or one of the processes that work for it."""
    process.send_signal(signal.SIGSTOP)
    children = descendants(process.pid)
    if kind == "worker" and children:
        victim = draw.choice(sorted(children))
        with suppress(ProcessLookupError):
            os.kill(victim, signal.SIGKILL)
        process.send_signal(signal.SIGCONT)
        return
    if kind == "group":
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.communicate()
    assert still_there(children) == set(), kind


def end_session(process: subprocess.Popen[str]) -> int:
    """Wait for the end of a session that may leave work open; return its status."""
    _, stderr = process.communicate(timeout=600)
    assert "Traceback" not in stderr, stderr
    return process.returncode


def read_corpus(pieforge: Pieforge) -> dict[str, Any]:
    """Return what the corpus has; the number of additions may differ."""
    words = ("corpus", "query", "--path", "known.sqlite", "--json")
    return {
        kind: [{**row, "found_by": ""} for row in pieforge(*words, kind).json()["rows"]]
        for kind in ("pair", "program", "reject", "problem")
    }


@pytest.mark.long
@pytest.mark.parametrize("budget", ENDS)
def test_a_run_killed_at_any_moment_ends_with_the_same_files(budget: str, tmp_path: Path) -> None:
    draw = random.Random(f"{SEED}/{budget}")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}

    def create(name: str) -> Pieforge:
        (tmp_path / name).mkdir()
        here = Pieforge(tmp_path / name, cache)
        # A budget needs several calls that compete for it.
        attempts, lines = (3, [CORPUS, budget]) if budget else (1, [CORPUS])
        config(here.folder / "my.toml", *lines, attempts=attempts, jobs=2)
        return here

    first = create("first")
    assert first("run", "my.toml", "--name", "a").status == ENDS[budget]
    # Again, with filled caches: so long does a life take.
    undisturbed = create("undisturbed")
    start = time.monotonic()
    assert undisturbed("run", "my.toml", "--name", "a").status == ENDS[budget]
    life_s = time.monotonic() - start
    files, corpus = contents(undisturbed.folder / "datasets_out/a"), read_corpus(undisturbed)
    kinds = dict.fromkeys(("process", "group", "worker"), 0)
    failures, lives, killed = [], 0, 0
    here = create("0")
    while killed < KILLS // len(ENDS) or (here.folder / "datasets_out" / "a").exists():
        begun = (here.folder / "datasets_out" / "a" / "run.toml").exists()
        resume = ("--resume", "datasets_out/a", "my.toml")
        process = here.start("run", *(resume if begun else ("my.toml", "--name", "a")))
        kind = ""
        if killed < KILLS // len(ENDS):
            try:
                process.wait(draw.uniform(0, life_s))
            except subprocess.TimeoutExpired:
                kind = draw.choice(list(kinds))
                kill(process, kind, draw)
                kinds[kind] += 1
                killed += 1
        status = end_session(process)
        # A run that its budget ended says so, also where a killed worker left something open.
        if status != ENDS[budget] or kind == "worker":
            assert status in {ENDS[budget], 1, 75, -signal.SIGKILL}, status
            continue
        lives += 1
        found = contents(here.folder / "datasets_out" / "a")
        changed = [name for name in FILES if found[name] != files[name]]
        if read_corpus(here) != corpus:
            changed.append("the corpus")
        if changed:
            failures.append(f"life {lives}, after {killed} kills: {changed}")
        here = create(str(lives))
    print(f"kills {kinds}, lives {lives}, life of {life_s:.1f} s")  # noqa: T201
    assert not failures, "\n".join(failures)


@pytest.mark.slow
def test_one_two_and_eight_workers_give_the_same_bytes_also_within_a_budget(
    pieforge: Pieforge,
) -> None:
    found = []
    for workers in (1, 2, 8):
        calls = f"concurrency.model_calls = {workers}"
        name = f"a{workers}"
        mine = config(pieforge.folder / f"{name}.toml", BUDGET, calls, jobs=workers)
        assert pieforge("run", mine, "--name", name).status == ENDS[BUDGET]
        found.append(contents(pieforge.folder / "datasets_out" / name))
    assert found[0] == found[1] == found[2]

"""Untrusted code that cannot be contained is not run; no option allows it."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pytest

from pieforge.errors import ContainmentError, MissingToolError, StorageError
from pieforge.problems import BUNDLED
from pieforge.sandbox.native.build import _compile, build_launcher, build_probe, build_supervisor
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings
from pieforge.sandbox.self_test import require_containment, require_limits

pytestmark = pytest.mark.slow


async def test_without_user_namespaces_it_refuses_and_names_the_fix(
    sandbox: Sandbox, settings: SandboxSettings
) -> None:
    outer = shutil.which("bwrap") or ""
    jail = (outer, "--unshare-user", "--disable-userns", "--dev-bind", "/", "/", "--")
    bubblewrap = replace(sandbox.bubblewrap, launcher=(*sandbox.bubblewrap.launcher, *jail))
    with pytest.raises(ContainmentError, match="cannot be built") as caught:
        await require_containment(bubblewrap, build_probe(settings.cache))
    assert "user namespaces" in caught.value.fix


async def test_a_gap_in_containment_is_named(
    sandbox: Sandbox, settings: SandboxSettings, tmp_path: Path
) -> None:
    """bubblewrap with a folder of the host mounted inside."""
    leaky = tmp_path / "bwrap"
    leaky.write_text(f'#!/bin/sh\nexec {shutil.which("bwrap")} --ro-bind /etc /etc "$@"\n')
    leaky.chmod(0o755)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if os.geteuid() == 0 and folder.stat().st_uid == 0 and folder.name != "tmp":
            folder.chmod(0o755)
    with pytest.raises(ContainmentError, match="the host's files are absent"):
        await require_containment(
            replace(sandbox.bubblewrap, bwrap=str(leaky)), build_probe(settings.cache)
        )


async def test_an_ineffective_limit_is_named_and_no_sandbox_opens(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    """The supervisor without the line that reads the peak memory."""
    folder = resources.files("pieforge.sandbox.native")
    texts = {name: folder.joinpath(name).read_text() for name in ("supervisor.c", "filter.c")}
    line = "if (peak > r->memory) r->memory = peak;"
    assert line in texts["supervisor.c"]
    texts["supervisor.c"] = texts["supervisor.c"].replace(line, "(void)peak;")
    supervisor = tmp_path / "supervisor"
    supervisor.write_bytes(_compile(texts))
    bubblewrap = replace(sandbox.bubblewrap, supervisor=supervisor)
    with pytest.raises(ContainmentError, match="peak memory is the program's own"):
        await require_limits(bubblewrap, build_probe(tmp_path), tmp_path)
    with pytest.raises(ContainmentError):
        await require_limits(bubblewrap, build_probe(tmp_path), tmp_path)


@pytest.mark.parametrize("command", ["run", "compare", "measure", "doctor"])
def test_a_command_that_runs_programs_refuses_where_they_cannot_be_contained(
    command: str, tmp_path: Path
) -> None:
    build_supervisor(tmp_path / "pieforge")  # these need a compiler
    build_launcher(tmp_path / "pieforge")
    build_probe(tmp_path / "pieforge")
    problem = BUNDLED / "branchoffices"
    program = str(problem / "submissions" / "accepted" / "fast.cpp")
    words = {
        "run": ["--out", str(tmp_path)],
        "compare": [program, program, "--problem", str(problem)],
        "measure": [program, "--problem", str(problem)],
        "doctor": [],
    }
    done = subprocess.run(
        [sys.executable, "-m", "pieforge", command, *words[command]],
        env={
            "PATH": "",
            "XDG_CACHE_HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(sys.path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (1 if command == "doctor" else 2)
    assert "bubblewrap" in done.stdout + done.stderr
    assert "apt install bubblewrap" in done.stdout + done.stderr


async def test_without_bubblewrap_the_package_is_named(
    monkeypatch: pytest.MonkeyPatch, settings: SandboxSettings, sandbox: Sandbox
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match="bubblewrap") as caught:
        async with Sandbox.open(settings):
            pass
    assert caught.value.fix == "apt install bubblewrap"


async def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="cannot write the cache"):
        async with Sandbox.open(SandboxSettings(cache=tmp_path / "file")):
            pass

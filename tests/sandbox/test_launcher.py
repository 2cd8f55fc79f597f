"""The launcher drops root permanently before it starts any other program."""

import os
import subprocess
from pathlib import Path

import pytest

from pieforge.sandbox.native.build import build_launcher
from pieforge.sandbox.sandbox import SandboxSettings


@pytest.fixture
def launcher(settings: SandboxSettings) -> Path:
    assert settings.cache is not None
    return build_launcher(settings.cache)


def started(launcher: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([launcher, *words], capture_output=True, text=True, check=False)


def test_user_zero_is_refused(launcher: Path) -> None:
    for name in ("0", "root", ""):
        done = started(launcher, name, "/bin/echo", "started")
        assert (done.returncode, done.stdout) == (70, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="is root")
def test_a_user_other_than_root_starts_nothing(launcher: Path) -> None:
    assert started(launcher, "60600", "/bin/echo", "started").stdout == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="is not root")
def test_user_groups_and_capabilities_are_gone(launcher: Path) -> None:
    done = started(launcher, "60600", "/bin/cat", "/proc/self/status")
    status = dict(line.split(":", 1) for line in done.stdout.splitlines())
    assert status["Uid"].split() == status["Gid"].split() == ["60600"] * 4
    assert status["Groups"].split() == []
    assert {int(status[f"Cap{kind}"], 16) for kind in ("Inh", "Prm", "Eff", "Amb")} == {0}

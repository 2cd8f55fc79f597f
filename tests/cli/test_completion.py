"""The scripts of `pieforge completion`, used by real shells."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = Path(sys.executable).with_name("pieforge")


def complete(*words: str) -> list[str]:
    """Return what bash proposes for the last word."""
    script = f"""
        PATH={COMMAND.parent}:$PATH
        eval "$(pieforge completion bash)"
        COMP_WORDS=(pieforge {" ".join(words)}) COMP_CWORD={len(words)}
        _pieforge_completion pieforge
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_bash_completes_commands_and_options() -> None:
    assert complete("re") == ["rejudge", "report"]
    assert complete("run", "--re") == ["--resume", "--replay"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_of_the_shell(shell: str) -> None:
    done = subprocess.run(
        [COMMAND, "completion", shell], capture_output=True, text=True, check=True
    )
    assert f"_PIEFORGE_COMPLETE={shell}_complete" in done.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.stdout, text=True, check=True)

"""`pieforge doctor` on a machine on which programs are missing."""

import json
import subprocess
import sys
from pathlib import Path


def test_one_line_installs_all_that_is_missing() -> None:
    hidden = ("/usr/bin/bwrap", "/usr/bin/valgrind", "/usr/bin/clang")
    # A device in the place of a program, in a mount namespace of its own, cannot be executed.
    binds = [
        word for path in hidden for word in ("--dev-bind", "/dev/null", str(Path(path).resolve()))
    ]
    command = [sys.executable, "-m", "pieforge", "doctor"]
    within = ["bwrap", "--dev-bind", "/", "/", *binds, "--", *command]
    done = subprocess.run(within, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    [line] = [it for it in done.stdout.splitlines() if "install all that is missing" in it]
    assert line.endswith("apt-get install --no-install-recommends bubblewrap valgrind clang")
    done = subprocess.run([*within, "--json"], capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)
    assert line.endswith(found["install"])
    failed = {check["name"] for check in found["checks"] if check["required"] and not check["ok"]}
    assert failed == {"package bubblewrap", "package valgrind", "untrusted code is contained"}


def test_another_processor_is_named_and_nothing_else_is_tried() -> None:
    command = ["setarch", "i686", sys.executable, "-m", "pieforge", "doctor", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    [first, *others] = json.loads(done.stdout)["checks"]
    assert (first["name"], first["ok"]) == ("the platform is supported", False)
    assert first["detail"] == "Linux on i686"
    assert "x86-64" in first["fix"]
    assert all(check["ok"] or not check["required"] for check in others)
    assert len(others) == 2

"""BAPCtools' `bt` on a copy of a problem package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def validate_inputs(package: Path, place: Path) -> None:
    """Assert that `bt` accepts the inputs of a package; `place` is an empty folder to work in."""
    copy = shutil.copytree(package, place / package.name)
    # bt requires PyPy for Python; any interpreter works, by its absolute path: bt renames python3.
    stand_in = place / "bin" / "pypy3"
    stand_in.parent.mkdir()
    stand_in.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    stand_in.chmod(0o755)
    statement = copy / "statement" / "problem.en.tex"
    if not statement.exists():  # the format has Markdown too, bt reads LaTeX alone
        statement.write_text("\\problemname{}\n")
    done = subprocess.run(
        [Path(sys.executable).parent / "bt", "validate", "--no-bar", "--input"],
        cwd=copy,
        # A copy of a package would conflict with bt's registry of identifiers of this user.
        env={
            **os.environ,
            "PATH": f"{stand_in.parent}:{os.environ['PATH']}",
            "XDG_CONFIG_HOME": str(place / "config"),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]

"""pieforge as a user starts it: a process of its own, with real exit statuses and signals."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from processes import descendants

from pieforge.rows import FILES as ROW_FILES

ROOT = Path(__file__).parent.parent.parent
PROBLEMS = ROOT / "problems"
PATIENCE_S = 300.0
FILES = (*ROW_FILES, "summary.json", "lineage.graphml", "README.md")
"""Files of a run folder with the same bytes for the same configuration and seed."""


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str

    def json(self) -> dict[str, Any]:
        """Return stdout, which must be one JSON object."""
        found = json.loads(self.stdout)
        assert isinstance(found, dict)
        return found

    def says(self, *words: str, status: int = 2) -> None:
        """Assert that the command was refused: the status, all the words, no traceback."""
        assert self.status == status, self
        assert "Traceback" not in self.stderr, self.stderr
        assert self.stderr.count("pieforge: ") == 1, self.stderr
        for word in words:
            assert word in self.stderr, self.stderr


@dataclass(frozen=True)
class Pieforge:
    """The command, run in a folder with an environment."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    """Words before the command, such as `unshare`."""
    patience_s: float = PATIENCE_S

    def with_environment(self, **more: str) -> Self:
        return replace(self, environment={**self.environment, **more})

    def start(self, *words: object) -> subprocess.Popen[str]:
        """Start a command as the leader of a session."""
        return subprocess.Popen(
            # A shell ignores Ctrl-C in background processes; a run in the foreground gets it.
            [
                *("/usr/bin/env", "--default-signal=INT", *self.before),
                *(sys.executable, "-m", "pieforge", *map(str, words)),
            ],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "PYTHONPATH": str(ROOT / "src"),
                **self.environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def __call__(self, *words: object) -> Done:
        """Run a command to its end."""
        with self.start(*words) as process:
            try:
                stdout, stderr = process.communicate(timeout=self.patience_s)
            except BaseException:
                process.kill()
                raise
        return Done(process.returncode, stdout, stderr)


def config(
    path: Path,
    *lines: str,
    attempts: int = 3,
    deoptimizations: int = 0,
    rounds: int = 2,
    seed: int = 1,
    jobs: int = 4,
    problems: Sequence[str] = ("echosong",),
) -> Path:
    """Write the configuration of a small run that has both pairs and rejects."""
    path.write_text(f"""
run.problems = {json.dumps(problems)}
run.languages = ["cpp17"]
run.attempts = {attempts}
run.deoptimizations = {deoptimizations}
run.rounds = {rounds}
run.seed = {seed}
lessons.per_cluster = 2
simulator.tests = 1
simulator.budget_mcycles = 20
concurrency.jobs = {jobs}
{chr(10).join(lines)}
""")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files that must have the same bytes."""
    return {name: (folder / name).read_bytes() for name in FILES}


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def kill_hard(process: subprocess.Popen[str]) -> set[int]:
    """Stop a process, list its descendants and kill only the process; return the descendants."""
    process.send_signal(signal.SIGSTOP)
    children = descendants(process.pid)
    process.kill()
    process.communicate()
    return children


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold a lock that all test processes share."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

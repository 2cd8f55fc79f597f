"""Find running processes, for tests that assert that none is left."""

import subprocess
import time
from pathlib import Path


def descendants(pid: int) -> set[int]:
    """Return the ids of all descendants of a process."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    parents = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found, size = {pid}, 0
    while size != len(found):
        size = len(found)
        found |= {child for child, parent in parents if parent in found}
    return found - {pid}


def still_there(pids: set[int], patience_s: float = 10.0) -> set[int]:
    """Wait for processes to end; return those that still run at the time limit."""
    until = time.monotonic() + patience_s
    while pids and time.monotonic() < until:
        pids = {pid for pid in pids if lives(pid)}
        time.sleep(0.01)
    return pids


def lives(pid: int) -> bool:
    """Return whether a process runs; a zombie does not.

    An orphaned zombie is collected by the machine's first process, which in a container may never
    do so.
    """
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"

"""Memory of a process and its descendants, read from the host's /proc."""

import re
from pathlib import Path

_PROC = Path("/proc")
_PRIVATE_MEMORY = re.compile(r"^Rss(?:Anon|Shmem):\s*(\d+) kB$", re.MULTILINE)


def measure_tree_memory(pid: int) -> int:
    """Return the bytes of anonymous and shared memory of a process and its descendants.

    Pages of files are excluded, because the page cache holds them in any case. Memory that
    several processes share counts once for each. A process that ends in the meantime counts as 0.
    """
    total = 0
    pending = [pid]
    while pending:
        pid = pending.pop()
        total += _read_memory(pid)
        pending += _list_children(pid)
    return total


def _read_memory(pid: int) -> int:
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    return sum(map(int, _PRIVATE_MEMORY.findall(status))) << 10


def _list_children(pid: int) -> list[int]:
    """Return the children of all threads of a process, orphans that it adopted included."""
    children: list[int] = []
    try:
        # The kernel lists children by the thread that started them, not by process (proc(5)).
        for thread in (_PROC / str(pid) / "task").iterdir():
            children += map(int, (thread / "children").read_text().split())
    except OSError:  # the process ended
        pass
    return children

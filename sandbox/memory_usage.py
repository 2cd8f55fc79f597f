"""What a process and all that it started have in memory, as the host's /proc tells."""

import re
from pathlib import Path

_PROC = Path("/proc")
_PRIVATE_MEMORY = re.compile(r"^Rss(?:Anon|Shmem):\s*(\d+) kB$", re.MULTILINE)


def measure_tree_memory(pid: int) -> int:
    """Return the bytes of memory that a process and its descendants take, as far as it is theirs.

    Pages of files are left out, for the page cache has them anyway. What several share counts
    for each. A process that ends meanwhile counts as nothing.
    """
    total = 0
    open_ = [pid]
    while open_:
        pid = open_.pop()
        total += _read_memory(pid)
        open_ += _list_children(pid)
    return total


def _read_memory(pid: int) -> int:
    try:
        status = (_PROC / str(pid) / "status").read_text()
    except OSError:
        return 0
    return sum(map(int, _PRIVATE_MEMORY.findall(status))) << 10


def _list_children(pid: int) -> list[int]:
    """Return the processes that any of its threads started, or has inherited."""
    found: list[int] = []
    try:
        for thread in (_PROC / str(pid) / "task").iterdir():
            found += map(int, (thread / "children").read_text().split())
    except OSError:
        pass
    return found

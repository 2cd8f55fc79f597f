# verdict: AC
# tries: to read or change the process that a run was forked from, through /proc, ptrace, its sockets and its limits
# under: cachegrind
import contextlib
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
SERVER = 2
for name in ("mem", "maps", "environ", "auxv", "fd/0", "fd/50", "fd/51", "fd/60", "cwd", "root", "exe",
             "task/2/mem", "map_files", "syscall", "stack"):
    for flags in (os.O_RDONLY, os.O_WRONLY, os.O_RDWR):
        with contextlib.suppress(OSError):
            os.open(f"/proc/{SERVER}/{name}", flags)
            raise SystemExit(f"opened {name}")
for name in ("oom_score_adj", "comm", "coredump_filter", "timerslack_ns"):
    with contextlib.suppress(OSError):
        os.open(f"/proc/{SERVER}/{name}", os.O_WRONLY)
        raise SystemExit(f"opened {name}")
word = ctypes.create_string_buffer(64)
calls = {
    "ptrace attach": (101, 16, SERVER, 0, 0), "ptrace seize": (101, 0x4206, SERVER, 0, 0),
    "process_vm_readv": (310, SERVER, word, 1, word, 1, 0), "process_vm_writev": (311, SERVER, word, 1, word, 1, 0),
    "prlimit": (302, SERVER, 0, word, 0), "pidfd_open": (434, SERVER, 0), "kcmp": (312, SERVER, SERVER, 0, 0, 0),
    "setpriority": (141, 0, SERVER, 19), "sched_setaffinity": (203, SERVER, 64, word),
    "setpgid": (109, SERVER, 0), "migrate_pages": (256, SERVER, 64, word, word), "recvmsg": (47, 51, word, 0),
    "fork like the server": (56, 0x8000 | 17, 0, 0, 0, 0), "fork": (57,), "chmod": (90, b"/tmp", 0o777),
}
for name, call in calls.items():
    if libc.syscall(*call) >= 0:
        raise SystemExit(name)
for end in (50, 51):
    with contextlib.suppress(OSError):
        os.fstat(end)
        raise SystemExit(f"descriptor {end} is open")

# verdict: AC
# tries: to end or stop the process that a run was forked from, also by signals that the kernel sends for a descriptor
# under: cachegrind
import contextlib
import ctypes
import fcntl
import os
import signal

libc = ctypes.CDLL(None, use_errno=True)
KILL, TKILL, TGKILL, QUEUE, TGQUEUE = 62, 200, 234, 129, 297
own = int(os.readlink("/proc/self"))
others = [other for other in range(1, 400) if other not in (own, os.getpid())]
info = ctypes.create_string_buffer(128)
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGSEGV):
    for other in (*others, 0, -1, -os.getpgrp()):
        with contextlib.suppress(OSError):
            os.kill(other, number)
            raise SystemExit(f"kill {other}")
    for other in (*others[1:], 0, -1, -os.getpgrp()):
        for call in ((KILL, other, number), (TKILL, other, number), (TGKILL, other, other, number),
                     (TGKILL, own, other, number), (QUEUE, other, number, info),
                     (TGQUEUE, other, other, number, info)):
            if libc.syscall(*call) == 0:
                raise SystemExit(f"{call}")
read, write = os.pipe()
for end in (read, write):
    for command in (fcntl.F_SETOWN, 10, 15):  # F_SETSIG, F_SETOWN_EX
        with contextlib.suppress(OSError):
            fcntl.fcntl(end, command, 2)
            raise SystemExit(f"fcntl {command}")
# Signals to the process itself stay possible.
received = []
signal.signal(signal.SIGUSR1, lambda number, _: received.append(number))
os.kill(os.getpid(), signal.SIGUSR1)
signal.raise_signal(signal.SIGUSR1)
if len(received) != 2:
    raise SystemExit("no signal to itself")

"""What runs inside gem5's own Python: one process that forks for each input.

gem5 is started once for a program, reads a job from standard input, builds the machine
(machine.py) with the program in it, and forks for each input; the child simulates. So what gem5
needs to start is paid once, a gem5 that dies takes one input with it, and every run begins from
the same state. Nothing of pieforge can be imported here, and the sandbox is that of any
other run.

gem5 hands the simulated program's system calls to the host, so that what the program can name it
can open. Nothing that counts has a name: its output, gem5's messages and the statistics come
through pipes of which it knows the first alone, and its input is a file without a name. The
statistics are printed after it has ended, and its time is gem5's own clock, which the program's
`m5` instructions (reset or print the statistics, say) do not touch.

    gem5 [options] inside.py probe                      prints what this gem5 is, as JSON
    gem5 [options] --stats-file=cerr?desc=False inside.py simulate < job

A job is one line of JSON, then the inputs' bytes; see `gem5/__init__.py`, which writes it, and
reads the answer: for each input one line of JSON, then the bytes of the program's output, of
gem5's messages and of the result (one line of JSON, then the statistics).
"""

import contextlib
import ctypes
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import tempfile

import _m5.core
import m5
from m5 import objects
from machine import build, isa

SCRATCH = "/tmp"  # noqa: S108 - inside the sandbox
"""The one folder inside the sandbox that can be written; gem5's own temporary files need it."""
_MESSAGES_BYTES = 16 << 10
_RESULT_BYTES = 8 << 20


def probe():
    """Print what this gem5 is: its version, its core's ISA, whether it can emulate a process."""
    from m5 import defines

    seen = {
        "version": str(_m5.core.gem5Version),
        "isas": sorted(
            name[4:-4]
            for name in defines.buildEnv
            if name.startswith("USE_") and name.endswith("_ISA") and defines.buildEnv[name]
        ),
        "isa": isa(),
        "emulates": hasattr(objects, "Process") and hasattr(objects, "SEWorkload"),
    }
    print(json.dumps(seen))


def serve():
    """Simulate a job's inputs, one after another, until its budget of ticks is used up."""
    if os.path.exists("/proc") or os.path.exists("/etc"):
        sys.exit(
            "this sweeps the folder for temporary files: it runs only inside pieforge's sandbox"
        )
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open("/dev/null", os.O_WRONLY)
    os.dup2(nowhere, 1)
    job = json.loads(sys.stdin.buffer.readline())
    build(job["model"], job["memory_bytes"])
    m5.instantiate()
    ctypes.CDLL(None).fflush(None)  # what gem5 announces is no program's output
    left = job["budget"]
    for size in job["sizes"]:
        data = sys.stdin.buffer.read(size)
        head, parts = _one(job, data, left)
        answer.write(json.dumps(head).encode() + b"\n")
        answer.writelines(parts)
        answer.flush()
        if left is not None:
            left -= head["ticks"]
            if left <= 0:
                break


def _one(job, data, budget):
    """Return what became of one input: the figures, and the bytes of the three pipes."""
    pipes = [os.pipe() for _ in range(3)]
    with tempfile.TemporaryFile(dir=SCRATCH) as stdin:
        stdin.write(data)
        stdin.flush()
        stdin.seek(0)
        child = os.fork()
        if child == 0:
            _child(job, stdin.fileno(), [write for _, write in pipes], budget)
    for _, write in pipes:
        os.close(write)
    most = [job["output_bytes"] + 1, _MESSAGES_BYTES, _RESULT_BYTES]
    output, messages, result, full = _gathered(child, [read for read, _ in pipes], most)
    _, status, use = os.wait4(child, 0)
    _sweep(SCRATCH)
    ticks = json.loads(result.split(b"\n", 1)[0])["ticks"] if result else 0
    head = {
        "status": status,
        "full": full,
        "ticks": ticks,
        "cpu_s": use.ru_utime + use.ru_stime,
        "sizes": [len(output), len(messages), len(result)],
    }
    return head, [output, messages, result]


def _gathered(child, pipes, most):
    """Read the pipes to their ends; kill the child that writes more than its output may have.

    Messages keep their end, for gem5 says last why it stops.
    """
    kept = {pipe: bytearray() for pipe in pipes}
    output, messages, _ = pipes
    full = False
    with selectors.DefaultSelector() as selector:
        for pipe in pipes:
            selector.register(pipe, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                piece = os.read(key.fd, 1 << 16)
                if not piece:
                    selector.unregister(key.fd)
                    os.close(key.fd)
                    continue
                kept[key.fd] += piece
                if key.fd == messages:
                    del kept[messages][: -most[1]]
            if len(kept[output]) >= most[0] and not full:
                full = True
                os.kill(child, signal.SIGKILL)
    for pipe, limit in zip(pipes, most):
        if pipe != messages:
            del kept[pipe][limit:]
    return (*map(bytes, kept.values()), full)


def _sweep(folder):
    """Remove what a program may have left there, so that the next one finds what it found."""
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry.path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(entry.path)


def _child(job, stdin, pipes, budget):
    """Simulate; whatever happens, this process ends here."""
    output, messages, result = pipes
    try:
        os.dup2(stdin, 0)
        os.dup2(output, 1)
        os.dup2(messages, 2)
        seconds = max(1, round(job["cpu_s"] + 0.5))
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
        event = m5.simulate() if budget is None else m5.simulate(budget)
        ended = {
            "cause": event.getCause(),
            "code": event.getCode(),
            "budget": budget,
            "ticks": m5.curTick(),
            "frequency": _m5.core.getClockFrequency(),
        }
        sys.stdout.flush()
        os.dup2(result, 2)
        os.write(2, json.dumps(ended).encode() + b"\n")
        m5.stats.dump()
    except BaseException as error:  # told to the one who reads the messages
        os.dup2(messages, 2)
        os.write(2, f"\nscript: {type(error).__name__}: {error}\n".encode())
        os._exit(3)
    os._exit(0)


if __name__ == "__m5_main__":
    probe() if sys.argv[1:] == ["probe"] else serve()

"""The sandbox's process. This is the only place that starts untrusted code.

    host: pieforge --spawns--> launcher (if root) --> bwrap (watches) --> supervisor --> program
                   <--------------- one socket, sealed memory files --------->

bubblewrap unshares everything (user, PID, network, mount, IPC, UTS, cgroup), forbids
further user namespaces, drops every capability, clears the environment and dies with this
process. The root is an empty tmpfs, remounted read-only, that holds copies of the given
files and, for dynamic programs, a read-only /usr: no /proc, /etc, /dev, /sys. Files go in
by descriptor and come out through the supervisor's socket; no folder of the host can be
written from inside, ever. Started as root, everything runs under a user id that owns
nothing. The supervisor (supervisor.c, filter.c) adds limits and a filter of system calls.

The death of any of these processes ends the others: this process (bwrap's parent-death signal, and
the supervisor's socket closes), bwrap (the same signal on the supervisor), the supervisor (it is
the namespace's first process).
"""

import asyncio
import contextlib
import errno
import math
import os
import signal
import socket
import subprocess
from collections.abc import AsyncGenerator, Sequence
from typing import Self

from pieforge.errors import ContainmentError, SandboxError
from pieforge.sandbox import protocol
from pieforge.sandbox.bubblewrap_arguments import (
    BubblewrapSetup,
    SandboxContents,
    SeccompProfile,
    create_memory_file,
)
from pieforge.sandbox.memory_usage import measure_tree_memory

__all__ = ["BubblewrapSetup", "SandboxContents", "SandboxProcess", "SeccompProfile"]

_MEMORY_POLL_S = 0.05
"""Time between two looks at the memory of all processes."""
_MAX_FILES = 4
"""Descriptors that come with one packet."""
_INVALID_PROGRAM_ERRNOS = frozenset({errno.ENOEXEC, errno.ELIBBAD, errno.EINVAL, errno.ENOENT})
"""How the kernel refuses what is no program, or asks for a loader that is not there."""


class _MemoryExceededError(Exception):
    """All processes together had more in memory than they may: bytes, and seconds until then."""


class SandboxProcess:
    """One bubblewrap with a supervisor in it: enter it with `async with`, then call `run`.

    Not for concurrent use: one request at a time.
    """

    def __init__(self, bubblewrap: BubblewrapSetup, contents: SandboxContents) -> None:
        self._bubblewrap = bubblewrap
        self._contents = contents

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)  # noqa: FBT003
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, protocol.PACKET_BYTES)
        self._socket = ours
        self._stderr_file = os.memfd_create("complaints", os.MFD_CLOEXEC)
        opened = [theirs.detach()]
        try:
            self._process = self._spawn(opened)
        except OSError as error:
            ours.close()
            os.close(self._stderr_file)
            if isinstance(error, PermissionError):
                raise ContainmentError(
                    f"the sandbox may not be started: {error}",
                    fix="set XDG_CACHE_HOME to a folder whose programs may be executed",
                ) from error
            raise SandboxError(f"the sandbox cannot be started: {error}") from error
        finally:
            for file in opened:
                os.close(file)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Return when nothing of it is left; the supervisor ends when its socket closes."""
        self._socket.close()
        try:
            await asyncio.shield(_wait_for_exit(self._process, timeout_s=self._bubblewrap.grace_s))
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            os.close(self._stderr_file)

    @property
    def pid(self) -> int:
        """Process id of the outermost process, on the host."""
        return self._process.pid

    def _spawn(self, opened: list[int]) -> subprocess.Popen[bytes]:
        """Start bubblewrap; descriptors that it inherits are added to `opened`."""
        control = opened[0]
        command = [*self._bubblewrap.build_prefix(self._contents), self._bubblewrap.bwrap]
        command += self._bubblewrap.build_arguments(self._contents, opened)
        command += ["--", "/supervisor", str(control), self._contents.profile.value]
        if self._contents.memory_file:
            opened.append(create_memory_file(self._contents.files[self._contents.memory_file]))
            command.append(str(opened[-1]))
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr_file,
            pass_fds=opened,
            env={},
            cwd="/",
            process_group=0,  # an interrupt from the terminal is ours to handle
        )

    async def run(
        self, request: protocol.RunRequest, inputs: Sequence[bytes]
    ) -> AsyncGenerator[protocol.RunRecord, None]:
        """Yield what became of each input, in order.

        Raises:
            ContainmentError: The sandbox cannot be built on this machine.
            SandboxError: The sandbox died, or stopped answering.
        """
        await self._send(protocol.create_sealed_file(request.pack(inputs)))
        own = request.argv[0] in self._contents.files
        answered = 0
        while answered < len(inputs):
            try:
                packet, files = await self._receive(request)
            except _MemoryExceededError as error:
                resident, wall_s = error.args
                reason = protocol.EndReason.MEMORY_LIMIT
                yield protocol.RunRecord(
                    answered, reason, signal.SIGKILL, wall_s=wall_s, memory_bytes=resident
                )
                answered += 1
                continue
            try:
                for record in protocol.parse_records(packet, files):
                    _validate_record(record, answered, is_untrusted=own)
                    answered += 1
                    yield record
            finally:
                for file in files:
                    os.close(file)

    async def _send(self, file: int) -> None:
        try:
            socket.send_fds(self._socket, [b"r"], [file])
        except OSError as error:
            raise await self._diagnose_failure(str(error)) from error
        finally:
            os.close(file)

    async def _receive(self, request: protocol.RunRequest) -> tuple[bytes, list[int]]:
        try:
            packet, files = _receive_now(self._socket)
        except BlockingIOError:
            await self._wait_readable(request)
            packet, files = _receive_now(self._socket)
        if not packet:
            raise await self._diagnose_failure("it ended before its time")
        return packet, files

    async def _wait_readable(self, request: protocol.RunRequest) -> None:
        """Return once there is an answer; end the sandbox where it takes too long or too much."""
        loop = asyncio.get_running_loop()
        patience_s = request.wall_s + self._bubblewrap.grace_s
        poll_s = _MEMORY_POLL_S if request.total_memory_bytes else math.inf
        begun = loop.time()
        ready = asyncio.Event()
        loop.add_reader(self._socket, ready.set)
        try:
            while True:
                left_s = begun + patience_s - loop.time()
                if left_s <= 0:
                    self._process.kill()
                    raise await self._diagnose_failure(f"no answer for {patience_s:.1f} s")
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(min(left_s, poll_s)):
                        await ready.wait()
                if ready.is_set():
                    return
                resident = measure_tree_memory(self.pid) if request.total_memory_bytes else 0
                if resident > request.total_memory_bytes:
                    self._process.kill()
                    raise _MemoryExceededError(resident, loop.time() - begun)
        finally:
            loop.remove_reader(self._socket)

    async def _diagnose_failure(self, what: str) -> ContainmentError | SandboxError:
        await _wait_for_exit(self._process, timeout_s=1.0)
        said = protocol.read_whole(self._stderr_file, 2000).decode(errors="replace").strip()
        passing = "temporarily unavailable" in said or "Cannot allocate memory" in said
        if not passing and said.startswith(("bwrap:", "launcher:", "supervisor: seccomp:")):
            return ContainmentError(
                f"the sandbox cannot be built: {said.splitlines()[-1]}",
                where=self._bubblewrap.bwrap,
                fix=_suggest_fix(said),
            )
        return SandboxError(f"the sandbox failed: {what}", where=said)


def _suggest_fix(message: str) -> str:
    """Return what to do about a complaint of bubblewrap, the launcher or the supervisor."""
    if "Unknown option" in message:
        return "install bubblewrap 0.8 or newer (Debian 12: apt install bubblewrap)"
    if "seccomp" in message:
        return "a kernel with seccomp filters is needed (CONFIG_SECCOMP_FILTER)"
    if "launcher" in message:
        return "run as an ordinary user, or as a root that may change its user id"
    return (
        "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, "
        "user.max_user_namespaces=10000, kernel.apparmor_restrict_unprivileged_userns=0; "
        "in a container: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt systempaths=unconfined"
    )


def _validate_record(record: protocol.RunRecord, expected: int, *, is_untrusted: bool) -> None:
    """Refuse what only a failing sandbox can say.

    Args:
        record: What it says.
        expected: Index of the run that it has to be about.
        is_untrusted: Whether what it starts is itself the sample's: then it may be no program at
            all, and the status of such a run is that of a failure.
    """
    if record.index != expected:
        raise SandboxError(f"the sandbox answered run {record.index}, not {expected}")
    if record.exec_errno and not (is_untrusted and record.exec_errno in _INVALID_PROGRAM_ERRNOS):
        raise SandboxError(f"the program could not be started: {os.strerror(record.exec_errno)}")


def _receive_now(control: socket.socket) -> tuple[bytes, list[int]]:
    """Return a packet and its descriptors; an empty one when the other side has ended."""
    try:
        packet, files, _, _ = socket.recv_fds(
            control, protocol.PACKET_BYTES, _MAX_FILES, socket.MSG_CMSG_CLOEXEC
        )
    except ConnectionResetError:  # it ended without reading what we sent
        return b"", []
    return packet, files


async def _wait_for_exit(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    """Wait until a process has ended; kill it when it does not."""
    if process.poll() is not None:
        return
    handle = os.pidfd_open(process.pid)
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.add_reader(handle, over.set)
    try:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await over.wait()
        if not over.is_set():
            process.send_signal(signal.SIGKILL)
            await over.wait()
        process.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)

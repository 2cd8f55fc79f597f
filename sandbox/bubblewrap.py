"""The sandbox's process. This is the only module that starts untrusted code.

    host: pieforge --spawns--> launcher (if root) --> bwrap (watches) --> supervisor --> program
                   <--------------- one socket, sealed memory files --------->

bubblewrap unshares every namespace (user, PID, network, mount, IPC, UTS, cgroup), forbids
further user namespaces, drops every capability, clears the environment and dies with this
process. The root is an empty tmpfs, remounted read-only, with copies of the given files and,
for dynamic programs, a read-only /usr; there is no /proc, /etc, /dev or /sys. Files enter by
descriptor and leave through the supervisor's socket, so that no process inside can write to a
folder of the host. If pieforge runs as root, the launcher switches to a user id that owns no
file. The supervisor (supervisor.c, filter.c) adds limits and the system call filter.

If any process of the chain dies, the rest dies too: this process (bwrap gets its parent-death
signal, and the supervisor's socket closes), bwrap (the supervisor gets the same signal), the
supervisor (the kernel kills a PID namespace when its first process ends).
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
)
from pieforge.sandbox.memory_usage import measure_tree_memory

__all__ = ["BubblewrapSetup", "SandboxContents", "SandboxProcess", "SeccompProfile"]

_MEMORY_POLL_S = 0.05
"""Time between two measurements of the memory of all processes."""
_MAX_FILES = 4
"""Most descriptors in one packet."""
_INVALID_PROGRAM_ERRNOS = frozenset({errno.ENOEXEC, errno.ELIBBAD, errno.EINVAL, errno.ENOENT})
"""Errors of execve for a file that is not a program, or whose ELF interpreter is missing."""


_SHORTAGES = tuple(
    map(os.strerror, (errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EIO))
)
"""What a tool prints when the machine is out of a resource for a while."""


class _MemoryExceededError(Exception):
    """All processes together exceeded `total_memory_bytes`.

    Its arguments are their memory in bytes and the seconds from the start of the run.
    """


class SandboxProcess:
    """One bubblewrap process with a supervisor: enter it with `async with`, then call `run`.

    It takes one request at a time and is not safe for concurrent use.
    """

    def __init__(self, bubblewrap: BubblewrapSetup, contents: SandboxContents) -> None:
        self._bubblewrap = bubblewrap
        self._contents = contents

    async def __aenter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)  # noqa: FBT003
        # The kernel refuses a packet that is larger than the sender's buffer (EMSGSIZE).
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, protocol.PACKET_BYTES)
        self._socket = ours
        # A memory file instead of a pipe: a writer never blocks, so it can be read at the end.
        self._stderr_file = os.memfd_create("complaints", os.MFD_CLOEXEC)
        opened = [theirs.detach()]
        try:
            self._process = self._spawn(opened)
        except OSError as error:
            ours.close()
            os.close(self._stderr_file)
            if isinstance(error, PermissionError):
                # The launcher lies in the cache, which may be mounted noexec.
                raise ContainmentError(
                    f"the sandbox may not be started: {error}",
                    where=str(self._bubblewrap.cache),
                    fix="set sandbox.cache to a folder whose programs may be executed",
                ) from error
            raise SandboxError(f"the sandbox cannot be started: {error}") from error
        finally:
            # Our copy of the supervisor's end must go: else its death would not close the socket.
            for file in opened:
                os.close(file)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the socket, which ends the supervisor, and return when all processes are gone."""
        self._socket.close()
        try:
            await asyncio.shield(_wait_for_exit(self._process, timeout_s=self._bubblewrap.grace_s))
        finally:
            # A cancelled task does not wait for the grace period; no process may outlive it.
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            os.close(self._stderr_file)

    @property
    def pid(self) -> int:
        """Process id of the outermost process, on the host."""
        return self._process.pid

    def _spawn(self, opened: list[int]) -> subprocess.Popen[bytes]:
        """Start bubblewrap; add the descriptors that it inherits to `opened`."""
        control = opened[0]
        command = [*self._bubblewrap.build_prefix(self._contents), self._bubblewrap.bwrap]
        command += self._bubblewrap.build_arguments(self._contents, opened)
        command += ["--", "/supervisor", str(control), self._contents.profile.value]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._stderr_file,
            pass_fds=opened,
            env={},
            cwd="/",
            process_group=0,  # Ctrl-C in the terminal signals pieforge only, which then cleans up
        )

    async def run(
        self, request: protocol.RunRequest, inputs: Sequence[bytes]
    ) -> AsyncGenerator[protocol.RunRecord, None]:
        """Yield one record for each input, in order.

        After a run that exceeded `total_memory_bytes` the sandbox is dead: its record comes, and
        the next input raises a SandboxError.

        Raises:
            ContainmentError: The sandbox cannot be built on this machine.
            SandboxError: The sandbox died, or stopped answering.
        """
        program = None if request.program is None else request.program.read_bytes()
        files = [protocol.create_sealed_file(request.pack(inputs))]
        if program is not None:
            files.append(protocol.create_sealed_file([program]))
            os.fchmod(files[-1], 0o444)  # the program's user opens it by its path
        await self._send(files)
        is_untrusted = request.argv[0] in self._contents.files
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
                    _validate_record(record, answered, is_untrusted=is_untrusted)
                    answered += 1
                    yield record
            finally:
                for file in files:  # `parse_records` has removed those that it took over
                    os.close(file)

    async def _send(self, files: list[int]) -> None:
        try:
            socket.send_fds(self._socket, [b"r"], files)
        except OSError as error:
            raise await self._diagnose_failure(str(error)) from error
        finally:
            for file in files:
                os.close(file)

    async def _receive(self, request: protocol.RunRequest) -> tuple[bytes, list[int]]:
        # The answer may be there already; then nothing has to be registered with the event loop.
        try:
            packet, files = _receive_now(self._socket)
        except BlockingIOError:
            await self._wait_readable(request)
            packet, files = _receive_now(self._socket)
        if not packet:
            raise await self._diagnose_failure("its processes ended before the last answer")
        return packet, files

    async def _wait_readable(self, request: protocol.RunRequest) -> None:
        """Return once the socket is readable; kill a sandbox that exceeds time or memory.

        Raises:
            SandboxError: There was no answer for the run's wall time and the grace period.
            ContainmentError: The same, and its messages show that it cannot be built here.
            _MemoryExceededError: All processes together exceeded `total_memory_bytes`.
        """
        loop = asyncio.get_running_loop()
        # The supervisor enforces the run's own limit; this one catches a supervisor that hangs.
        patience_s = request.wall_s + self._bubblewrap.grace_s
        if request.program is not None:
            patience_s += protocol.FORK_S
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
        """Return the error that a sandbox's end amounts to, by what its processes printed.

        A ContainmentError stops the run, so shortages, which pass, are excluded: a SandboxError is
        tried again.
        """
        await _wait_for_exit(self._process, timeout_s=1.0)
        messages = protocol.read_whole(self._stderr_file, 2000).decode(errors="replace").strip()
        transient = any(shortage in messages for shortage in _SHORTAGES)
        setup = messages.startswith(("bwrap:", "launcher:", "supervisor: seccomp:"))
        if setup and not transient:
            return ContainmentError(
                f"the sandbox cannot be built: {messages.splitlines()[-1]}",
                where=self._bubblewrap.bwrap,
                fix=_suggest_fix(messages),
            )
        return SandboxError(f"the sandbox failed: {what}", where=messages)


def _suggest_fix(message: str) -> str:
    """Return the fix for an error message of bubblewrap, the launcher or the supervisor."""
    if "Unknown option" in message:
        return "install bubblewrap 0.8 or newer (Debian 12: apt install bubblewrap)"
    if "seccomp" in message:
        return "a kernel with seccomp filters is needed (CONFIG_SECCOMP_FILTER)"
    if "launcher" in message:
        return "run as an ordinary user, or as a root user with the right to change its user id"
    causes = ("namespace", "uid map", os.strerror(errno.EPERM), os.strerror(errno.EACCES))
    if not any(cause in message for cause in causes):
        return "`pieforge doctor` tests the sandbox; bubblewrap's message names what is missing"
    return (
        "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, "
        "user.max_user_namespaces=10000, kernel.apparmor_restrict_unprivileged_userns=0; "
        "in a container: --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
        "--security-opt systempaths=unconfined"
    )


def _validate_record(record: protocol.RunRecord, expected: int, *, is_untrusted: bool) -> None:
    """Check that a record comes from a working sandbox.

    Args:
        record: The record.
        expected: Index of the run that it must be about.
        is_untrusted: Whether the sandbox starts the sample itself. The sample may not be a program
            at all; then the kernel's refusal is the sample's failure. A tool of the machine that
            cannot be started is the sandbox's.

    Raises:
        SandboxError: The index is wrong, or the program could not be started.
    """
    if record.index != expected:
        raise SandboxError(f"the sandbox answered run {record.index}, not {expected}")
    if record.exec_errno and not (is_untrusted and record.exec_errno in _INVALID_PROGRAM_ERRNOS):
        raise SandboxError(f"the program could not be started: {os.strerror(record.exec_errno)}")


def _receive_now(control: socket.socket) -> tuple[bytes, list[int]]:
    """Return a packet and its descriptors; an empty packet when the supervisor has ended.

    Raises:
        BlockingIOError: There is no packet yet.
    """
    try:
        packet, files, _, _ = socket.recv_fds(
            control, protocol.PACKET_BYTES, _MAX_FILES, socket.MSG_CMSG_CLOEXEC
        )
    except ConnectionResetError:  # the supervisor ended without reading the request
        return b"", []
    return packet, files


async def _wait_for_exit(process: subprocess.Popen[bytes], timeout_s: float) -> None:
    """Wait until a process has ended; kill it after `timeout_s`."""
    if process.poll() is not None:
        return
    # A pidfd becomes readable when the process ends: the event loop waits without a thread.
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

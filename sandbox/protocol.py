"""The protocol between pieforge and the supervisor inside the sandbox; mirrors supervisor.c."""

import fcntl
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag
from pathlib import Path

from pieforge.errors import SandboxError
from pieforge.sandbox.output import HEAD_BYTES, ProgramOutput

_REQUEST = struct.Struct("<16Q")
"""Layout of `struct request` in supervisor.c."""
_RECORD = struct.Struct("<7Q8I")
"""Layout of `struct record` in supervisor.c."""

PACKET_BYTES = 160 << 10
"""Largest packet of records; mirrored in supervisor.c (`PACKET`)."""
PROGRAM_FD = 59
"""Descriptor of `RunRequest.program` in the run; mirrored in fork_server.c."""
FORK_S = 60.0
"""Wall time for the start of a fork server and a fork; mirrored in supervisor.c (`FORK_S`)."""
_MAX_STRINGS_BYTES = 64 << 10
"""Bytes of arguments and environment; mirrored in supervisor.c (`STRINGS`)."""
_MAX_WORDS = 1024
"""Number of arguments and variables; mirrored in supervisor.c (`WORDS`)."""
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL
"""After these no process can change the file's content or remove a seal (fcntl(2))."""


class RequestFlag(IntFlag):
    """Options of a request."""

    RANDOMIZE = 1
    """Every run gets another address layout."""
    EAGER = 2
    """The supervisor sends every record at once, instead of several in one packet."""


class EndReason(IntEnum):
    """Why a run ended."""

    ENDED = 0
    """By itself, or by a signal."""
    CPU_LIMIT = 1
    WALL_LIMIT = 2
    MEMORY_LIMIT = 3
    """All its processes together exceeded `total_memory_bytes`. Set by pieforge, which measures
    them from outside; the supervisor never reports it."""


@dataclass(frozen=True)
class RunRequest:
    """One program, its limits as the kernel takes them, and what the supervisor returns.

    Attributes:
        argv: The command, with the program's absolute path first.
        cpu_s: CPU seconds of all threads together.
        wall_s: Wall time in seconds.
        data_bytes: RLIMIT_DATA.
        space_bytes: RLIMIT_AS.
        stack_bytes: RLIMIT_STACK.
        file_bytes: RLIMIT_FSIZE, for standard output and error too.
        processes: Processes and threads at a time.
        environment: The whole environment.
        keep_out: An output of at most this size comes inside the record, a larger one as file.
        keep_err: Bytes of standard error that are returned.
        log_fd: Descriptor of a pipe in the program; the end of its content is returned in
            `RunRecord.log` (0: no pipe).
        fetch: Path of a file that the program writes (empty: none). It is returned if it is a
            regular file of at most `fetch_bytes`.
        fetch_bytes: See `fetch`; 0: no file is returned.
        flags: See `RequestFlag`.
        total_memory_bytes: Memory of all its processes together (0: no limit). pieforge measures
            it from outside the sandbox.
        program: For a fork server: file that each run gets as descriptor `PROGRAM_FD`. The other
            attributes but `cpu_s`, `wall_s` and `keep_*` must be those of the sandbox's first
            request, whose command is started.
    """

    argv: Sequence[str]
    cpu_s: float
    wall_s: float
    data_bytes: int
    space_bytes: int
    stack_bytes: int
    file_bytes: int
    processes: int
    environment: Mapping[str, str] = field(default_factory=dict)
    keep_out: int = HEAD_BYTES
    keep_err: int = 4 << 10
    log_fd: int = 0
    fetch: str = ""
    fetch_bytes: int = 0
    flags: RequestFlag = field(default=RequestFlag(0))
    total_memory_bytes: int = 0
    program: Path | None = None

    def pack(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return the content of the request's memory file, in parts.

        Raises:
            ValueError: Arguments and environment are too long for the supervisor's buffer.
        """
        words = [*self.argv, *(f"{name}={value}" for name, value in self.environment.items())]
        strings = b"".join(word.encode() + b"\0" for word in (*words, self.fetch))
        if len(strings) > _MAX_STRINGS_BYTES or len(words) > _MAX_WORDS:
            raise ValueError("the command line is too long")
        head = _REQUEST.pack(
            len(inputs),
            len(self.argv),
            len(self.environment),
            len(strings),
            round(self.cpu_s * 1e9),
            round(self.wall_s * 1e9),
            self.data_bytes,
            self.space_bytes,
            self.stack_bytes,
            self.file_bytes,
            self.processes,
            self.keep_out,
            self.keep_err,
            self.log_fd,
            self.fetch_bytes,
            self.flags,
        )
        sizes = struct.pack(f"<{len(inputs)}Q", *map(len, inputs))
        return [head, strings, sizes, *inputs]


@dataclass(frozen=True, slots=True)
class RunRecord:
    """What the supervisor measured of one run. Times in seconds, sizes in bytes.

    Attributes:
        index: Index of the input in its request.
        reason: Why the run ended.
        status: Status as wait4 returns it.
        exec_errno: Error number of execve; 0 if the program was started.
        cpu_s: CPU time of all its processes.
        wall_s: Wall time.
        memory_bytes: Largest resident memory of one of its processes.
        stderr_bytes: Size of standard error.
        output: Standard output.
        stderr: First `keep_err` bytes of standard error.
        earlier_forks: For a fork server: how often it had forked before this run.
        log: Last 16 KiB that the program wrote to `log_fd`.
        fetched: Content of the file `fetch`; None if there was no such regular file.
    """

    index: int
    reason: EndReason
    status: int
    exec_errno: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_bytes: int = 0
    stderr_bytes: int = 0
    earlier_forks: int = 0
    output: ProgramOutput = field(default_factory=lambda: ProgramOutput(b""))
    stderr: bytes = b""
    log: bytes = b""
    fetched: bytes | None = None


def create_sealed_file(parts: Sequence[bytes]) -> int:
    """Return a descriptor of a sealed memory file: no process can change its content."""
    file = os.memfd_create("request", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        # A duplicate, because `fdopen` closes its descriptor. Written through a buffered stream,
        # which repeats short writes.
        with os.fdopen(os.dup(file), "wb") as stream:
            stream.writelines(parts)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(file)
        raise
    return file


def read_whole(file: int, size: int) -> bytes:
    """Return the first `size` bytes of a file, or all of a shorter one; ignore its position."""
    parts = []
    done = 0
    while done < size:
        part = os.pread(file, size - done, done)
        if not part:
            break
        parts.append(part)
        done += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _read_and_close(file: int, size: int) -> bytes:
    try:
        return read_whole(file, size)
    finally:
        os.close(file)


def parse_records(packet: bytes, files: list[int]) -> Iterator[RunRecord]:
    """Yield the records of one packet.

    Each record removes its descriptors from `files`: a large output keeps its own open, a fetched
    file is read and closed. The caller closes what is left.

    Args:
        packet: Records, one after another.
        files: Descriptors that came with the packet, in the order of the records.

    Raises:
        SandboxError: The packet ends inside a record.
    """
    at = 0
    while at < len(packet):
        if len(packet) - at < _RECORD.size:
            raise SandboxError("the sandbox's answer ends inside a record")
        record, at = _parse_record(packet, at, files)
        yield record


def _parse_record(packet: bytes, at: int, files: list[int]) -> tuple[RunRecord, int]:
    (
        index, cpu_ns, wall_ns, memory, out_size, err_size, fetch_size,
        reason, status, exec_errno, forks, out_kept, err_kept, log_kept, has,
    ) = _RECORD.unpack_from(packet, at)  # fmt: skip
    at += _RECORD.size
    out_end, err_end = at + out_kept, at + out_kept + err_kept
    end = err_end + log_kept
    record = RunRecord(
        index=index,
        reason=EndReason(reason),
        status=status,
        exec_errno=exec_errno,
        cpu_s=cpu_ns / 1e9,
        wall_s=wall_ns / 1e9,
        memory_bytes=memory,
        stderr_bytes=err_size,
        earlier_forks=forks,
        output=ProgramOutput.from_file(files.pop(0), out_size)
        if has & 1
        else ProgramOutput(packet[at:out_end]),
        stderr=packet[out_end:err_end],
        log=packet[err_end:end],
        fetched=_read_and_close(files.pop(0), fetch_size) if has & 2 else None,
    )
    return record, end

"""The language between pieforge and the supervisor inside the sandbox; mirrors supervisor.c."""

import fcntl
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from pieforge.errors import SandboxError
from pieforge.sandbox.output import HEAD_BYTES, ProgramOutput

_REQUEST = struct.Struct("<16Q")
_RECORD = struct.Struct("<7Q8I")

PACKET_BYTES = 160 << 10
_MAX_STRINGS_BYTES = 64 << 10
_MAX_WORDS = 1024
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


class RequestFlag(IntFlag):
    """Options of a request."""

    RANDOMIZE = 1
    """Another address layout for every run."""
    EAGER = 2
    """Every record at once, instead of many in one packet."""


class EndReason(IntEnum):
    """Who ended a run."""

    ENDED = 0
    CPU_LIMIT = 1
    WALL_LIMIT = 2
    MEMORY_LIMIT = 3
    """Of all its processes together; pieforge's own finding, the supervisor cannot tell."""


@dataclass(frozen=True)
class RunRequest:
    """One program, its limits as the kernel takes them, and what to hand back.

    `log_fd` is the descriptor under which the program finds a pipe whose content comes back
    apart (0: none); `fetch` names a file that the program makes (empty: none), handed back if
    it is a regular file of at most `fetch_bytes`. `total_memory_bytes` limits what all its
    processes together have in memory (0: no limit), and is watched from outside.
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

    def pack(self, inputs: Sequence[bytes]) -> list[bytes]:
        """Return the request and its inputs as the parts of a memory file."""
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
    """What the supervisor saw of one run. Times in seconds, sizes in bytes.

    `status` is wait4's; `output` is what came on standard output; `stderr` is its beginning;
    `log` is what came by `log_fd`; `fetched` is the produced file, None where there was none
    to hand back.
    """

    index: int
    reason: EndReason
    status: int
    exec_errno: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    memory_bytes: int = 0
    stderr_bytes: int = 0
    output: ProgramOutput = field(default_factory=lambda: ProgramOutput(b""))
    stderr: bytes = b""
    log: bytes = b""
    fetched: bytes | None = None


def create_sealed_file(parts: Sequence[bytes]) -> int:
    """Return a descriptor of a memory file with that content, which cannot be changed."""
    file = os.memfd_create("request", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        with os.fdopen(os.dup(file), "wb") as stream:
            stream.writelines(parts)
        fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
    except OSError:
        os.close(file)
        raise
    return file


def read_whole(file: int, size: int) -> bytes:
    """Return the first `size` bytes of a file, wherever its position stands."""
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
    """Yield the records of one packet, which take over the descriptors of large outputs.

    Descriptors of fetched files are read. What is left in `files` is the caller's to close.

    Raises:
        SandboxError: The packet is not what the supervisor writes.
    """
    at = 0
    while at < len(packet):
        if len(packet) - at < _RECORD.size:
            raise SandboxError("the sandbox answered with half a record")
        record, at = _parse_record(packet, at, files)
        yield record


def _parse_record(packet: bytes, at: int, files: list[int]) -> tuple[RunRecord, int]:
    (
        index, cpu_ns, wall_ns, memory, out_size, err_size, fetch_size,
        reason, status, exec_errno, _strays, out_kept, err_kept, log_kept, has,
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
        output=ProgramOutput.from_file(files.pop(0), out_size)
        if has & 1
        else ProgramOutput(packet[at:out_end]),
        stderr=packet[out_end:err_end],
        log=packet[err_end:end],
        fetched=_read_and_close(files.pop(0), fetch_size) if has & 2 else None,
    )
    return record, end

"""A run's output, read in pieces: a large one is in memory as a whole only after `load`."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256

CHUNK_BYTES = 64 << 10
"""Bytes that are read at once."""
HEAD_BYTES = 32 << 10
"""Bytes at the beginning that are always kept in memory; most outputs are shorter."""


class ProgramOutput:
    """A program's output: its beginning in memory, and an open memory file of the whole.

    The file is closed by `load`, which reads all of it, and by `discard_tail`, which keeps only
    the beginning and the hash.

    Attributes:
        head: The first 32 KiB; after `load` the whole output.
        size: Size of the whole output in bytes.
    """

    __slots__ = ("_digest", "_file", "head", "size")

    def __init__(self, head: bytes, size: int | None = None, file: int | None = None) -> None:
        """Take ownership of `file`, an open descriptor of the whole output."""
        self.head = head
        self.size = len(head) if size is None else size
        self._file = file
        self._digest: str | None = None

    @classmethod
    def from_file(cls, file: int, size: int) -> "ProgramOutput":
        """Take ownership of an open file with `size` bytes."""
        return cls(os.pread(file, min(size, HEAD_BYTES), 0), size, file)

    def __del__(self) -> None:
        self._close()

    def truncate(self, limit: int) -> "ProgramOutput":
        """Return the first `limit` bytes of the output, which takes over this object's file."""
        if self.size <= limit:
            return self
        file, self._file = self._file, None
        return ProgramOutput(self.head[:limit], limit, file)

    def iter_chunks(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `begin` to `end` in pieces of at most 64 KiB.

        Raises:
            ValueError: `discard_tail` was called, and `end` lies beyond the beginning.
        """
        end = self.size if end is None else end
        if end <= len(self.head):
            yield from (
                self.head[at : min(at + CHUNK_BYTES, end)] for at in range(begin, end, CHUNK_BYTES)
            )
            return
        if self._file is None:
            raise ValueError("only the beginning of this output was kept")
        while begin < end and (piece := os.pread(self._file, min(CHUNK_BYTES, end - begin), begin)):
            yield piece
            begin += len(piece)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the canonical output, as `observation.canonicalize` defines it."""
        if self._digest is None:
            size = sum(map(len, iter_canonical_chunks(self)))
            # `records.digest` hashes the length first; so the stream is read twice.
            whole = sha256(size.to_bytes(8, "big"))
            for piece in iter_canonical_chunks(self):
                whole.update(piece)
            self._digest = whole.hexdigest()
        return self._digest

    def discard_tail(self) -> None:
        """Compute the hash, then keep only the hash and the beginning."""
        if self._file is not None:
            _ = self.digest
            self._close()

    def load(self) -> None:
        """Read the whole output into memory."""
        if self._file is not None:
            self.head = b"".join(self.iter_chunks())
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def iter_canonical_chunks(output: ProgramOutput) -> Iterator[bytes]:
    """Yield the canonical output in pieces; see `observation.canonicalize`.

    Blanks at the end of a line or of the output do not count. Whether blanks are at an end is
    known only when something follows, maybe in a later piece. So they are held back, as a
    position and a number of line ends; a long run of blanks takes no memory.
    """
    at = lines = blanks_begin = 0
    for piece in output.iter_chunks():
        after = piece.lstrip()
        begin = len(piece) - len(after)
        body = after.rstrip()
        ended, blanks_begin = _count_line_ends(piece[:begin], at, blanks_begin)
        lines += ended
        if body:
            yield from _repeat(b"\n", lines)
            yield from output.iter_chunks(blanks_begin, at + begin)
            yield b"\n".join(line.rstrip() for line in body.split(b"\n"))
            end = begin + len(body)
            lines, blanks_begin = _count_line_ends(piece[end:], at + end, at + end)
        at += len(piece)


def _count_line_ends(blanks: bytes, at: int, begin: int) -> tuple[int, int]:
    """Return the number of line ends in `blanks`, and where the blanks after the last one begin.

    Args:
        blanks: Blanks and line ends.
        at: Their position in the output.
        begin: Where the current line's blanks begin if `blanks` holds no line end.
    """
    last = blanks.rfind(b"\n")
    return blanks.count(b"\n"), begin if last < 0 else at + last + 1


def _repeat(byte: bytes, count: int) -> Iterable[bytes]:
    return (byte * min(CHUNK_BYTES, count - done) for done in range(0, count, CHUNK_BYTES))

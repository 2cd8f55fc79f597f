"""A run's output, which may be large: looked at in pieces, never held whole unless asked."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256

CHUNK_BYTES = 64 << 10
"""Bytes read at a time."""
HEAD_BYTES = 32 << 10
"""Bytes that are always kept; most outputs are shorter."""


class ProgramOutput:
    """What a program wrote: its beginning in memory, the rest in a memory file until settled.

    Attributes:
        head: The beginning: all of it up to 32 KiB, or after `load`.
        size: Bytes in all.
    """

    __slots__ = ("_digest", "_file", "head", "size")

    def __init__(self, head: bytes, size: int | None = None, file: int | None = None) -> None:
        """Take over `file`, an open descriptor of the whole, which is closed in the end."""
        self.head = head
        self.size = len(head) if size is None else size
        self._file = file
        self._digest: str | None = None

    @classmethod
    def from_file(cls, file: int, size: int) -> "ProgramOutput":
        """Take over an open file of that size."""
        return cls(os.pread(file, min(size, HEAD_BYTES), 0), size, file)

    def __del__(self) -> None:
        self._close()

    def truncate(self, limit: int) -> "ProgramOutput":
        """Return the output without what lies beyond `most` bytes; this one is used up."""
        if self.size <= limit:
            return self
        file, self._file = self._file, None
        return ProgramOutput(self.head[:limit], limit, file)

    def iter_chunks(self, begin: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from `begin` to `end`, some 64 KiB at a time.

        Raises:
            ValueError: It was settled, and only its beginning is left.
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
        """The hash by which outputs are compared: of `observation.canonicalize`, made in pieces."""
        if self._digest is None:
            size = sum(map(len, iter_canonical_chunks(self)))
            whole = sha256(size.to_bytes(8, "big"))  # as `records.digest` has it
            for piece in iter_canonical_chunks(self):
                whole.update(piece)
            self._digest = whole.hexdigest()
        return self._digest

    def discard_tail(self) -> None:
        """Keep the beginning and the hash alone."""
        if self._file is not None:
            _ = self.digest
            self._close()

    def load(self) -> None:
        """Keep all of it in memory."""
        if self._file is not None:
            self.head = b"".join(self.iter_chunks())
            self._close()

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def iter_canonical_chunks(output: ProgramOutput) -> Iterator[bytes]:
    """Yield, in pieces, what counts of an output; see `observation.canonicalize`.

    Blanks are held back as positions until something follows them: what lies before a line's
    end, and all that nothing follows, does not count.
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
    """Return the line ends in some blanks, and where the blanks after the last one begin."""
    last = blanks.rfind(b"\n")
    return blanks.count(b"\n"), begin if last < 0 else at + last + 1


def _repeat(byte: bytes, count: int) -> Iterable[bytes]:
    return (byte * min(CHUNK_BYTES, count - done) for done in range(0, count, CHUNK_BYTES))

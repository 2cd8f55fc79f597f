"""Whether an output is right: compared with an answer as streams, up to the first difference.

Outputs come as pieces, of any size (`ProgramOutput.iter_chunks`, `[data]`), and are read no
further than a difference needs. Anything after the answer's end is a difference. A
package's own output validator is a program: see `output_validator`.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

Pieces = Iterable[bytes]
Checker = Callable[[Pieces, Pieces], str]
"""Takes an output and the answer; returns what differs first, or an empty string."""

_SHOWN_CHARACTERS = 80
_MAX_NUMBER_BYTES = 64 << 10
_NUMBER = re.compile(rb"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z")
_SPECIAL = re.compile(rb"([+-]?)(nan|inf(?:inity)?)\Z", re.IGNORECASE)


def compare_exactly(output: Pieces, answer: Pieces) -> str:
    """Compare byte by byte."""
    ours, theirs = _ByteReader(output), _ByteReader(answer)
    at = 0
    while size := min(len(ours.peek()), len(theirs.peek())):
        a, b = ours.read(size), theirs.read(size)
        if a != b:
            where = at + next(i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y)
            return f"byte {where} differs"
        at += size
    if ours.peek():
        return f"more follows after the {at} bytes of the answer"
    return f"it ends after {at} bytes, before the answer" if theirs.peek() else ""


def compare_tokens(output: Pieces, answer: Pieces) -> str:
    """Compare the words between blanks and line ends; how they are laid out does not count."""
    return _find_first_difference(output, answer, bytes.__eq__)


def create_float_checker(*, absolute: float = 0.0, relative: float = 0.0) -> Checker:
    """Return a checker of words that lets numbers differ a little.

    Two words match if they are the same bytes, or if the answer's is a decimal number, the
    output's is one too, and they differ by at most `absolute`, or by at most `relative` times the
    answer's magnitude. NaN and infinity match only themselves (infinity with its sign),
    however they are spelled; no number is close to them, and none that overflows either. Words of
    64 KiB or more are no numbers.
    """

    def match(ours: bytes, theirs: bytes) -> bool:
        if (special := _is_special_float(theirs)) or _is_special_float(ours):
            return special == _is_special_float(ours)
        if not (_NUMBER.match(theirs) and _NUMBER.match(ours)):
            return False
        a, b = float(ours), float(theirs)
        if math.isinf(a) or math.isinf(b):
            return False
        return abs(a - b) <= max(absolute, relative * abs(b))

    return lambda output, answer: _find_first_difference(output, answer, match)


def _is_special_float(word: bytes) -> str:
    found = _SPECIAL.match(word)
    if found is None:
        return ""
    if found[2].lower() == b"nan":
        return "nan"
    return "-inf" if found[1] == b"-" else "inf"


def _find_first_difference(
    output: Pieces, answer: Pieces, match: Callable[[bytes, bytes], bool]
) -> str:
    number, within = 0, False
    for ours, theirs in zip_longest(iter_words(output), iter_words(answer)):
        number += not within
        if theirs is None:
            return f"word {number}, {_shorten(ours)}, follows after the answer's end"
        if ours is None:
            return f"it ends before word {number}, {_shorten(theirs)}"
        long = max(len(ours), len(theirs)) == _MAX_NUMBER_BYTES
        if not (ours == theirs or (not (long or within) and match(ours, theirs))):
            return f"word {number} is {_shorten(ours)}, not {_shorten(theirs)}"
        within = long
    return ""


def iter_words(pieces: Pieces) -> Iterator[bytes]:
    """Yield the words of a stream, which may reach over several pieces.

    A word of 64 KiB or more comes in parts of 64 KiB and, last, what is left of it, which may be
    nothing: so no more is held of any word, and different words never give the same parts.
    """
    begun: bytes | None = None
    for piece in pieces:
        if begun is not None and piece[:1].isspace():
            yield begun
            begun = None
        for number, word in enumerate(piece.split()):
            if number and begun is not None:
                yield begun
            text = word if number or begun is None else begun + word
            full = len(text) // _MAX_NUMBER_BYTES * _MAX_NUMBER_BYTES
            for at in range(0, full, _MAX_NUMBER_BYTES):
                yield text[at : at + _MAX_NUMBER_BYTES]
            begun = text[full:] if full else text
        if begun is not None and piece[-1:].isspace():
            yield begun
            begun = None
    if begun is not None:
        yield begun


def _shorten(word: bytes | None) -> str:
    text = (word or b"").decode(errors="replace")
    return repr(text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}...")


class _ByteReader:
    """A stream of which one takes as many bytes as one likes."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = iter(pieces)
        self._ahead = memoryview(b"")

    def peek(self) -> memoryview:
        """Return what can be taken at once; nothing at the end alone."""
        while not self._ahead:
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._ahead = memoryview(piece)
        return self._ahead

    def read(self, size: int) -> memoryview:
        """Return the next bytes."""
        taken, self._ahead = self._ahead[:size], self._ahead[size:]
        return taken

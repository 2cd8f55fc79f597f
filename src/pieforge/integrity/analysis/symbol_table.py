"""Which functions a static program holds, by its own table of symbols (ELF-64, little endian).

Source: the System V ABI, chapters Object Files and Symbol Table.
"""

import struct
from collections.abc import Collection, Iterator

_MAGIC = b"\x7fELF\x02\x01"
_SYMBOL_TABLE = 2
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SYMBOL = struct.Struct("<IBBHQQ")


def find_linked_functions(artifact: bytes, among: Collection[str]) -> frozenset[str]:
    """Return which of some functions an executable defines; none where it has no table."""
    if artifact[: len(_MAGIC)] != _MAGIC:
        return frozenset()
    try:
        return frozenset(_read_defined(artifact, among))
    except (struct.error, IndexError, OverflowError):
        return frozenset()


def _read_defined(artifact: bytes, among: Collection[str]) -> Iterator[str]:
    (start,) = struct.unpack_from("<Q", artifact, 0x28)
    size, count = struct.unpack_from("<HH", artifact, 0x3A)
    sections = [_SECTION.unpack_from(artifact, start + i * size) for i in range(count)]
    for _, kind, _, _, offset, length, link, _, _, _ in sections:
        if kind == _SYMBOL_TABLE:
            at, end = sections[link][4], sections[link][4] + sections[link][5]
            table, strings = artifact[offset : offset + length], artifact[at:end]
            # A section of 0 means that the name is mentioned, and what it names is not there.
            defined = {symbol[0] for symbol in _SYMBOL.iter_unpack(table) if symbol[3]}
            for name in among:
                # Names share their ends in the table of strings.
                places = _find_offsets(strings, name.encode() + b"\0")
                if any(place in defined for place in places):
                    yield name


def _find_offsets(strings: bytes, name: bytes) -> Iterator[int]:
    at = strings.find(name)
    while at >= 0:
        yield at
        at = strings.find(name, at + 1)

"""Which functions a static program holds, by its own table of symbols (ELF-64, little endian).

The file comes from a compiler, but its source is hostile: nothing in it is believed. pyelftools
finds the table; the symbols are read from it at once, for one object a symbol would take a hundred
times as long.
"""

import struct
from collections.abc import Collection, Iterator
from io import BytesIO

_MAX_SECTIONS = 1 << 16
_SYMBOL = struct.Struct("<IBBHQQ")


def find_linked_functions(artifact: bytes, among: Collection[str]) -> frozenset[str]:
    """Return which of some functions an executable defines; none where it has no table."""
    from elftools.common.exceptions import ELFError  # here because they take a while to load
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(BytesIO(artifact))
        if elf.elfclass != 64 or not elf.little_endian or elf.num_sections() > _MAX_SECTIONS:
            return frozenset()
        found = elf.get_section_by_name(".symtab")
        sections = [found, elf.get_section(found["sh_link"])] if found else []
        spans = ((each["sh_offset"], each["sh_size"]) for each in sections)
        table, strings = (artifact[begin : begin + size] for begin, size in spans)
        # A section of 0 means that the name is mentioned, and what it names is not there.
        defined = {symbol[0] for symbol in _SYMBOL.iter_unpack(table) if symbol[3]}
    except (ELFError, struct.error, ArithmeticError, ValueError, RecursionError):
        return frozenset()
    # Names share their ends in the table of strings.
    return frozenset(
        name
        for name in among
        if any(place in defined for place in _find_offsets(strings, name.encode() + b"\0"))
    )


def _find_offsets(strings: bytes, name: bytes) -> Iterator[int]:
    at = strings.find(name)
    while at >= 0:
        yield at
        at = strings.find(name, at + 1)

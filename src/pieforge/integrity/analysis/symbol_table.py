"""Find library functions in a static program by its symbol table (ELF-64, little endian).

The file comes from a compiler, but its source is hostile: no field of it is trusted. pyelftools
finds the table. The symbols are then unpacked in one pass: an object per symbol would take 100
times as long.
"""

import struct
from collections.abc import Collection, Iterator
from io import BytesIO

_MAX_SECTIONS = 1 << 16
_SYMBOL = struct.Struct("<IBBHQQ")


def find_linked_functions(artifact: bytes, among: Collection[str]) -> frozenset[str]:
    """Return those of some functions that an executable defines; none if it has no symbol table."""
    from elftools.common.exceptions import ELFError  # here, for a faster start
    from elftools.elf.elffile import ELFFile

    try:
        elf = ELFFile(BytesIO(artifact))
        if elf.elfclass != 64 or not elf.little_endian or elf.num_sections() > _MAX_SECTIONS:
            return frozenset()
        found = elf.get_section_by_name(".symtab")
        sections = [found, elf.get_section(found["sh_link"])] if found else []
        spans = ((each["sh_offset"], each["sh_size"]) for each in sections)
        table, strings = (artifact[begin : begin + size] for begin, size in spans)
        # Section 0 (SHN_UNDEF) marks a symbol that is used here and not defined.
        defined = {symbol[0] for symbol in _SYMBOL.iter_unpack(table) if symbol[3]}
    except (ELFError, struct.error, ArithmeticError, ValueError, RecursionError):
        return frozenset()
    # Linkers merge names with a common suffix: `time` can be the end of `mktime` in the string
    # table. So every occurrence is compared with the offsets of the symbols.
    return frozenset(
        name
        for name in among
        if any(offset in defined for offset in _find_offsets(strings, name.encode() + b"\0"))
    )


def _find_offsets(strings: bytes, name: bytes) -> Iterator[int]:
    at = strings.find(name)
    while at >= 0:
        yield at
        at = strings.find(name, at + 1)

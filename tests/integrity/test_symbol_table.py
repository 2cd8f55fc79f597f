"""The symbol table of a program, and of damaged files."""

import struct
from random import Random

import pytest
from sandbox_shortcuts import Build

from pieforge.integrity.analysis.symbol_table import find_linked_functions

SOURCE = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { return puts(getenv("A")); }\n'
NAMES = frozenset({"puts", "getenv", "fork_bomb"})
SECTIONS, ENTRY_BYTES = 0x28, 0x3A
"""Offsets in an ELF-64 header of e_shoff and of e_shentsize."""


@pytest.fixture
async def artifact(build: Build) -> bytes:
    return (await build(SOURCE, "c17")).artifact.read_bytes()


def test_linked_functions_are_found_and_others_are_not(artifact: bytes) -> None:
    assert find_linked_functions(artifact, NAMES) == {"puts", "getenv"}


def test_a_file_that_is_not_elf_has_none() -> None:
    for content in (b"", b"\x7fELF", b"\x7fELF\x02\x01", b"\xa7\r\r\n" * 99):
        assert find_linked_functions(content, NAMES) == frozenset()


def test_a_truncated_file_has_none(artifact: bytes) -> None:
    for size in range(0, len(artifact) - 1, len(artifact) // 50):
        assert find_linked_functions(artifact[:size], NAMES) == frozenset()


def test_damaged_descriptions_of_sections_neither_fail_nor_hang(artifact: bytes) -> None:
    rng = Random("damaged")
    (begin,) = struct.unpack_from("<Q", artifact, SECTIONS)
    for _ in range(300):
        damaged = bytearray(artifact)
        for _ in range(rng.choice([1, 3, 10])):
            at = rng.choice([rng.randrange(4, 64), rng.randrange(begin, len(artifact))])
            damaged[at] = rng.choice([0, 255, rng.randrange(256)])
        assert find_linked_functions(bytes(damaged), NAMES) <= NAMES


def test_more_sections_than_a_file_can_have_are_not_read(artifact: bytes) -> None:
    (begin,) = struct.unpack_from("<Q", artifact, SECTIONS)
    endless = bytearray(artifact)
    struct.pack_into("<HH", endless, ENTRY_BYTES, 0, 0)  # the first section says how many
    struct.pack_into("<Q", endless, begin + 0x20, 1 << 60)
    assert find_linked_functions(bytes(endless), NAMES) == frozenset()

"""Outputs in pieces: the hash of the whole, without holding it in memory."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from pieforge.equivalence.observation import canonicalize, hash_output
from pieforge.sandbox import output as pieced
from pieforge.sandbox.output import CHUNK_BYTES, HEAD_BYTES, ProgramOutput, iter_canonical_chunks


def in_file(content: bytes) -> ProgramOutput:
    file = os.memfd_create("output")
    os.write(file, content)
    return ProgramOutput.from_file(file, len(content))


def test_pieces_hash_like_the_whole() -> None:
    chance = random.Random(3)
    for _ in range(300):
        blocks = [
            b"x",
            b" ",
            b"\n",
            b"\r\n",
            b"\t",
            b"\v",
            b" \n" * CHUNK_BYTES,
            b"y" * CHUNK_BYTES,
        ]
        content = b"".join(chance.choices(blocks, [9, 9, 9, 3, 3, 1, 1, 1], k=chance.randrange(9)))
        for made in (ProgramOutput(content), in_file(content)):
            assert b"".join(iter_canonical_chunks(made)) == canonicalize(content)
            assert made.digest == hash_output(content)


@pytest.mark.parametrize("at", [CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
@pytest.mark.parametrize("joint", [b" ", b"\n", b" \n ", b"  \n\n", b"\r\n", b"ab"])
def test_characters_across_two_pieces_are_treated_the_same(at: int, joint: bytes) -> None:
    for end in (b"", b"z", b"\n\n"):
        content = b"x" * (at - 1) + joint + end
        assert b"".join(iter_canonical_chunks(in_file(content))) == canonicalize(content)


def test_a_settled_output_keeps_its_beginning_and_its_hash() -> None:
    content = b"0123456789" * HEAD_BYTES
    made = in_file(content)
    made.discard_tail()
    assert (made.head, made.size) == (content[:HEAD_BYTES], len(content))
    assert made.digest == hash_output(content)
    with pytest.raises(ValueError, match="only the beginning"):
        list(made.iter_chunks())


def test_a_loaded_output_is_whole() -> None:
    made = in_file(b"ab" * HEAD_BYTES)
    made.load()
    assert made.head == b"ab" * HEAD_BYTES


def test_a_truncated_output_ends_at_the_limit() -> None:
    for made in (ProgramOutput(b"abcd"), in_file(b"abcd")):
        short = made.truncate(3)
        assert (short.head, short.size, b"".join(short.iter_chunks())) == (b"abc", 3, b"abc")


def test_the_file_of_an_output_is_closed() -> None:
    file = os.memfd_create("output")
    made = ProgramOutput.from_file(file, 0)
    del made
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(file)


HOST = """\
import asyncio, resource, sys
from pathlib import Path
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox, SandboxSettings

SOURCE = '''#include <cstdio>
int main() { for (int i = 0; i < 12500000; i++) fputs("1234567 ", stdout); }'''

async def main():
    async with Sandbox.open(SandboxSettings(cache=Path(sys.argv[1]))) as sandbox:
        compiled = await sandbox.compile(get_language("cpp17"), SOURCE)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        limits = Limits(cpu_s=20, output_bytes=200 << 20)
        [result] = await sandbox.run(compiled.executable, [b""], limits)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print(result.verdict, result.output.size, result.output.digest, grown)

asyncio.run(main())
"""


def test_a_hundred_megabytes_of_output_take_little_memory(tmp_path: Path) -> None:
    source = str(Path(pieced.__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", HOST, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": source},
    )
    verdict, size, digest, grown_kib = done.stdout.split()
    assert (verdict, size) == ("AC", "100000000")
    assert digest == hash_output(b"1234567 " * 12_500_000)
    assert int(grown_kib) < 5 << 10

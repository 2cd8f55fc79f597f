"""Compare the first and the repeated compilation in the sandbox with a plain call of g++.

    plain     g++ with the language's own flags, no sandbox, no cache, the default linker
    first     Sandbox.compile of a new source; its headers are precompiled and, where mold is
              installed, trimmed archives exist
    repeat    Sandbox.compile of the same source again

Run it with `python -m benchmarks.compile [PROGRAMS [REPETITIONS]]`. The programs are the bundled
submissions, unchanged and with <bits/stdc++.h> instead of their own headers. CPU time is that of
this process and its children; the creation of headers and archives is not counted. Every artifact
is compared with that of a sandbox that has neither: the bytes must be equal.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import measuring
from pieforge.sandbox.compilation import precompiled_headers, trimmed_archives
from pieforge.sandbox.languages import OUTPUT, get_language
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings

CPP = get_language("cpp17")
REPEATS = 20
SUBMISSIONS = Path(__file__).parents[1] / "problems"


def programs(most: int) -> dict[str, list[str]]:
    """Return the sources, by kind of headers."""
    paths = sorted(SUBMISSIONS.glob("*/submissions/*/*.cpp"))
    own = [path.read_text() for path in paths[:: max(1, len(paths) // most)][:most]]
    everything = [
        "#include <bits/stdc++.h>\n" + re.sub(r"(?m)^#include .*\n", "", text) for text in own
    ]
    return {"own headers": own, "bits/stdc++.h": everything}


def plain(work: Path, source: str) -> None:
    """Compile with the compiler alone."""
    (work / "main.cpp").write_text(source)
    output = str(work / "out")
    command = [output if word == OUTPUT else word for word in CPP.expand_command(CPP.compile)]
    subprocess.run(command, cwd=work, check=True, capture_output=True)


async def compiled(sandbox: Sandbox, source: str, *, cached: bool) -> bytes:
    """Compile inside the sandbox."""
    result = await sandbox.compile(CPP, source)
    assert result.executable is not None, result.diagnostics
    assert result.cached is cached
    return result.executable.artifact.read_bytes()


async def first(sandbox: Sandbox, source: str, salt: list[int]) -> None:
    """Compile a source that is not cached: a new comment at its end changes its digest."""
    salt[0] += 1
    await compiled(sandbox, f"{source}\n// {salt[0]}\n", cached=False)


async def repeat(sandbox: Sandbox, source: str) -> None:
    """Compile a cached source several times: one time is too short to measure."""
    for _ in range(REPEATS):
        await compiled(sandbox, source, cached=True)


async def prepare(sandbox: Sandbox, work: Path, sources: list[str]) -> None:
    """Compile every source until its headers are precompiled and archives are trimmed.

    Also check that both leave the bytes of the programs unchanged.
    """
    for number in range(trimmed_archives.MIN_PRIOR_MISSES + 1):
        await sandbox.compile(CPP, f"int main() {{ return {number}; }}\n")
    for number, source in enumerate(sources):
        alone = work / f"alone-{number}"
        cold = Sandbox(SandboxSettings(cache=alone), sandbox.bubblewrap, alone)
        plain_bytes = await compiled(cold, source, cached=False)
        assert not list(alone.glob("headers/*.gch.*"))
        shutil.rmtree(alone)
        await compiled(sandbox, source, cached=False)
        for late in range(precompiled_headers.MIN_PRIOR_MISSES + 1):
            late_bytes = await compiled(sandbox, f"{source}\n// late {late}\n", cached=False)
        assert late_bytes == plain_bytes, "a precompiled header or an archive changed the program"


async def compare(most: int, repetitions: int) -> None:
    """Measure and print."""
    print(f"medians of {repetitions} interleaved repetitions; CPU ms for one program")
    print(f"{'headers':14} {'programs':>8} {'plain':>7} {'first':>7} {'ratio':>6} {'repeat':>8}")
    ratios: dict[str, tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        async with Sandbox.open(SandboxSettings(cache=work / "cache")) as sandbox:
            for kind, sources in programs(most).items():
                ratios[kind] = await measure(sandbox, work, kind, sources, repetitions)
    firsts, repeats = zip(*ratios.values(), strict=True)
    measuring.say_result(
        first_vs_plain=sum(firsts) / len(firsts), repeat_vs_plain=sum(repeats) / len(repeats)
    )


async def measure(
    sandbox: Sandbox, work: Path, kind: str, sources: list[str], repetitions: int
) -> tuple[float, float]:
    """Print the line of one kind; return the ratios of first and of repeat to plain.

    They are medians over the programs.
    """
    await prepare(sandbox, work, sources)
    salt = [0]
    lines: list[tuple[float, ...]] = []
    for source in sources:
        ways: dict[str, measuring.Way] = {
            "plain": partial(plain, work, source),
            "first": partial(first, sandbox, source, salt),
            "repeat": partial(repeat, sandbox, source),
        }
        costs = await measuring.interleaved(ways, repetitions)
        each = [measuring.median(costs[way], measuring.cpu) * 1e3 for way in ways]
        lines.append(
            (
                *each[:2],
                measuring.ratio(costs["first"], costs["plain"], measuring.cpu),
                each[2] / REPEATS,
                each[2] / REPEATS / each[0],
            )
        )
    one, two, ratio, again, share = (
        measuring.middle(column) for column in zip(*lines, strict=True)
    )
    print(f"{kind:14} {len(sources):8} {one:7.0f} {two:7.0f} {ratio:6.2f} {again:8.2f}")
    return ratio, share


if __name__ == "__main__":
    measuring.say_where()
    numbers = [int(word) for word in sys.argv[1:]]
    asyncio.run(compare(*(numbers + [12, 3][len(numbers) :])))

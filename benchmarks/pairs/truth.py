"""Check the set: witnesses distinguish, and outputs of equal pairs match on many inputs."""

import asyncio
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence

from benchmarks.pairs.making import Pair
from benchmarks.pairs.sampling import SAMPLERS
from pieforge.inputs.validation.programs import compile_program
from pieforge.problems import BUNDLED, load_problem
from pieforge.records import Verdict, digest
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

_ACCEPTED = 42
"""Exit status of an input validator that accepts."""
LIMITS = Limits(cpu_s=4.0)
AT_ONCE = 2


async def compiled(sandbox: Sandbox, pairs: Iterable[Pair]) -> dict[str, Executable]:
    """Compile every program of the pairs, each text once.

    Returns:
        The programs by the digest of their text.

    Raises:
        ValueError: One does not compile.
    """
    gate = asyncio.Semaphore(AT_ONCE)
    found: dict[str, Executable] = {}

    async def one(name: str, key: str, text: str) -> None:
        async with gate:
            result = await sandbox.compile(get_language(key), text)
        if result.executable is None:
            raise ValueError(f"{name} does not compile: {result.diagnostics[:1000]}")
        found[digest(text)] = result.executable

    texts = {text: pair for pair in pairs for text in (pair.left, pair.right)}
    await asyncio.gather(*(one(pair.name, pair.language, text) for text, pair in texts.items()))
    return found


async def faults(sandbox: Sandbox, pairs: Sequence[Pair], inputs: int) -> list[str]:
    """Return a line for each fault in the set; none if its truth holds.

    Args:
        sandbox: Where programs are run.
        pairs: The set, or a part of it.
        inputs: Number of sampled inputs on which the outputs of equal pairs must match, in addition
            to the package's own tests.
    """
    programs = await compiled(sandbox, pairs)
    gate = asyncio.Semaphore(AT_ONCE)
    names = sorted({pair.problem for pair in pairs})

    async def one(problem: str) -> list[str]:
        mine = [pair for pair in pairs if pair.problem == problem]
        async with gate:
            return [
                *await _witness_faults(sandbox, problem, mine, programs),
                *await _equal_faults(sandbox, problem, mine, programs, inputs),
            ]

    return [line for lines in await asyncio.gather(*map(one, names)) for line in lines]


async def refused(sandbox: Sandbox, problem: str, inputs: Sequence[bytes]) -> list[int]:
    """Return the indices of the inputs that the package's validators refuse."""
    bad: set[int] = set()
    for program in load_problem(BUNDLED / problem).validators.values():
        runs = await sandbox.run(await compile_program(sandbox, program), inputs, LIMITS)
        bad |= {i for i, run in enumerate(runs) if run.exit_code != _ACCEPTED}
    return sorted(bad)


async def _witness_faults(
    sandbox: Sandbox, problem: str, pairs: Sequence[Pair], programs: Mapping[str, Executable]
) -> list[str]:
    different = [(pair, pair.witness) for pair in pairs if pair.witness is not None]
    invalid = await refused(sandbox, problem, [witness for _, witness in different])
    lines = [f"{different[i][0].name}: the validator refuses the witness" for i in invalid]
    for pair, witness in different:
        outputs = []
        for text in (pair.left, pair.right):
            [run] = await sandbox.run(programs[digest(text)], [witness], LIMITS)
            if run.verdict is not Verdict.AC:
                lines.append(f"{pair.name}: {run.verdict} on the witness")
            outputs.append(run.output.digest)
        if outputs[0] == outputs[1]:
            lines.append(f"{pair.name}: the witness does not distinguish the programs")
    return lines


async def _equal_faults(
    sandbox: Sandbox,
    problem: str,
    pairs: Sequence[Pair],
    programs: Mapping[str, Executable],
    count: int,
) -> list[str]:
    tests = [test.input for test in load_problem(BUNDLED / problem).tests]
    inputs = [*tests, *sampled(problem, count)]
    bad = await refused(sandbox, problem, inputs[len(tests) :][:50])
    lines = [f"{problem}: the validator refuses sampled input {i}" for i in bad]
    known: dict[str, list[str | None]] = {}

    async def outputs(text: str) -> list[str | None]:
        if text not in known:
            runs = await sandbox.run(programs[digest(text)], inputs, LIMITS)
            known[text] = [r.output.digest if r.verdict is Verdict.AC else None for r in runs]
        return known[text]

    for pair in pairs:
        if pair.witness is not None:
            continue
        left, right = await outputs(pair.left), await outputs(pair.right)
        apart = [i for i, (a, b) in enumerate(zip(left, right, strict=True)) if a != b or a is None]
        if apart:
            head = inputs[apart[0]][:80]
            lines.append(f"{pair.name}: differ or fail on {len(apart)} inputs, such as {head!r}")
    return lines


def sampled(problem: str, count: int) -> Iterator[bytes]:
    """Yield random valid inputs, small ones first."""
    rng = random.Random(f"truth/{problem}")
    for number in range(count):
        yield SAMPLERS[problem](rng, number / max(1, count)).encode()

"""Make the fresh part of the set: mutants of the bundled submissions that rarely differ.

Run it with `python -m benchmarks.pairs.mutating`; it writes `fresh.json`. Mutants are selected at
random among those that differ from the original on 2 to 12 of 400 inputs of sampling.py. The
selection has no manual step and does not use `pieforge.inputs`, which the set is to test. The
witness is the smallest distinguishing input.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from random import Random

from benchmarks.pairs.mutants import MARK, Mutant, Schema
from benchmarks.pairs.sampling import SAMPLERS
from benchmarks.pairs.truth import AT_ONCE, refused
from pieforge.problems import BUNDLED, SubmissionRole, load_problem
from pieforge.records import Verdict, digest
from pieforge.sandbox.languages import discover_languages, map_suffixes
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

FRESH = Path(__file__).with_name("fresh.json")
_INPUTS = 400
_LEAST = 2
"""Least number of inputs on which a mutant must differ. A single one may be due to the value of a
checksum, which is no boundary, tie, size or overflow, and which no tester could look for."""
_MOST = 12
"""Largest number of inputs on which it may differ."""
_TRIES = 60
"""Number of mutants that are tried for one program."""
_LIMITS = Limits(cpu_s=2.0)
_QUOTA = {("fast", ".cpp"): 4, ("fast", ".py"): 3}
"""Number of mutants that are selected for one program, by submission and suffix."""
_OF_A_KIND = 2
_DRIVER = """\
import contextlib, hashlib, io, json, sys
task = json.load(sys.stdin)
code = compile(open('schema.py').read(), 'schema.py', 'exec')
found = []
for data in task['inputs']:
    names = {'__name__': '__main__'}
    sys.stdin, out = io.StringIO(data), io.StringIO()
    sys.stdin.buffer = io.BytesIO(data.encode())
    try:
        with contextlib.redirect_stdout(out):
            exec(code, names)
        text = out.getvalue()
    except Exception:
        text = None
    probes = sorted(names.get('PROBED', ()))
    found.append((text and hashlib.sha256(text.encode()).hexdigest(), probes))
json.dump(found, sys.__stdout__)
"""


ProbedRun = tuple[str | None, list[tuple[int, int]]]
"""Digest of an output, None for a run that failed; and the probes of a schema."""


async def run_in_process(sandbox: Sandbox, text: str, inputs: Sequence[bytes]) -> list[ProbedRun]:
    """Run a Python program on many inputs in one interpreter."""
    files = {"schema.py": text.encode(), "driver.py": _DRIVER.encode()}
    task = json.dumps({"inputs": [data.decode() for data in inputs]}).encode()
    run = await sandbox.run_script(files, ("driver.py",), task, Limits(cpu_s=20.0))
    if run.verdict is not Verdict.AC:
        return [(None, [])] * len(inputs)
    run.output.load()
    found: list[ProbedRun] = json.loads(run.output.head)
    return found


class Ran:
    """Runs any mutant of one program."""

    def __init__(self, sandbox: Sandbox, schema: Schema, inputs: Sequence[bytes]) -> None:
        self.sandbox = sandbox
        self.schema = schema
        self.inputs = inputs
        self.executable: Executable | None = None
        self.expected: list[str | None] = []

    async def prepare(self, suffix: str) -> None:
        """Compile the schema if its language is compiled; run the original on all inputs."""
        language = map_suffixes(discover_languages())[suffix]
        if suffix == ".cpp":
            # Without optimization: it runs too few times to gain back the time of compiling.
            quick = tuple("-O0" if word == "-O3" else word for word in language.compile)
            built = await self.sandbox.compile(replace(language, compile=quick), self.schema.text)
            if built.executable is None:
                raise ValueError(built.diagnostics[:2000])
            self.executable = built.executable
        self.expected = await self.outputs(0, 0, self.inputs)

    async def probed(self) -> Mapping[int, list[set[int]]]:
        """Return, by site, the set of values that each input gave there."""
        if self.executable is None:
            probes = [each for _, each in await self._driven(-1, 0, self.inputs)]
        else:
            environment = {"MUTANT": "-1"}
            runs = await self.sandbox.run(
                self.executable, self.inputs, _LIMITS, keep_output=True, environment=environment
            )
            probes = [_pairs(run.stdout.decode()) for run in runs]
        found: dict[int, list[set[int]]] = {}
        for at, each in enumerate(probes):
            for place, value in each:
                found.setdefault(place, [set() for _ in self.inputs])[at].add(value)
        return found

    async def outputs(self, number: int, value: int, inputs: Sequence[bytes]) -> list[str | None]:
        """Return the digests of a mutant's outputs; None for a run that failed."""
        if self.executable is None:
            return [text for text, _ in await self._driven(number, value, inputs)]
        environment = {"MUTANT": str(number), "VALUE": str(value)}
        runs = await self.sandbox.run(self.executable, inputs, _LIMITS, environment=environment)
        return [run.output.digest if run.verdict is Verdict.AC else None for run in runs]

    async def _driven(self, number: int, value: int, inputs: Sequence[bytes]) -> list[ProbedRun]:
        chosen = f"MUTANT, VALUE = {number}, {value}\n"
        text = self.schema.text.replace("MUTANT = VALUE = 0\n", chosen, 1)
        return await run_in_process(self.sandbox, text, inputs)

    async def differing(self, number: int, value: int, places: Sequence[int]) -> list[int]:
        """Return which inputs of `places` a mutant differs on; none if a run fails."""
        seen = await self.outputs(number, value, [self.inputs[at] for at in places])
        expected = [self.expected[at] for at in places]
        if None in seen or None in expected:
            return []
        return [at for at, a, b in zip(places, seen, expected, strict=True) if a != b]


def _touched(
    mutant: Mutant, seen: Mapping[int, list[set[int]]], rng: Random
) -> tuple[int, list[int]]:
    """Return a given number for a mutant, and the inputs on which it changes a value.

    No inputs if it never does, or on more than `_MOST` inputs.
    """
    if not mutant.place or mutant.kind == "overflow":
        found = [at for at, each in enumerate(seen.get(mutant.number, ())) if each]
        return 0, found if len(found) <= _MOST else []
    values = seen.get(mutant.place, [])
    if mutant.kind == "size":
        largest = sorted((max(each) for each in values if each), reverse=True)[: _MOST + 1]
        known = sorted(set(largest))[:-1]
        chosen = rng.choice(known) if known else 0
        found = [at for at, each in enumerate(values) if each and max(each) > chosen]
        return chosen, found if known and len(found) <= _MOST else []
    times = Counter(value for each in values for value in each)
    rare = sorted(value for value, count in times.items() if _LEAST <= count <= _MOST)
    if not rare:
        return 0, []
    chosen = rng.choice(rare)
    return chosen, [at for at, each in enumerate(values) if chosen in each]


def _pairs(text: str) -> list[tuple[int, int]]:
    _, _, lines = text.partition(MARK)
    numbers = [int(word) for word in lines.split()]
    return list(zip(numbers[::2], numbers[1::2], strict=False))


def _in_turn(mutants: Sequence[Mutant], rng: Random) -> Iterator[Mutant]:
    """Yield the mutants in random order, one of each kind in turn."""
    kinds = sorted({mutant.kind for mutant in mutants})
    rng.shuffle(kinds)
    lists = [[one for one in mutants if one.kind == kind] for kind in kinds]
    for each in lists:
        rng.shuffle(each)
    yield from (one for turn in zip_longest(*lists) for one in turn if one is not None)


async def made(sandbox: Sandbox, problem: str, role: str, suffix: str) -> list[dict[str, object]]:
    """Return rows of the mutants that rarely differ from one submission."""
    name = f"{problem}/{role}{suffix}"
    submission = load_problem(BUNDLED / problem).find_submission(
        SubmissionRole[role.upper()], suffix
    )
    if submission is None:
        return []
    rng = Random(f"fresh/{name}")
    shares = [number / _INPUTS for number in range(_INPUTS)]
    rng.shuffle(shares)
    ran = Ran(
        sandbox,
        Schema(submission.code, suffix),
        [SAMPLERS[problem](rng, share).encode() for share in shares],
    )
    await ran.prepare(suffix)
    seen = await ran.probed()
    rows: list[dict[str, object]] = []
    tries = 0
    for mutant in _in_turn(ran.schema.mutants, rng):
        value, touched = _touched(mutant, seen, rng)
        if not touched or [row["kind"] for row in rows].count(mutant.kind) == _OF_A_KIND:
            continue
        tries += 1
        differing = await ran.differing(mutant.number, value, touched)
        if len(differing) >= _LEAST:
            rows.append(
                {
                    "problem": problem,
                    "suffix": suffix,
                    "base": role,
                    "kind": mutant.kind,
                    "what": mutant.what.replace("{value}", str(value)),
                    "edit": mutant.edit(submission.code, value),
                    "witness": min((ran.inputs[at] for at in differing), key=len).decode(),
                    "rate": len(differing) / len(ran.inputs),
                }
            )
        if len(rows) == _QUOTA[role, suffix] or tries == _TRIES:
            break
    bad = await refused(sandbox, problem, [str(row["witness"]).encode() for row in rows])
    print(f"{name}: {len(rows)} of {tries}", flush=True)
    return [row for at, row in enumerate(rows) if at not in bad]


async def main() -> None:
    """Make the rows of all problems, and write them to `fresh.json`."""
    gate = asyncio.Semaphore(AT_ONCE)
    async with Sandbox.open() as sandbox:

        async def one(problem: str, role: str, suffix: str) -> list[dict[str, object]]:
            async with gate:
                return await made(sandbox, problem, role, suffix)

        found = await asyncio.gather(*(one(p, *key) for p in SAMPLERS for key in _QUOTA))
    rows = [row for rows in found for row in rows]
    FRESH.write_text(json.dumps(rows, indent=1) + "\n")
    kinds = Counter(str(row["kind"]) for row in rows)
    print(len(rows), dict(kinds), digest(FRESH.read_text())[:12])


if __name__ == "__main__":
    asyncio.run(main())

"""Compare three sources of distinguishing inputs on the pairs of `benchmarks.pairs`.

The pairs are those of C++ programs that differ on rare inputs only, and that their package's own
tests do not distinguish. Each source gets the same number of inputs:

    mutation   random mutations of the package's tests
    portfolio  all strata, as in `pieforge compare`
    search     coverage-guided mutation, by edges and by operands of comparisons

Run it with `python -m benchmarks.searching [INPUTS [EVERY]]`: INPUTS is the number of inputs for
each source and pair (default 200); only every EVERY-th pair is used (default 1, all). The outputs
that count are those of ordinary builds, without coverage.

`python -m benchmarks.searching speed` measures instead how many inputs the search proposes in a CPU
second of its own, by the count of numbers in an input.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from benchmarks import measuring
from benchmarks.pairs.making import Pair, all_pairs
from pieforge.config import Config, LimitsSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.jobs import FuzzJob
from pieforge.graphs.evidence.fuzzing import fuzz_pair, load_inputs
from pieforge.graphs.run import open_executor
from pieforge.inputs.fuzzing.fuzzer import create_mutation_function
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.ledger import Ledger
from pieforge.problems import BUNDLED, load_problem
from pieforge.records import ProgramText
from pieforge.syntax.tokens import SourceText

_LANGUAGE = "cpp17"
_MUTATED_BYTES = 2048
_LARGEST = 20_000
_CONFIG = Config(limits=LimitsSection(cpu_s=1.0))
SOURCES = ("mutation", "portfolio", "search")


@dataclass(frozen=True)
class Ground:
    """One problem's inputs."""

    tests: tuple[bytes, ...]
    grammar: InputGrammar
    check: InputCheck


async def ground(executor: CachedExecutor, problem: str) -> Ground:
    """Read a bundled package, and infer the grammar of its inputs."""
    package = load_problem(BUNDLED / problem)
    check = InputCheck(package.validators, (), OutputRules(), executor.limits)
    tests = tuple(test.input for test in package.tests)
    valid = partial(executor.check_inputs, check)
    grammar = await generalize_grammar(infer_grammar(tests), valid, seed=problem)
    return Ground(tests, grammar, check)


async def mutated(executor: CachedExecutor, known: Ground, count: int) -> list[bytes]:
    """Return valid mutations of the smaller tests."""
    mutate, rng = create_mutation_function(known.grammar), Random("searching")
    parents = [data for data in known.tests if len(data) <= _MUTATED_BYTES] or [*known.tests[:1]]
    made = (mutate(rng.choice(parents), rng) for _ in range(8 * count))
    fresh = list(dict.fromkeys(data for data in made if data is not None))
    good = await executor.check_inputs(known.check, fresh)
    return [data for data, fits in zip(fresh, good, strict=True) if fits][:count]


async def find_distinguishing_sources(
    executor: CachedExecutor, known: Ground, pair: Pair, count: int
) -> list[str] | None:
    """Return the sources that distinguish a pair; None if the package's tests do."""
    left, right = (
        ProgramText.create(pair.problem, _LANGUAGE, text) for text in (pair.left, pair.right)
    )
    programs = ProgramPair(executor, left, right, OutputRules())

    async def differ(inputs: Sequence[bytes]) -> bool:
        return PairOutcome.DIFFERENT in await programs.compare_on(inputs)

    if await differ(known.tests):
        return None
    valid = partial(executor.check_inputs, known.check)
    source = Portfolio(known.grammar, known.tests, valid, seed="searching")
    drawn = await source.draw(
        count, programs=(SourceText.of(left), SourceText.of(right)), max_bytes=_LARGEST
    )
    searched = await fuzz_pair(
        executor,
        (left, right),
        known.tests,
        known.grammar,
        known.check,
        runs=2 * count,
    )
    inputs = {
        "mutation": await mutated(executor, known, count),
        "portfolio": [item.data for item in drawn],
        "search": [item.data for item in load_inputs(executor, searched)],
    }
    return [name for name in SOURCES if await differ(inputs[name])]


async def main(count: int, every: int) -> None:
    """Run all sources on all pairs, and print the results."""
    pairs = [p for p in all_pairs() if p.witness is not None and p.language == _LANGUAGE][::every]
    grounds: dict[str, Ground] = {}
    found: Counter[str] = Counter()
    ledger = Ledger(Path(":memory:"))
    async with open_executor(_CONFIG, ledger, continue_after_failure=True) as executor:
        for pair in pairs:
            if pair.problem not in grounds:
                grounds[pair.problem] = await ground(executor, pair.problem)
            sources = await find_distinguishing_sources(
                executor, grounds[pair.problem], pair, count
            )
            if sources is None:
                continue
            found.update(["left", *sources, *(["any"] if sources else [])])
            print(f"{pair.name} ({pair.kind}): {', '.join(sources) or 'none'}", flush=True)
    print(f"\n{found['left']} of {len(pairs)} pairs are not distinguished by their package's tests")
    for name in (*SOURCES, "any"):
        print(f"{name:10} distinguishes {found[name]}")
    measuring.say_result(
        pairs=len(pairs), inputs=count, left=found["left"], **{n: found[n] for n in SOURCES}
    )


_SPEED_SOURCE = """\
#include <cstdio>
int main() {
    long long n, x, s = 0;
    if (scanf("%lld", &n) != 1) return 1;
    for (long long i = 0; i < n; i++) {
        if (scanf("%lld", &x) != 1) return 1;
        if (x == 77777 && s > 5 * x) s += OTHER;
        if (s * 3 + 7 == 100000003) s += x % 1000;
        s += x;
    }
    printf("%lld\\n", s);
}
"""


async def measure_speed(cpu_s: float) -> None:
    """Print proposals for each CPU second of the search, for tests of 100 to 100,000 numbers."""
    rng = Random("speed")
    programs = tuple(
        ProgramText.create("speed", _LANGUAGE, _SPEED_SOURCE.replace("OTHER", other))
        for other in ("x", "x + 0 * n")
    )
    speeds: dict[str, float] = {}
    ledger = Ledger(Path(":memory:"))
    async with open_executor(_CONFIG, ledger, continue_after_failure=True) as executor:
        check = InputCheck({}, (), OutputRules(), executor.limits)
        for count in (100, 1000, 10_000, 100_000):
            tests = tuple(
                f"{n}\n{' '.join(str(rng.randint(1, 10**6)) for _ in range(n))}\n".encode()
                for n in (count, count + 1, count + 2)
            )
            grammar = infer_grammar(tests)
            assert not grammar.unstructured
            job = FuzzJob((programs[0], programs[1]), tests, grammar, check, 800, cpu_s)
            found = await executor.execute(job)
            speeds[f"proposals_per_s_{count}"] = found.proposals / found.cpu_s
            print(f"{count:7} numbers: {found.proposals} proposals in {found.cpu_s:.1f} CPU s")
    measuring.say_result(**speeds)


if __name__ == "__main__":
    measuring.say_where()
    if sys.argv[1:2] == ["speed"]:
        sys.exit(asyncio.run(measure_speed(float((sys.argv[2:] or ["10"])[0]))))
    numbers = [int(word) for word in sys.argv[1:3]]
    asyncio.run(main(*(numbers + [200, 1][len(numbers) :])))

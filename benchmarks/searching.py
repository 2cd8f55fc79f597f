"""What does a search by coverage find that other inputs do not? On the pairs of `benchmarks.pairs`.

Pairs of C++ programs that differ on rare inputs only, and that their package's own tests leave
together, are given to three sources of inputs, each alone and with the same number of inputs:

    mutation   the package's tests, changed at random
    portfolio  the strata, as `pieforge compare` draws them
    search     mutation, guided by edges and by the operands of comparisons

Run it with `python -m benchmarks.searching [INPUTS [EVERY]]`: so many inputs for each source and
pair (200), on every so-many-th pair (1). Whatever a source proposes is judged by ordinary builds.
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
    """Read a bundled package, and learn the grammar of its inputs."""
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
    """Return the sources that tell a pair apart; None where the tests do."""
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
    """Try all pairs, and print."""
    pairs = [p for p in all_pairs() if p.witness is not None and p.language == _LANGUAGE][::every]
    grounds: dict[str, Ground] = {}
    found: Counter[str] = Counter()
    ledger = Ledger(Path(":memory:"))
    async with open_executor(_CONFIG, ledger, continue_after_failure=True) as executor:
        for pair in pairs:
            if pair.problem not in grounds:
                grounds[pair.problem] = await ground(executor, pair.problem)
            told = await find_distinguishing_sources(executor, grounds[pair.problem], pair, count)
            if told is None:
                continue
            found.update(["left", *told, *(["any"] if told else [])])
            print(f"{pair.name} ({pair.kind}): {', '.join(told) or 'nobody'}", flush=True)
    print(f"\n{found['left']} of {len(pairs)} pairs are left together by their package's tests")
    for name in (*SOURCES, "any"):
        print(f"{name:10} parts {found[name]}")
    measuring.say_result(
        pairs=len(pairs), inputs=count, left=found["left"], **{n: found[n] for n in SOURCES}
    )


if __name__ == "__main__":
    measuring.say_where()
    numbers = [int(word) for word in sys.argv[1:3]]
    asyncio.run(main(*(numbers + [200, 1][len(numbers) :])))

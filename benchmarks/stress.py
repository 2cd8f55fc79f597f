"""How much more work the search for stress inputs finds than a package's tests and random inputs.

    work_vs_tests    steps on the best input found / on the package's most expensive test of the
                     same size or larger; geometric mean over slow programs
    work_vs_random   the same / on the best of random valid inputs, within the same budget
    classics_found   of the programs of `benchmarks.stress_classics`, those on which an input with
                     at least half the steps of their known worst case is found
    pairs_gained     pairs of a run that only stress inputs show

The slow programs are the bundled ones, and those that the embedded author makes of them. Run it
with `python -m benchmarks.stress [--seconds S] [--generated N] [--every K] [--run FOLDER]`; K takes
every K-th program and classic.
"""

import argparse
import asyncio
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import compress
from pathlib import Path
from random import Random

from benchmarks import measuring
from benchmarks.stress_classics import CLASSICS, Classic
from pieforge.agents.embedded.grammar import find_grammar
from pieforge.agents.embedded.mutation import generate_mutants
from pieforge.config import Config
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.jobs import CountJob
from pieforge.graphs.evidence.stress_inputs import (
    StressSearchResult,
    find_stress_inputs,
    generate_largest_inputs,
)
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.inputs.generation.building import Fill, build_inputs
from pieforge.inputs.generation.values import FractionFill
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.stress.search import (
    BYTE_STEPS,
    RUN_STEPS,
    STEPS_PER_S,
    search_stress_inputs,
)
from pieforge.inputs.stress.work import Work, compile_counting, count_work
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.ledger import Ledger
from pieforge.problems import BUNDLED, Problem, SubmissionRole, load_problems
from pieforge.records import ProgramText
from pieforge.sandbox.sandbox import Sandbox

_LANGUAGES = {".cpp": "cpp17", ".c": "c17", ".py": "python"}
_FENCES = {"cpp17": "cpp", "python": "python"}
_FOUND_SHARE = 0.5
_TESTS = 12
_BATCH = 6
_MAX_RUN_STEPS = STEPS_PER_S


@dataclass(frozen=True)
class _Ground:
    """One package, and what its inputs are."""

    problem: Problem
    given: list[NamedInput]
    grammar: InputGrammar
    check: InputCheck


def _list_programs(problems: Sequence[Problem], generated: int) -> Iterator[ProgramText]:
    """Yield the slow submissions, then programs that the author makes of them in turn."""
    slow = [
        ProgramText.create(problem.problem_id, _LANGUAGES[it.suffix], it.code)
        for problem in problems
        for it in problem.submissions
        if it.role is SubmissionRole.SLOW and it.suffix in _LANGUAGES
    ]
    yield from slow
    for number in range(generated):
        base = slow[number % len(slow)]
        rng = Random(f"stress/{number}")
        grammar = find_grammar(_FENCES[base.language])
        assert grammar is not None
        for made in generate_mutants(base.code, grammar, n=1, rng=rng, temperature=1.0):
            yield ProgramText.create(base.problem_id, base.language, made.code)


async def _prepare(executor: CachedExecutor, problem: Problem) -> _Ground:
    check = InputCheck(problem.validators, (), OutputRules(), executor.limits)
    tests = [NamedInput(test.name, test.input) for test in problem.tests]
    tests.sort(key=lambda test: -len(test.data))
    valid = partial(executor.check_inputs, check)
    grammar = infer_grammar([test.data for test in tests])
    grammar = await generalize_grammar(grammar, valid, seed=problem.problem_id)
    made = await generate_largest_inputs(executor, problem, check, seed=1)
    return _Ground(problem, [*tests, *made], grammar, check)


async def _count_tests(
    executor: CachedExecutor, program: ProgramText, ground: _Ground, size: int
) -> int:
    """Return the steps on the most expensive test of at least a size, or of the largest one."""
    tests = [test.input for test in ground.problem.tests]
    size = min(size, max(map(len, tests)))
    inputs = tuple(data for data in tests if len(data) >= size)
    works = await executor.execute(CountJob(program, inputs, _MAX_RUN_STEPS))
    return max((work.steps for work in works), default=0)


async def _draw_randomly(
    executor: CachedExecutor, program: ProgramText, ground: _Ground, seconds: float
) -> int:
    """Return the most steps on random valid inputs: of the largest size, and of any size."""
    rng = Random("random")

    def iter_fills() -> Iterator[Fill]:
        while True:
            yield FractionFill(rng, 1.0)
            yield Fill(rng)

    per_count = executor.languages[program.language].steps_per_count
    made, used, most = build_inputs(ground.grammar, iter_fills()), 0.0, 0
    while used < seconds * STEPS_PER_S:
        batch = [next(made) for _ in range(_BATCH)]
        good = await executor.check_inputs(ground.check, batch)
        inputs = tuple(compress(batch, good))
        works = await executor.execute(CountJob(program, inputs, _MAX_RUN_STEPS))
        used += sum(RUN_STEPS + BYTE_STEPS * len(data) for data in batch)
        used += sum(work.steps * per_count for work in works)
        most = max((most, *(work.steps for work in works if work.is_whole)))
    return most


async def _compare_work(
    executor: CachedExecutor, program: ProgramText, ground: _Ground, seconds: float
) -> tuple[float, float] | None:
    found: StressSearchResult = await find_stress_inputs(
        executor, program, ground.given, ground.grammar, ground.check, cpu_s=seconds
    )
    every = sorted((*found.found, *found.given), key=lambda it: -it.steps)
    if not every:
        return None
    best = every[0]
    size = len(executor.ledger.get_blob(best.case.blob))
    tests = await _count_tests(executor, program, ground, size)
    drawn = await _draw_randomly(executor, program, ground, seconds)
    ratios = best.steps / max(1, tests), best.steps / max(1, drawn)
    name = f"{program.problem_id} {program.language} {program.program_id[:8]}"
    print(f"{name:40} {ratios[0]:8.2f} {ratios[1]:8.2f}  {best.case.name}", flush=True)
    return ratios


async def find_classic(sandbox: Sandbox, classic: Classic, seconds: float) -> float:
    """Return the steps on the best input found, as a share of those on the known worst case."""
    from pieforge.sandbox.languages import get_language

    rng, language = Random(classic.name), get_language(classic.language)
    tests = [classic.inputs.draw(rng) for _ in range(_TESTS)]

    async def are_valid(inputs: Sequence[bytes]) -> list[bool]:
        return list(map(classic.inputs.accepts, inputs))

    grammar = await generalize_grammar(infer_grammar(tests), are_valid, seed=classic.name)
    program = await compile_counting(sandbox, language, classic.source)
    assert program is not None

    async def run(inputs: Sequence[bytes], max_steps: int) -> Sequence[Work]:
        return await count_work(sandbox, program, inputs, max_steps)

    [worst] = await run([classic.worst], _MAX_RUN_STEPS)
    found = await search_stress_inputs(
        run,
        are_valid,
        grammar,
        [NamedInput(f"secret/{at}", data) for at, data in enumerate(tests)],
        steps=round(seconds * STEPS_PER_S),
        seed=classic.name,
        steps_per_count=language.steps_per_count,
    )
    best = max(item.steps for item in (*found.inputs, *found.given))
    most = max(item.steps for item in found.given)
    print(
        f"{classic.name:20} {best / worst.steps:6.2f} of the worst, "
        f"{best / most:8.1f} times the random tests",
        flush=True,
    )
    return best / worst.steps


def _count_gained(run: Path | None) -> int:
    if run is None:
        return 0
    rows = map(json.loads, (run / "pairs.jsonl").read_text().splitlines())
    return sum(row["shown_by"] == "stress" for row in rows)


async def main(seconds: float, generated: int, every: int, run: Path | None) -> None:
    """Run everything, and print the table by program."""
    packages = load_problems(BUNDLED)
    programs = list(_list_programs(packages, generated))[::every]
    grounds: dict[str, _Ground] = {}
    ratios = []
    async with open_executor(Config(), Ledger(Path(":memory:"))) as executor:
        for program in programs:
            name = program.problem_id
            if name not in grounds:
                package = next(it for it in packages if it.problem_id == name)
                grounds[name] = await _prepare(executor, package)
            if (
                found := await _compare_work(executor, program, grounds[name], seconds)
            ) is not None:
                ratios.append(found)
    async with Sandbox.open() as sandbox:
        shares = [await find_classic(sandbox, it, seconds) for it in CLASSICS[::every]]
    means = [
        math.exp(sum(math.log(max(ratio, 1e-9)) for ratio in side) / len(side))
        for side in zip(*ratios, strict=True)
    ]
    measuring.say_result(
        programs=len(ratios),
        work_vs_tests=means[0],
        work_vs_random=means[1],
        classics=len(shares),
        classics_found=sum(share >= _FOUND_SHARE for share in shares),
        pairs_gained=_count_gained(run),
    )


if __name__ == "__main__":
    measuring.say_where()
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--generated", type=int, default=50)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--run", type=Path)
    given = parser.parse_args()
    asyncio.run(main(given.seconds, given.generated, given.every, given.run))

"""Two methods to find programs with equal behavior: class refinement, and PIE's fixed inputs."""

import asyncio
import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks.pairs.making import Pair
from benchmarks.pairs.operators import find_package
from benchmarks.pairs.sampling import SAMPLERS
from benchmarks.pairs.truth import AT_ONCE, compiled
from pieforge.config import ClassesSection, Config
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.observation import RunOutcome
from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.refinement import place_program
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.graphs.classes.input_format import (
    FormatRunner,
    InputFormat,
    choose_first_inputs,
    store_program,
)
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.ledger import Ledger
from pieforge.problems import BUNDLED, Problem, load_problem
from pieforge.records import ProgramText, Verdict, digest
from pieforge.sandbox.sandbox import Limits, RunResult, Sandbox

POOLED, EACH = 10, 20
"""PIE's inputs: 20 of each of ten problems, the program's own problem included."""
_LARGE = 0.9
"""Size of sampled inputs, as samplers take it: from 0 to 1."""
_OWN, _OTHER = Limits(cpu_s=2.0), Limits(cpu_s=0.02)
"""Limits on inputs of the program's own problem and of others. On an input of another format a
program that does not end at once does not end at all."""


@dataclass
class Outcome:
    """The result of a method for a set of programs.

    Attributes:
        classes: The class of each program, by the digest of its text; no entry if the method gave
            it none.
        runs: Number of runs of all programs.
        seconds: Wall time.
        split_by: Name of the distinguishing input, by the name of the differing pair, if the method
            knows it.
    """

    classes: dict[str, str] = field(default_factory=dict)
    runs: int = 0
    seconds: float = 0.0
    split_by: dict[str, str] = field(default_factory=dict)

    def together(self, pair: Pair) -> bool | None:
        """Return whether both programs are in one class; None if one is in no class."""
        left, right = (self.classes.get(digest(text)) for text in (pair.left, pair.right))
        return None if left is None or right is None else left == right


async def refined(pairs: Sequence[Pair], *, seed: int, factor: int = 1) -> Outcome:
    """Place all programs into classes, as `pieforge run` does: tree, portfolio, budget.

    Args:
        pairs: The pairs; their programs of one problem and language share a tree.
        seed: Seed of the order of the programs.
        factor: How many times the default budget of runs.
    """
    started = time.perf_counter()
    outcome = Outcome()
    config = Config(classes=ClassesSection(runs=factor * ClassesSection().runs))
    with tempfile.TemporaryDirectory() as name:
        ledger = Ledger(Path(name) / "ledger.sqlite")
        async with open_executor(config, ledger) as executor:
            names = sorted({pair.problem for pair in pairs})
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(problem: str) -> None:
                mine = [pair for pair in pairs if pair.problem == problem]
                async with gate:
                    await _refined_problem(executor, problem, mine, outcome, config, seed)

            await asyncio.gather(*map(one, names))
            outcome.runs = sum(1 for _ in ledger.iter_results(RunOutcome))
        ledger.close()
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _refined_problem(
    executor: CachedExecutor,
    problem: str,
    pairs: Sequence[Pair],
    outcome: Outcome,
    config: Config,
    seed: int,
) -> None:
    input_format = await _format(executor, load_problem(find_package(problem)))
    runner = FormatRunner(executor, input_format)
    index = ClassIndex(input_format.format_id)
    programs = {}
    for pair in pairs:
        for text in (pair.left, pair.right):
            program = ProgramText.create(problem, pair.language, text)
            store_program(executor.ledger, program)
            programs[program.program_id] = (pair.language, text)
    order = sorted(programs)
    random.Random(f"{seed}/{problem}").shuffle(order)
    for name in order:
        language, _ = programs[name]
        await place_program(
            index, name, language, runner, first=input_format.first, runs=config.classes.runs
        )
    for name in index.list_programs():
        outcome.classes[digest(programs[name][1])] = index.get_class(name)
    ids = {text: name for name, (_, text) in programs.items()}
    for pair in pairs:
        if pair.witness is not None and outcome.together(pair) is False:
            outcome.split_by[pair.name] = _split_input(index, ids[pair.left], ids[pair.right])


def _split_input(index: ClassIndex, one: str, other: str) -> str:
    """Return the name of the input of the last tree node on the paths of both programs."""
    paths = [list(_path(index, name)) for name in (one, other)]
    last = [a for a, b in zip(*paths, strict=False) if a == b][-1]
    number = index.get_split_input(last)
    assert number is not None
    return index.power.names.get(index.get_input_sha(number), "")


def _path(index: ClassIndex, program: str) -> list[str]:
    """Return the tree nodes from the root to a program's class."""
    node = index.get_class(program)
    path: list[str] = []
    while before := list(index.graph.predecessors(node)):
        node = before[0]
        path.append(node)
    return path[::-1]


async def _format(executor: CachedExecutor, problem: Problem) -> InputFormat:
    """Return the problem's input format as in a run, but without the checks by submissions."""
    tests = tuple(NamedInput(test.name, test.input) for test in problem.tests)
    examples = [test.data for test in tests]
    check = InputCheck(problem.validators, (), OutputRules(), executor.limits)
    valid = partial(executor.check_inputs, check)
    grammar = await generalize_grammar(infer_grammar(examples), valid, seed=problem.problem_id)
    return InputFormat(
        format_id=digest(problem.problem_id),
        problems=(problem.problem_id,),
        first=choose_first_inputs(tests, []),
        tests=tests,
        portfolio=Portfolio(grammar, examples, valid, seed=digest("pairs", problem.problem_id)),
    )


async def pooled(pairs: Sequence[Pair]) -> Outcome:
    """Run every program on PIE's fixed inputs; programs with equal vectors of outputs are a class.

    Source: arXiv 2302.07867, A.1, and the class test of its code: 20 inputs of each of ten
    problems pooled, also those of other formats; outputs are stripped; "timeout" and "error"
    are outputs.
    """
    started = time.perf_counter()
    outcome = Outcome()
    names = sorted(path.name for path in BUNDLED.glob("*/") if path.is_dir())
    inputs = {name: _fixed(name) for name in names}
    gate = asyncio.Semaphore(AT_ONCE)
    async with Sandbox.open() as sandbox:
        programs = await compiled(sandbox, pairs)

        async def one(problem: str, text: str) -> None:
            own = names.index(problem)
            pool = [names[(own + step) % len(names)] for step in range(POOLED)]
            others = [data for name in pool[1:] for data in inputs[name]]
            program = programs[digest(text)]
            async with gate:
                runs = await sandbox.run(program, inputs[pool[0]], _OWN)
                runs += await sandbox.run(program, others, _OTHER)
            outcome.runs += len(runs)
            outcome.classes[digest(text)] = digest(problem, *map(_pie_output, runs))

        texts = {(p.problem, text) for p in pairs for text in (p.left, p.right)}
        await asyncio.gather(*(one(*each) for each in sorted(texts)))
    outcome.seconds = time.perf_counter() - started
    return outcome


def _fixed(problem: str) -> list[bytes]:
    """Return 20 inputs: a package's tests, then sampled inputs."""
    tests = [test.input for test in load_problem(BUNDLED / problem).tests]
    rng = random.Random(f"fixed/{problem}")
    more = (SAMPLERS[problem](rng, _LARGE).encode() for _ in range(EACH))
    return [*tests, *more][:EACH]


def _pie_output(run: RunResult) -> str:
    if run.verdict is Verdict.TLE:
        return "timeout"
    return run.output.digest if run.verdict is Verdict.AC else "error"


def merged(outcome: Outcome, pairs: Sequence[Pair]) -> list[Pair]:
    """Return the differing pairs whose programs are in one class."""
    return [p for p in pairs if p.witness is not None and outcome.together(p)]


def split(outcome: Outcome, pairs: Sequence[Pair]) -> list[Pair]:
    """Return the equal pairs whose programs are not in one class."""
    return [p for p in pairs if p.witness is None and outcome.together(p) is not True]


def rates(outcome: Outcome, pairs: Sequence[Pair]) -> Mapping[str, float]:
    """Return the share of false merges in differing pairs, and of false splits in equal ones."""
    differing = sum(pair.witness is not None for pair in pairs)
    return {
        "false_merge_rate": len(merged(outcome, pairs)) / max(1, differing),
        "false_split_rate": len(split(outcome, pairs)) / max(1, len(pairs) - differing),
    }

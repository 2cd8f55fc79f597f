"""Inputs on which a program does the most work: searched for each program, kept for its problem."""

from collections.abc import Sequence
from itertools import compress
from typing import ClassVar

from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.jobs import GeneratorJob, StressJob
from pieforge.executors.records import TestCase
from pieforge.inputs import NamedInput, get_stratum
from pieforge.inputs.generation.package_generators import derive_largest_calls
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.stress.search import StressInput
from pieforge.problems import Problem
from pieforge.records import FrozenModel, ProgramText, Record, digest

MAX_LARGEST_CALLS = 12
"""Calls of a package's generators with the largest arguments, at most."""
STRATUM = "stress"
"""First part of the names of these inputs."""
MAX_FOUND = 5
"""Inputs of a search that are kept, the most expensive ones."""


class CountedInput(FrozenModel):
    """An input and the steps that a program takes on it."""

    case: TestCase
    steps: int


class StressSearchResult(Record):
    """What a search found for one program."""

    KIND: ClassVar[str] = "stress_search"

    is_counted: bool
    """Whether the program has a build that counts its steps; without one nothing is searched."""
    found: tuple[CountedInput, ...] = ()
    """Valid inputs, the most expensive first."""
    given: tuple[CountedInput, ...] = ()
    """Known inputs that the program was run on, in their order."""
    runs: int = 0
    is_cut_off: bool = False
    """Whether time ended the search, so that it may find something else on another machine."""

    @property
    def best(self) -> list[CountedInput]:
        """The most expensive inputs that are none of the package's, the most expensive first."""
        made = [it for it in self.given if get_stratum(it.case.name) == STRATUM]
        return sorted((*self.found, *made), key=lambda it: -it.steps)[:MAX_FOUND]

    @property
    def most_of_package(self) -> int:
        """Steps on the most expensive of the package's inputs; 0 where none was run."""
        own = (it.steps for it in self.given if get_stratum(it.case.name) != STRATUM)
        return max(own, default=0)


async def find_stress_inputs(
    executor: CachedExecutor,
    program: ProgramText,
    given: Sequence[NamedInput],
    grammar: InputGrammar,
    check: InputCheck,
    *,
    cpu_s: float,
) -> StressSearchResult:
    """Search for valid inputs on which a program does the most work; done once.

    Args:
        executor: Where it is run.
        program: The program.
        given: Valid inputs to start from.
        grammar: Of the problem's inputs.
        check: Which inputs are the problem's.
        cpu_s: Budget in CPU seconds of a usual machine.

    Raises:
        PackageError: A validator cannot be used.
        SandboxError: The sandbox failed twice.
    """

    def store(counted: StressInput) -> CountedInput:
        blob = executor.ledger.put_blob(counted.item.data)
        return CountedInput(case=TestCase(name=counted.item.name, blob=blob), steps=counted.steps)

    async def search() -> StressSearchResult:
        job = StressJob(program, tuple(given), grammar, check, cpu_s)
        found = await executor.execute(job)
        if found is None:
            return StressSearchResult(is_counted=False)
        return StressSearchResult(
            is_counted=True,
            found=tuple(map(store, found.inputs[:MAX_FOUND])),
            given=tuple(map(store, found.given)),
            runs=found.runs,
            is_cut_off=found.is_cut_off,
        )

    key = digest(grammar.model_dump_json(), str(cpu_s), *(item.data for item in given))
    return await executor.ledger.compute_once(StressSearchResult, program.program_id, key, search)


class LargestInputs(Record):
    """What a package's generators make with the largest arguments."""

    KIND: ClassVar[str] = "largest_inputs"

    cases: tuple[TestCase, ...]


async def generate_largest_inputs(
    executor: CachedExecutor, problem: Problem, check: InputCheck, *, seed: int
) -> list[NamedInput]:
    """Call a package's generators with the largest arguments that calls of one form have; once.

    A call that fails is left out, and so is an input that is not valid: a generator may refuse the
    largest arguments of another call.
    """
    salt = f"stress/{seed}/{problem.problem_id}"
    calls = [(call.script, call.arguments) for call in problem.generator_calls]
    largest = derive_largest_calls(calls, salt)[:MAX_LARGEST_CALLS]

    async def generate() -> LargestInputs:
        made: dict[bytes, NamedInput] = {}
        for script, arguments in largest:
            name = f"{STRATUM}/{'-'.join(arguments[:1])}"
            job = GeneratorJob(problem.generator_files, script, arguments, name, salt)
            try:
                data = (await executor.execute(job)).data
            except PackageError:
                continue
            made.setdefault(data, NamedInput(f"{name}-{digest(data)[:8]}", data))
        good = await executor.check_inputs(check, list(made)) if made else []
        put = executor.ledger.put_blob
        kept = compress(made.values(), good)
        return LargestInputs(cases=tuple(TestCase(name=it.name, blob=put(it.data)) for it in kept))

    files = (part for item in problem.generator_files.items() for part in item)
    key = digest(*files, *(word for script, words in largest for word in (script, *words)))
    found = await executor.ledger.compute_once(LargestInputs, salt, key, generate)
    return [NamedInput(case.name, executor.ledger.get_blob(case.blob)) for case in found.cases]

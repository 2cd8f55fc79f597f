"""A search, guided by coverage, for an input on which two programs differ.

It runs only on request, by a command or by `verification.search`: it takes two more compilations,
and its runs cost as much as others.
"""

from collections.abc import Sequence
from typing import ClassVar

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.jobs import FuzzJob
from pieforge.executors.records import TestCase
from pieforge.inputs import NamedInput
from pieforge.inputs.fuzzing.fuzzer import MAX_SEARCH_CPU_S
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.records import ProgramText, Record, digest


class FuzzingResult(Record):
    """What a search found."""

    KIND: ClassVar[str] = "fuzzing"

    guides: str
    """Which programs were instrumented: both, one of them, or why none was."""
    cases: tuple[TestCase, ...] = ()
    """The inputs that were kept, the most distinguishing first."""


async def fuzz_pair(
    executor: CachedExecutor,
    programs: tuple[ProgramText, ProgramText],
    known: Sequence[bytes],
    grammar: InputGrammar,
    check: InputCheck,
    *,
    runs: int,
    cpu_s: float = MAX_SEARCH_CPU_S,
) -> FuzzingResult:
    """Search from known inputs for one on which two programs differ; done once.

    Args:
        executor: Where programs are run.
        programs: The two programs.
        known: Inputs on which they are equal.
        grammar: Of the problem's inputs.
        check: Which inputs are the problem's.
        runs: Budget, both programs together.
        cpu_s: CPU seconds that the search itself may take.

    Raises:
        PackageError: A validator cannot be used.
        SandboxError: The sandbox failed twice.
    """

    async def search() -> FuzzingResult:
        job = FuzzJob(programs, tuple(known), grammar, check, runs, cpu_s)
        found = await executor.execute(job)
        put = executor.ledger.put_blob
        return FuzzingResult(
            guides=found.guides,
            cases=tuple(TestCase(name=item.name, blob=put(item.data)) for item in found.inputs),
        )

    key = digest(grammar.model_dump_json(), str(runs), str(cpu_s), *known)
    subject = "/".join(program.program_id for program in programs)
    return await executor.ledger.compute_once(FuzzingResult, subject, key, search)


def load_inputs(executor: CachedExecutor, searched: FuzzingResult) -> list[NamedInput]:
    """Return what a search found."""
    return [NamedInput(case.name, executor.ledger.get_blob(case.blob)) for case in searched.cases]

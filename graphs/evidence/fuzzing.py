"""A search that coverage guides, for an input that tells two programs apart.

It is made where somebody asks for it, by a command or by `verification.search`: two more
compilations, and a run costs as much as any. On the bundled problems' slow programs alone it would
find nothing: their tests take every edge.
"""

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import TestCase
from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.fuzzing.fuzzer import (
    create_mutation_function,
    create_number_writer,
    fuzz_programs,
)
from pieforge.inputs.fuzzing.instrumentation import compile_instrumented
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.records import Record, digest


class FuzzingResult(Record):
    """What a search found."""

    KIND: ClassVar[str] = "fuzzing"

    guides: str
    """What it went by: both programs, one of them, or why there was no search."""
    cases: tuple[TestCase, ...] = ()
    """The inputs that were kept, the most telling first."""


async def fuzz_pair(
    executor: CachedExecutor,
    programs: tuple[str, str],
    known: Sequence[bytes],
    grammar: InputGrammar,
    valid: InputPredicate,
    *,
    runs: int,
) -> FuzzingResult:
    """Search from known inputs for one on which two programs differ; found in the ledger after.

    Args:
        executor: Where programs are run.
        programs: Their ids.
        known: Inputs on which they agree.
        grammar: Of the problem's inputs.
        valid: Who says which inputs are the problem's.
        runs: Budget, both programs together.

    Raises:
        PackageError: A validator cannot be used.
        SandboxError: The sandbox failed twice.
    """

    async def find() -> FuzzingResult:
        return await _fuzz(executor, programs, known, grammar, valid, runs)

    key = digest(grammar.model_dump_json(), str(runs), *known)
    return await executor.ledger.compute_once(FuzzingResult, "/".join(programs), key, find)


async def _fuzz(
    executor: CachedExecutor,
    programs: tuple[str, str],
    known: Sequence[bytes],
    grammar: InputGrammar,
    valid: InputPredicate,
    runs: int,
) -> FuzzingResult:
    languages = [executor.languages[executor.get_source(name).language] for name in programs]
    async with executor.gate:
        builds = [
            await compile_instrumented(executor.sandbox, language, executor.get_code(name))
            for name, language in zip(programs, languages, strict=True)
        ]
    traced = [build for build in builds if build is not None]
    if not traced:
        titles = sorted({language.title for language in languages})
        return FuzzingResult(guides=f"none: {' and '.join(titles)} cannot be instrumented")
    found = await fuzz_programs(
        executor.sandbox,
        traced,
        known,
        create_mutation_function(grammar),
        valid,
        runs,
        Random(digest("search", *programs)),  # noqa: S311
        write=create_number_writer(grammar),
        gate=executor.gate,
    )
    one = "AB"[builds[0] is None]
    return FuzzingResult(
        guides="both programs" if len(traced) > 1 else f"program {one} alone",
        cases=tuple(
            TestCase(name=item.name, blob=executor.ledger.put_blob(item.data)) for item in found
        ),
    )


def load_inputs(executor: CachedExecutor, searched: FuzzingResult) -> list[NamedInput]:
    """Return what a search found."""
    return [NamedInput(case.name, executor.ledger.get_blob(case.blob)) for case in searched.cases]

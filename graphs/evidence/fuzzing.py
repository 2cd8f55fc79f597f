"""A search that coverage guides, for an input that tells two programs apart.

It is made where somebody asks for it, by a command or by `verification.search`: two more
compilations, and a run costs as much as any. On the bundled problems' slow programs alone it would
find nothing: their tests take every edge.
"""

from collections.abc import Sequence
from random import Random
from typing import ClassVar

from pieforge.executors.cached import Workshop
from pieforge.executors.records import TestCase
from pieforge.inputs import NamedInput
from pieforge.inputs.fuzzing.fuzzer import Valid, consistently, guided, mutations
from pieforge.inputs.fuzzing.instrumentation import instrumented
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.records import Record, digest


class Searched(Record):
    """What a search found."""

    KIND: ClassVar[str] = "fuzzing"

    guides: str
    """What it went by: both programs, one of them, or why there was no search."""
    cases: tuple[TestCase, ...] = ()
    """The inputs that were kept, the most telling first."""


async def search(
    workshop: Workshop,
    programs: tuple[str, str],
    known: Sequence[bytes],
    shape: Shape,
    valid: Valid,
    *,
    runs: int,
) -> Searched:
    """Search from known inputs for one on which two programs differ; found in the ledger after.

    Args:
        workshop: Where programs are run.
        programs: Their ids.
        known: Inputs on which they agree.
        shape: Of the problem's inputs.
        valid: Who says which inputs are the problem's.
        runs: Budget, both programs together.

    Raises:
        PackageError: A validator cannot be used.
        IsolationError: The sandbox failed twice.
    """

    async def find() -> Searched:
        return await _search(workshop, programs, known, shape, valid, runs)

    key = digest(shape.model_dump_json(), str(runs), *known)
    return await workshop.ledger.once(Searched, "/".join(programs), key, find)


async def _search(
    workshop: Workshop,
    programs: tuple[str, str],
    known: Sequence[bytes],
    shape: Shape,
    valid: Valid,
    runs: int,
) -> Searched:
    languages = [workshop.languages[workshop.source(name).language] for name in programs]
    async with workshop.gate:
        builds = [
            await instrumented(workshop.sandbox, language, workshop.code(name))
            for name, language in zip(programs, languages, strict=True)
        ]
    traced = [build for build in builds if build is not None]
    if not traced:
        titles = sorted({language.title for language in languages})
        return Searched(guides=f"none: {' and '.join(titles)} cannot be instrumented")
    found = await guided(
        workshop.sandbox,
        traced,
        known,
        mutations(shape),
        valid,
        runs,
        Random(digest("search", *programs)),  # noqa: S311
        write=consistently(shape),
        gate=workshop.gate,
    )
    one = "AB"[builds[0] is None]
    return Searched(
        guides="both programs" if len(traced) > 1 else f"program {one} alone",
        cases=tuple(
            TestCase(name=item.name, blob=workshop.ledger.put_blob(item.data)) for item in found
        ),
    )


def inputs_of(workshop: Workshop, searched: Searched) -> list[NamedInput]:
    """Return what a search found."""
    return [NamedInput(case.name, workshop.ledger.blob(case.blob)) for case in searched.cases]

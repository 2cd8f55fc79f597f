"""An input on which two programs differ, made smaller, with what they do on it."""

from collections.abc import Sequence

from pieforge.equivalence.program_pair import Outcome, Programs
from pieforge.executors.cached import Workshop
from pieforge.inputs import NamedInput, stratum
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.inputs.shrinking.candidates import smaller
from pieforge.inputs.shrinking.minimize import Ask, minimise
from pieforge.records import Frozen, Verdict
from pieforge.sandbox.sandbox import RunResult

SMALLER_RUNS = 300
"""Inputs that may be run to make a difference smaller."""


class Difference(Frozen):
    """One input on which two programs differ, made as small as was possible."""

    stratum: str
    name: str
    bytes: int
    """Size of the input as it was found."""
    input: str
    """As it was made smaller."""
    verdict_a: Verdict
    verdict_b: Verdict
    output_a: str
    output_b: str
    detail: str = ""
    """What the problem's judge says, where it has one."""


async def show_difference(
    workshop: Workshop,
    programs: Programs,
    item: NamedInput,
    shape: Shape,
    valid: Ask,
    *,
    budget: int,
) -> Difference:
    """Make an input on which two programs differ smaller, and return what they do on it.

    Args:
        workshop: Where programs are run.
        programs: The two programs.
        item: The input.
        shape: Of the problem's inputs.
        valid: Who says which inputs are the problem's.
        budget: Inputs that may be run for it; 0 to keep the input as it is.
    """
    [first] = await programs.run_both([item.data])

    async def still_differ(inputs: Sequence[bytes]) -> list[bool]:
        """In the same way: a crash must not become a wrong answer on the way down."""
        found = zip(inputs, await programs.run_both(inputs), strict=True)
        return [
            _verdicts(both) == _verdicts(first)
            and await programs.compare_runs(data, *both) is Outcome.DIFFERENT
            for data, both in found
        ]

    found = await minimise(item.data, smaller(shape), valid, still_differ, budget=budget)
    return await _describe(workshop, programs, item, found)


async def _describe(
    workshop: Workshop, programs: Programs, item: NamedInput, data: bytes
) -> Difference:
    a, b = [await workshop.run_once(it, data) for it in (programs.a, programs.b)]
    both = a.verdict is b.verdict is Verdict.AC
    lenient = both and programs.judging.lenient
    return Difference(
        stratum=stratum(item.name),
        name=item.name,
        bytes=len(item.data),
        input=data.decode(errors="replace"),
        verdict_a=a.verdict,
        verdict_b=b.verdict,
        output_a=a.stdout.decode(errors="replace"),
        output_b=b.stdout.decode(errors="replace"),
        detail=await programs.explain_difference(data, a, b) if lenient else "",
    )


def _verdicts(both: tuple[RunResult, RunResult]) -> tuple[Verdict, Verdict]:
    return both[0].verdict, both[1].verdict

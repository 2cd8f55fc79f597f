"""Shrink an input on which two programs differ, and show their outputs."""

from collections.abc import Sequence

from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.inputs import InputPredicate, NamedInput, get_stratum
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.shrinking.candidates import create_shrinker
from pieforge.inputs.shrinking.minimize import minimize_input
from pieforge.records import FrozenModel, Verdict
from pieforge.sandbox.sandbox import RunResult

MAX_SHRINKING_RUNS = 300
"""Inputs that may be run to make a difference smaller."""


class Difference(FrozenModel):
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
    executor: CachedExecutor,
    programs: ProgramPair,
    item: NamedInput,
    grammar: InputGrammar,
    valid: InputPredicate,
    *,
    budget: int,
) -> Difference:
    """Make an input on which two programs differ smaller, and return what they do on it.

    Args:
        executor: Where programs are run.
        programs: The two programs.
        item: The input.
        grammar: Of the problem's inputs.
        valid: Who says which inputs are the problem's.
        budget: Inputs that may be run for it; 0 keeps the input unchanged.
    """
    [first] = await programs.run_both([item.data])

    async def check_still_differs(inputs: Sequence[bytes]) -> list[bool]:
        """In the same way: a crash must not become a wrong answer on the way down."""
        found = zip(inputs, await programs.run_both(inputs), strict=True)
        return [
            _get_verdicts(both) == _get_verdicts(first)
            and await programs.compare_runs(data, *both) is PairOutcome.DIFFERENT
            for data, both in found
        ]

    found = await minimize_input(
        item.data, create_shrinker(grammar), valid, check_still_differs, budget=budget
    )
    return await _describe(executor, programs, item, found)


async def _describe(
    executor: CachedExecutor, programs: ProgramPair, item: NamedInput, data: bytes
) -> Difference:
    a, b = [await executor.run_once(it, data) for it in (programs.a, programs.b)]
    both = a.verdict is b.verdict is Verdict.AC
    lenient = both and programs.output_rules.lenient
    return Difference(
        stratum=get_stratum(item.name),
        name=item.name,
        bytes=len(item.data),
        input=data.decode(errors="replace"),
        verdict_a=a.verdict,
        verdict_b=b.verdict,
        output_a=a.stdout.decode(errors="replace"),
        output_b=b.stdout.decode(errors="replace"),
        detail=await programs.explain_difference(data, a, b) if lenient else "",
    )


def _get_verdicts(both: tuple[RunResult, RunResult]) -> tuple[Verdict, Verdict]:
    return both[0].verdict, both[1].verdict

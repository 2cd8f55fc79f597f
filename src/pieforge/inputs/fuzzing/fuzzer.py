"""Inputs that lead a program where no known input led it, or two programs apart.

A search in the manner of AFL: known inputs are changed, the changed ones run on instrumented
builds (see `inputs.fuzzing.instrumentation`), and kept where they reach an edge, or a number of
times, that is new in one of the programs. Three things are added:

- a comparison that always came out the same way is solved for the other ways (see `operands`),
  and an input that brings it nearer to turning is taken as the next point to start from;
- of two programs, an input is also kept where the pair of the edges they took is new (NEZHA,
  Petsios et al., S&P 2017: novelty in the difference, not in each alone);
- where their outputs differ, the search has found what it was for, and ends.

The budget is in runs. The same arguments give the same inputs.
"""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from itertools import compress, islice
from random import Random

from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.fuzzing.instrumentation import run_instrumented
from pieforge.inputs.fuzzing.operands import IntegerToken, NumberWriter
from pieforge.inputs.fuzzing.search import CoverageSearch, MutationFunction, Proposal
from pieforge.inputs.generation.plain import rearrange_examples
from pieforge.inputs.generation.strata import GenerationContext
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.mutation.mutate import Mutator, iter_locations
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox


def get_default_limits() -> Limits:
    """Return limits for runs of instrumented programs: short, since inputs are small."""
    return Limits(cpu_s=0.5)


def create_mutation_function(grammar: InputGrammar) -> MutationFunction:
    """Return what changes inputs of a grammar, so that they stay consistent as far as it says."""

    def mutate(data: bytes, rng: Random) -> bytes | None:
        if grammar.unstructured:
            return next(
                rearrange_examples(GenerationContext(grammar, (data,), (), (), rng), 1), None
            )
        return Mutator(grammar, rng).mutate(data, rng.choice((1, 1, 2, 4)))

    return mutate


def create_number_writer(grammar: InputGrammar) -> NumberWriter:
    """Return what writes a number into inputs of a grammar; where it counts, the rest follows."""

    def write(number: IntegerToken, data: bytes, value: int) -> bytes:
        document = grammar.parse(data)
        if document is not None:
            index = len(data[: number.start].split())
            place = next(islice(iter_locations(grammar.items, document, {}), index, None), None)
            if place is not None and place.field.name in grammar.counters:
                place.values[place.index] = value
                return Mutator(grammar, Random(0)).repair(document)  # noqa: S311
        return number.replace(data, value)

    return write


async def fuzz_programs(
    sandbox: Sandbox,
    programs: Sequence[Executable],
    seeds: Sequence[bytes],
    mutate: MutationFunction,
    is_valid: InputPredicate,
    budget: int,
    rng: Random,
    limits: Limits | None = None,
    write: NumberWriter = IntegerToken.replace,
    gate: AbstractAsyncContextManager[object] | None = None,
) -> list[NamedInput]:
    """Search for inputs that lead one or two programs to new places.

    Args:
        sandbox: Where they are run.
        programs: Instrumented builds of one problem's programs (`compile_instrumented`).
        seeds: Known inputs; the smallest are started from.
        mutate: Changes an input at random.
        is_valid: Every input passes it before it is run.
        budget: Runs of a program on an input, all programs together.
        rng: Where all chance comes from.
        limits: Of one run.
        write: Writes a number where a comparison asks for it.
        gate: Held while programs run, and not while `is_valid` is asked.

    Returns:
        The inputs that were kept, named for what they did: one on which the programs' outputs
        differ ("coverage/differs-..."; the search ends with it), then those with new edges, then
        those with a new pair of paths.
    """
    search = CoverageSearch(len(programs), mutate, write, rng)
    pending = [Proposal(data) for data in search.select_seeds(seeds)]
    runs = 0
    while pending and runs + len(programs) <= budget and not search.has_difference:
        pending = pending[: (budget - runs) // len(programs)]
        inputs = [proposal.data for proposal in pending]
        async with gate or nullcontext():
            seen = [
                await run_instrumented(sandbox, it, inputs, limits or get_default_limits())
                for it in programs
            ]
        runs += len(inputs) * len(programs)
        for proposal, each in zip(pending, zip(*seen, strict=True), strict=True):
            search.record_runs(proposal, each)
        pending = await _propose_valid(search, is_valid)
    return search.collect_inputs()


async def _propose_valid(search: CoverageSearch, is_valid: InputPredicate) -> list[Proposal]:
    """Return the next proposals that are valid; none where eight batches had none."""
    for _ in range(8):
        proposals = search.propose()
        verdicts = await is_valid([proposal.data for proposal in proposals]) if proposals else []
        accepted = list(compress(proposals, verdicts))
        if accepted:
            return accepted
    return []

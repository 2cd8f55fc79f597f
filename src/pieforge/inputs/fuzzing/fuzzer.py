"""Coverage-guided fuzzing for inputs with new edges, or on which two programs differ.

A search in the manner of AFL: known inputs are mutated, the mutants run on instrumented builds
(see `inputs.fuzzing.instrumentation`), and those are kept that reach a new edge in one of the
programs, or a known edge a new number of times. Three things are added:

- a comparison that always had the same outcome is solved for the other outcomes (see `operands`),
  and an input that brings its operands nearer to equality is another input to start from;
- of two programs, an input is also kept if the pair of their edge sets is new (NEZHA, Petsios et
  al., S&P 2017: novelty in the difference, not in each program alone);
- an input on which the outputs differ is the goal, and ends the search.

The budget is in runs. The same arguments give the same inputs.
"""

from collections.abc import Sequence
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

_LIMITS = Limits(cpu_s=0.5)
"""Of a run of an instrumented program; short, because the inputs are small."""
_MAX_INVALID_BATCHES = 8
"""Batches without any valid proposal after which a search ends."""


def create_mutation_function(grammar: InputGrammar) -> MutationFunction:
    """Return a function that mutates inputs of a grammar and keeps them consistent."""

    def mutate(data: bytes, rng: Random) -> bytes | None:
        if grammar.unstructured:
            return next(
                rearrange_examples(GenerationContext(grammar, (data,), (), (), rng), 1), None
            )
        return Mutator(grammar, rng).mutate(data, rng.choice((1, 1, 2, 4)))

    return mutate


def create_number_writer(grammar: InputGrammar) -> NumberWriter:
    """Return a function that writes numbers into inputs and keeps counts consistent."""

    def write(number: IntegerToken, data: bytes, value: int) -> bytes:
        document = grammar.parse(data)
        if document is not None:
            index = len(data[: number.start].split())
            location = next(islice(iter_locations(grammar.items, document, {}), index, None), None)
            if location is not None and location.field.name in grammar.counters:
                location.replace(value)
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
    write: NumberWriter = IntegerToken.replace,
    *,
    outputs_decide: bool = True,
) -> list[NamedInput]:
    """Search for inputs that lead one or two programs to new edges.

    Args:
        sandbox: Where they are run.
        programs: Instrumented builds of one problem's programs (`compile_instrumented`).
        seeds: Known inputs; the search starts from the smallest.
        mutate: Changes an input at random.
        is_valid: Only inputs that it accepts are run.
        budget: Runs of a program on an input, all programs together.
        rng: The only source of randomness.
        write: Writes a number where a comparison asks for it.
        outputs_decide: Whether outputs with other bytes are a difference, which ends the search.
            Not where a problem accepts several outputs: its judge decides about the kept inputs.

    Returns:
        The inputs that were kept, with the reason in their names: one on which the programs'
        outputs differ ("coverage/differs-..."; it ends the search), then those with new edges,
        then those with a new pair of edge sets.
    """
    search = CoverageSearch(len(programs), mutate, write, rng, outputs_decide=outputs_decide)
    pending = [Proposal(data) for data in search.select_seeds(seeds)]
    runs = 0
    while pending and runs + len(programs) <= budget and not search.has_difference:
        pending = pending[: (budget - runs) // len(programs)]
        inputs = [proposal.data for proposal in pending]
        traces = [await run_instrumented(sandbox, one, inputs, _LIMITS) for one in programs]
        runs += len(inputs) * len(programs)
        for proposal, each in zip(pending, zip(*traces, strict=True), strict=True):
            search.record_runs(proposal, each)
        pending = await _propose_valid(search, is_valid)
    return search.collect_inputs()


async def _propose_valid(search: CoverageSearch, is_valid: InputPredicate) -> list[Proposal]:
    """Return the next proposals that are valid; none if many batches had none."""
    for _ in range(_MAX_INVALID_BATCHES):
        proposals = search.propose()
        verdicts = await is_valid([proposal.data for proposal in proposals]) if proposals else []
        accepted = list(compress(proposals, verdicts))
        if accepted:
            return accepted
    return []

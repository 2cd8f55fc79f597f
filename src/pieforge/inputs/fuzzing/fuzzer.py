"""Coverage-guided fuzzing for inputs with new edges, or on which two programs differ.

A search in the manner of AFL: known inputs are mutated, the mutants run on instrumented builds
(see `inputs.fuzzing.instrumentation`), and those are kept that reach a new edge in one of the
programs, or a known edge a new number of times. Three things are added:

- a comparison that always had the same outcome is solved for the other outcomes (see `operands`),
  and an input that brings its operands nearer to equality is another input to start from;
- of two programs, an input is also kept if the pair of their edge sets is new (NEZHA, Petsios et
  al., S&P 2017: novelty in the difference, not in each program alone);
- an input on which the outputs differ is the goal, and ends the search.

The budget is in runs. The same arguments give the same inputs, unless the second budget ends the
search: the CPU seconds that it takes itself, which grow with the size of inputs.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, islice
from random import Random
from time import thread_time

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
MAX_SEARCH_CPU_S = 60.0
"""Default budget of CPU seconds of a search itself, without the runs and the validation."""
_SLICE_S = 0.05
"""CPU seconds after which a search lets other tasks run, and with them an interruption."""
_WORD = re.compile(rb"\S+")

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        inputs: Those that were kept, with the reason in their names: one on which the programs'
            outputs differ ("coverage/differs-..."; it ends the search), then those with new edges,
            then those with a new pair of edge sets.
        proposals: Inputs proposed, valid or not.
        cpu_s: CPU seconds that the search itself took.
        is_cut_off: Whether the budget of CPU seconds ended it.
    """

    inputs: tuple[NamedInput, ...]
    proposals: int
    cpu_s: float
    is_cut_off: bool


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
    counters = grammar.counters

    # Parsing takes a thousand times as long as writing, and most numbers count nothing.
    @lru_cache(maxsize=1)
    def find_counters(data: bytes) -> dict[int, int]:
        """Return the indices of the numbers that count something, by where they start."""
        document = grammar.parse(data) or []
        locations = iter_locations(grammar.items, document, {}) if document else ()
        return {
            word.start(): index
            for index, (word, location) in enumerate(zip(_WORD.finditer(data), locations))  # noqa: B905  words without a value are no counts
            if location.field.name in counters
        }

    def write(number: IntegerToken, data: bytes, value: int) -> bytes:
        index = find_counters(data).get(number.start)
        document = grammar.parse(data) if index is not None else None
        if document is None:
            return number.replace(data, value)
        location = next(islice(iter_locations(grammar.items, document, {}), index, None))
        location.replace(value)
        return Mutator(grammar, Random(0)).repair(document)  # noqa: S311

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
    cpu_s: float = MAX_SEARCH_CPU_S,
    outputs_decide: bool = True,
) -> SearchResult:
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
        cpu_s: CPU seconds that the search itself may take.
        outputs_decide: Whether outputs with other bytes are a difference, which ends the search.
            Not where a problem accepts several outputs: its judge decides about the kept inputs.
    """
    search = CoverageSearch(len(programs), mutate, write, rng, outputs_decide=outputs_decide)
    proposer = _Proposer(search, is_valid, cpu_s)
    pending = [Proposal(data) for data in search.select_seeds(seeds)]
    runs = 0
    while pending and runs + len(programs) <= budget and not search.has_difference:
        pending = pending[: (budget - runs) // len(programs)]
        inputs = [proposal.data for proposal in pending]
        traces = [await run_instrumented(sandbox, one, inputs, _LIMITS) for one in programs]
        runs += len(inputs) * len(programs)
        started = thread_time()
        for proposal, each in zip(pending, zip(*traces, strict=True), strict=True):
            search.record_runs(proposal, each)
        proposer.spent_s += thread_time() - started
        _logger.info("search: %d of %d runs, %.1f CPU s", runs, budget, proposer.spent_s)
        pending = await proposer.propose_valid()
    kept = tuple(search.collect_inputs())
    return SearchResult(kept, proposer.proposals, proposer.spent_s, proposer.is_cut_off)


class _Proposer:
    """Takes proposals from a search until its CPU seconds are spent; pauses for other tasks."""

    def __init__(self, search: CoverageSearch, is_valid: InputPredicate, cpu_s: float) -> None:
        self._search, self._is_valid, self._cpu_s = search, is_valid, cpu_s
        self.spent_s = 0.0
        self.proposals = 0

    @property
    def is_cut_off(self) -> bool:
        return self.spent_s >= self._cpu_s

    async def propose_valid(self) -> list[Proposal]:
        """Return the next proposals that are valid; none if many batches had none."""
        for _ in range(_MAX_INVALID_BATCHES):
            found = await self._propose()
            self.proposals += len(found)
            verdicts = await self._is_valid([one.data for one in found]) if found else []
            accepted = list(compress(found, verdicts))
            if accepted or self.is_cut_off:
                return accepted
        return []

    async def _propose(self) -> list[Proposal]:
        """Return a batch of proposals, or what there is of it when the CPU seconds are spent."""
        found: list[Proposal] = []
        resumed = thread_time()
        for proposal in self._search.propose():
            if proposal is not None:
                found.append(proposal)
            if (took := thread_time() - resumed) >= _SLICE_S:
                self.spent_s += took
                if self.is_cut_off:
                    return found
                await asyncio.sleep(0)
                resumed = thread_time()
        self.spent_s += thread_time() - resumed
        return found

"""State and strategy of a coverage-guided search: what is known, and what to try next."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from pieforge.inputs import NamedInput, select_small
from pieforge.inputs.fuzzing.instrumentation import ComparisonOutcome, ComparisonSite, CoverageTrace
from pieforge.inputs.fuzzing.operands import (
    IntegerToken,
    NumberWriter,
    compute_branch_distance,
    distribute_step,
    find_numbers,
    list_missing_outcomes,
    solve_steps,
    substitute_operands,
)
from pieforge.records import Verdict, digest

MutationFunction = Callable[[bytes, Random], bytes | None]
"""Mutates a known input; None if it finds nothing to change."""

_BATCH = 32
_MAX_MUTATION_ATTEMPTS = 4 * _BATCH
_MAX_DIRECTED = 24
"""Inputs of a batch that aim at a comparison; the others are mutations."""
_MAX_SEEDS = 24
_MAX_SEED_BYTES = 2048
"""Larger inputs reach few more edges, and are more expensive to run and to mutate."""
_MAX_PROBED = 16
"""Numbers of one input that are changed by one to see which operands change."""
_MAX_RUNS_PER_TARGET = 32
"""Runs spent on one outcome of one comparison, before it counts as unreachable."""
_MAX_PROPOSALS_PER_TARGET = 256
"""The same limit on proposed inputs: many are invalid and cost no run."""
_REUSE_PROBABILITY = 0.25
"""Part of the mutations that write a value which led another input to new edges."""
_ALL_EDGES = bytes([0] + [1] * 255)


class SearchTarget(NamedTuple):
    """An outcome that a comparison of a program should have."""

    program: int
    address: int
    outcome: int


@dataclass(frozen=True)
class Proposal:
    """An input to try.

    Attributes:
        data: The input.
        parent: The input that it was made from.
        number: The number of the parent that was changed, if this is a probe of its effect.
        change: By how much the number was changed.
        target: The outcome that it aims at.
    """

    data: bytes
    parent: "CorpusEntry | None" = None
    number: IntegerToken | None = None
    change: int = 0
    target: SearchTarget | None = None


ProposalSteps = Iterator[Proposal | None]
"""Inputs to try; None after a step that gave none, so that the caller can stop between steps."""


@dataclass(frozen=True, eq=False)
class CorpusEntry:
    """An input that was run by every program.

    Attributes:
        data: The input.
        sites: The comparisons of each program by address.
        linked_numbers: By target and by the step that would reach it, the numbers with that step.
    """

    data: bytes
    sites: tuple[dict[int, ComparisonSite], ...] = field(repr=False)
    linked_numbers: dict[tuple[SearchTarget, int], list[IntegerToken]] = field(
        default_factory=lambda: defaultdict(list), repr=False
    )


class CoverageSearch:
    """What is known so far, and what to try next; runs nothing itself."""

    def __init__(
        self,
        programs: int,
        mutate: MutationFunction,
        write: NumberWriter,
        rng: Random,
        *,
        outputs_decide: bool = True,
    ) -> None:
        self._outputs_decide = outputs_decide
        self._mutate, self._write, self._rng = mutate, write, rng
        self._edges = [0] * programs
        self._constants: list[set[int]] = [set() for _ in range(programs)]
        self._outcomes: dict[tuple[int, int], int] = defaultdict(int)
        self._nearest: dict[tuple[int, int], int] = {}
        self._tries: Counter[SearchTarget] = Counter()
        self._offers: Counter[SearchTarget] = Counter()
        self._paths: set[tuple[bytes, ...]] = set()
        self._tried_inputs: set[str] = set()
        self._corpus: list[CorpusEntry] = []
        self._directed_queue: deque[ProposalSteps] = deque()
        self._kept: dict[str, list[bytes]] = {"differs": [], "edges": [], "paths": []}
        self._seeds: set[bytes] = set()
        self._decisive_values: list[int] = []

    @property
    def has_difference(self) -> bool:
        """Whether the programs had different outputs on an input."""
        return bool(self._kept["differs"])

    def select_seeds(self, seeds: Sequence[bytes]) -> list[bytes]:
        """Return the seeds to start from, the smallest ones."""
        self._seeds = set(seeds)
        self._tried_inputs = set(map(digest, seeds))
        return select_small(self._seeds, _MAX_SEED_BYTES)[:_MAX_SEEDS]

    def collect_inputs(self) -> list[NamedInput]:
        """Return what was kept in addition to the seeds."""
        return [
            NamedInput(f"coverage/{why}-{digest(data)[:8]}", data)
            for why, inputs in self._kept.items()
            for data in inputs
        ]

    def record_runs(self, proposal: Proposal, traces: tuple[CoverageTrace, ...]) -> None:
        """Update what is known with the runs of one input."""
        sites = tuple({site.address: site for site in trace.sites} for trace in traces)
        entry = CorpusEntry(proposal.data, sites)
        if proposal.target is not None:
            self._tries[proposal.target] += 1
        why = self._record_coverage(traces)
        is_nearer = self._record_outcomes(entry)
        if proposal.parent is not None and proposal.number is not None:
            # First in the queue: what a probe shows is the most specific hint there is.
            self._directed_queue.appendleft(self._propose_steps(proposal.parent, entry, proposal))
        if why and proposal.data not in self._seeds:
            self._kept[why].append(proposal.data)
        if why and proposal.parent is not None:
            known = {number.value for number in find_numbers(proposal.parent.data)}
            new = {number.value for number in find_numbers(proposal.data)}
            self._decisive_values += sorted(new - known)
        if why or is_nearer:
            self._corpus.append(entry)
            self._directed_queue.append(self._propose_directed(entry))

    def _record_coverage(self, traces: tuple[CoverageTrace, ...]) -> str:
        """Return why the input is worth keeping; an empty string if it is not."""
        edges = [known | trace.edges for known, trace in zip(self._edges, traces, strict=True)]
        has_new_edges, self._edges = edges != self._edges, edges
        taken = tuple(_hash_edges(trace.edges) for trace in traces)
        has_new_pair = len(traces) > 1 and taken not in self._paths
        self._paths.add(taken)
        if _have_different_ends(traces, outputs_decide=self._outputs_decide):
            return "differs"
        if has_new_edges:
            return "edges"
        return "paths" if has_new_pair else ""

    def _record_outcomes(self, entry: CorpusEntry) -> bool:
        """Record the outcomes of comparisons; return whether one came nearer to equality."""
        is_nearer = False
        for program, sites in enumerate(entry.sites):
            for address, site in sites.items():
                key = program, address
                if site.constant:
                    self._constants[program].add(site.operands[0].a)
                is_known = self._outcomes[key] != 0
                self._outcomes[key] |= site.outcomes
                if self._outcomes[key] & ComparisonOutcome.EQUAL:
                    continue
                distance = compute_branch_distance(site)
                is_nearer |= is_known and distance < self._nearest[key]
                self._nearest[key] = min(distance, self._nearest.get(key, distance))
        return is_nearer

    def propose(self) -> ProposalSteps:
        """Yield a batch of inputs to try next, none of them tried before."""
        count = 0
        while self._directed_queue and count < _MAX_DIRECTED:
            for proposal in self._directed_queue[0]:
                count += proposal is not None
                yield proposal
                if count == _MAX_DIRECTED:
                    break
            else:
                self._directed_queue.popleft()
        for _ in range(_MAX_MUTATION_ATTEMPTS if self._corpus else 0):
            if count == _BATCH:
                break
            changed = self._mutate_input(self._rng.choice(self._corpus).data)
            is_new = changed is not None and self._mark_tried(changed)
            count += is_new
            yield Proposal(changed) if changed is not None and is_new else None

    def _mutate_input(self, data: bytes) -> bytes | None:
        """Return a mutation; some write a value that led another input to new edges."""
        rng = self._rng
        if (
            self._decisive_values
            and rng.random() < _REUSE_PROBABILITY
            and (found := find_numbers(data))
        ):
            return self._write(rng.choice(found), data, rng.choice(self._decisive_values))
        return self._mutate(data, rng)

    def _mark_tried(self, data: bytes) -> bool:
        name = digest(data)  # not the input, which may be large
        if name in self._tried_inputs:
            return False
        self._tried_inputs.add(name)
        return True

    def _iter_open_targets(
        self, entry: CorpusEntry
    ) -> Iterator[tuple[SearchTarget, ComparisonSite]]:
        """Yield the comparisons of an entry that never had some outcome, the most relevant first.

        Constants that only one program compares with come first, then missing equalities.
        """
        missing = [
            (
                self._has_shared_constant(program, site),
                wanted != ComparisonOutcome.EQUAL,
                SearchTarget(program, address, wanted),
            )
            for program, sites in enumerate(entry.sites)
            for address, site in sites.items()
            for wanted in list_missing_outcomes(self._outcomes[program, address])
        ]
        for *_, target in sorted(missing):
            if self._is_open(target):
                yield target, entry.sites[target.program][target.address]

    def _has_shared_constant(self, program: int, site: ComparisonSite) -> bool:
        if not site.constant or len(self._constants) == 1:
            return True
        constant = site.operands[0].a
        others = (known for at, known in enumerate(self._constants) if at != program)
        return any(constant in known for known in others)

    def _is_open(self, target: SearchTarget) -> bool:
        """Return whether an outcome was never seen, and its budget is not exhausted."""
        seen = self._outcomes[target.program, target.address] & target.outcome
        return (
            not seen
            and self._tries[target] < _MAX_RUNS_PER_TARGET
            and self._offers[target] < _MAX_PROPOSALS_PER_TARGET
        )

    def _propose_for_target(
        self, parent: CorpusEntry, target: SearchTarget, inputs: Iterable[bytes]
    ) -> ProposalSteps:
        for data in inputs:
            if not self._is_open(target):
                return
            is_new = self._mark_tried(data)
            self._offers[target] += is_new
            yield Proposal(data, parent, target=target) if is_new else None

    def _propose_directed(self, entry: CorpusEntry) -> ProposalSteps:
        """Yield inputs near an entry that may change the outcome of one of its comparisons."""
        for target, site in list(self._iter_open_targets(entry)):
            yield None
            inputs = substitute_operands(entry.data, site, target.outcome, self._write)
            yield from self._propose_for_target(entry, target, inputs)
        found = list(find_numbers(entry.data))
        if len(found) > _MAX_PROBED:
            rest = self._rng.sample(found[_MAX_PROBED // 2 :], _MAX_PROBED // 2)
            found = [*found[: _MAX_PROBED // 2], *rest]
        for number in found:
            for change in (1, -1):
                if next(self._iter_open_targets(entry), None) is None:
                    return
                data = self._write(number, entry.data, number.value + change)
                yield Proposal(data, entry, number, change) if self._mark_tried(data) else None

    def _propose_steps(
        self, parent: CorpusEntry, probe: CorpusEntry, proposal: Proposal
    ) -> ProposalSteps:
        """Yield the inputs that the result of a probe suggests: one number changed, or several."""
        number = proposal.number
        for target, site in list(self._iter_open_targets(parent)):
            after = probe.sites[target.program].get(target.address)
            if number is None or after is None:
                continue
            for step in solve_steps(site, after, proposal.change, target.outcome):
                linked = parent.linked_numbers[target, step]
                linked.append(number)
                alone = self._write(number, parent.data, number.value + step)
                together = distribute_step(parent.data, linked, step)
                yield from self._propose_for_target(parent, target, (alone, together))


def _hash_edges(edges: int) -> bytes:
    """Return a short digest of the set of edges, regardless of how often each was taken."""
    size = (edges.bit_length() + 7) // 8
    return bytes.fromhex(digest(edges.to_bytes(size, "little").translate(_ALL_EDGES)))[:16]


def _have_different_ends(traces: Sequence[CoverageTrace], *, outputs_decide: bool) -> bool:
    """Return whether the verdicts differ, or the outputs where they decide; apart from timeouts."""
    ends = set()
    for result in (trace.result for trace in traces if trace.result.verdict is not Verdict.TLE):
        decides = outputs_decide and result.verdict is Verdict.AC
        ends.add((result.verdict, result.output.digest if decides else ""))
    return len(ends) > 1

"""What a search that coverage guides knows so far, and what it tries next; see `fuzzer`."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import NamedTuple

from pieforge.inputs import NamedInput
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
"""Changes a known input a little; None where it finds nothing to change."""

_BATCH = 32
_MAX_DIRECTED = 24
"""Of a batch, so many at most aim at a comparison; the others are mutations."""
_MAX_SEEDS = 24
_MAX_SEED_BYTES = 2048
"""Larger inputs say little more, and cost more to run and to change."""
_MAX_PROBED = 16
"""Numbers of one input that are changed by one to see what moves."""
_MAX_RUNS_PER_TARGET = 32
"""Runs spent on one outcome of one comparison, before it counts as out of reach."""
_MAX_PROPOSALS_PER_TARGET = 256
"""Likewise, inputs offered: many are none of the problem's, and cost no run."""
_REUSE_PROBABILITY = 0.25
"""Part of the mutations that write a value which turned a comparison elsewhere."""
_ALL_EDGES = bytes([0] + [1] * 255)


class SearchTarget(NamedTuple):
    """An outcome that a comparison of a program should have."""

    program: int
    address: int
    outcome: int


@dataclass(frozen=True)
class Proposal:
    """An input to try. A number is given where what its change does is to be learnt from."""

    data: bytes
    parent: "CorpusEntry | None" = None
    number: IntegerToken | None = None
    change: int = 0
    target: SearchTarget | None = None


@dataclass(frozen=True, eq=False)
class CorpusEntry:
    """An input that was run, by every program."""

    data: bytes
    traces: tuple[CoverageTrace, ...]
    sites: tuple[dict[int, ComparisonSite], ...] = field(repr=False)
    linked_numbers: dict[tuple[SearchTarget, int], list[IntegerToken]] = field(
        default_factory=dict, repr=False
    )
    """Numbers that move a comparison alike: by what it should become, and the step to it."""


class CoverageSearch:
    """What is known so far, and what to try next; runs nothing itself."""

    def __init__(
        self, programs: int, mutate: MutationFunction, write: NumberWriter, rng: Random
    ) -> None:
        self._mutate = mutate
        self._write = write
        self._rng = rng
        self._edges = [0] * programs
        self._constants: list[set[int]] = [set() for _ in range(programs)]
        self._outcomes: dict[tuple[int, int], int] = {}
        self._nearest: dict[tuple[int, int], int] = {}
        self._tries: dict[SearchTarget, int] = defaultdict(int)
        self._offers: dict[SearchTarget, int] = defaultdict(int)
        self._paths: set[tuple[bytes, ...]] = set()
        self._tried_inputs: set[bytes] = set()
        self._corpus: list[CorpusEntry] = []
        self._directed_queue: deque[Iterator[Proposal]] = deque()
        self._kept: dict[str, list[bytes]] = {"differs": [], "edges": [], "paths": []}
        self._seeds: set[bytes] = set()
        self._turning_values: list[int] = []

    @property
    def has_difference(self) -> bool:
        """Whether two programs were distinguished."""
        return bool(self._kept["differs"])

    def select_seeds(self, seeds: Sequence[bytes]) -> list[bytes]:
        """Return the seeds to start from."""
        chosen = sorted(set(seeds), key=lambda data: (len(data), data))
        chosen = [data for data in chosen if len(data) <= _MAX_SEED_BYTES][:_MAX_SEEDS] or chosen[
            :1
        ]
        self._seeds = set(seeds)
        self._tried_inputs = set(seeds)
        return chosen

    def collect_inputs(self) -> list[NamedInput]:
        """Return what was kept in addition to the seeds."""
        return [
            NamedInput(f"coverage/{why}-{digest(data)[:8]}", data)
            for why, inputs in self._kept.items()
            for data in inputs
        ]

    def record_runs(self, proposal: Proposal, traces: tuple[CoverageTrace, ...]) -> None:
        """Learn from the runs of one input."""
        sites = tuple({site.address: site for site in trace.sites} for trace in traces)
        entry = CorpusEntry(proposal.data, traces, sites)
        if proposal.target is not None:
            self._tries[proposal.target] += 1
        why = self._record_coverage(entry)
        nearer = self._record_outcomes(entry)
        if proposal.parent is not None and proposal.number is not None:
            self._directed_queue.appendleft(self._propose_steps(proposal.parent, entry, proposal))
        if why and proposal.data not in self._seeds:
            self._kept[why].append(proposal.data)
        if why and proposal.parent is not None:
            known = {number.value for number in find_numbers(proposal.parent.data)}
            new = {number.value for number in find_numbers(proposal.data)}
            self._turning_values += sorted(new - known)
        if why or nearer:
            self._corpus.append(entry)
            self._directed_queue.append(self._propose_directed(entry))

    def _record_coverage(self, entry: CorpusEntry) -> str:
        new = False
        for index, trace in enumerate(entry.traces):
            new |= bool(trace.edges & ~self._edges[index])
            self._edges[index] |= trace.edges
        taken = tuple(_hash_edges(trace.edges) for trace in entry.traces)
        unlike = taken not in self._paths
        self._paths.add(taken)
        if _has_different_outputs(entry.traces):
            return "differs"
        if new:
            return "edges"
        return "paths" if unlike and len(entry.traces) > 1 else ""

    def _record_outcomes(self, entry: CorpusEntry) -> bool:
        """Note how comparisons came out; say whether one that is stuck came nearer to turning."""
        nearer = False
        for program, sites in enumerate(entry.sites):
            for where, site in sites.items():
                key = program, where
                if site.constant:
                    self._constants[program].add(site.operands[0].a)
                known = self._outcomes.get(key, 0)
                self._outcomes[key] = known | site.outcomes
                if self._outcomes[key] & ComparisonOutcome.EQUAL:
                    continue
                gap = compute_branch_distance(site)
                nearer |= known != 0 and gap < self._nearest[key]
                self._nearest[key] = min(gap, self._nearest.get(key, gap))
        return nearer

    def propose(self) -> list[Proposal]:
        """Return the next inputs to try, none of them tried before."""
        proposals: list[Proposal] = []
        while self._directed_queue and len(proposals) < _MAX_DIRECTED:
            some = list(islice(self._directed_queue[0], _MAX_DIRECTED - len(proposals)))
            proposals += some
            if not some:
                self._directed_queue.popleft()
        for _ in range(4 * _BATCH):
            if len(proposals) == _BATCH or not self._corpus:
                break
            changed = self._mutate_input(self._rng.choice(self._corpus).data)
            if changed is not None and self._mark_tried(changed):
                proposals.append(Proposal(changed))
        return proposals

    def _mutate_input(self, data: bytes) -> bytes | None:
        """Return a mutation; one in four writes a value that turned some comparison."""
        found = find_numbers(data)
        if self._turning_values and found and self._rng.random() < _REUSE_PROBABILITY:
            return self._write(
                self._rng.choice(found), data, self._rng.choice(self._turning_values)
            )
        return self._mutate(data, self._rng)

    def _mark_tried(self, data: bytes) -> bool:
        if data in self._tried_inputs:
            return False
        self._tried_inputs.add(data)
        return True

    def _iter_open_targets(
        self, entry: CorpusEntry
    ) -> Iterator[tuple[SearchTarget, ComparisonSite]]:
        """Yield the comparisons of an entry that never had some outcome, the most telling first.

        That is one with a constant that the other program compares nothing with; then equality.
        """
        lacking = [
            (
                self._has_shared_constant(program, site),
                wanted != ComparisonOutcome.EQUAL,
                SearchTarget(program, where, wanted),
            )
            for program, sites in enumerate(entry.sites)
            for where, site in sites.items()
            for wanted in list_missing_outcomes(self._outcomes[program, where])
        ]
        for *_, aim in sorted(lacking):
            if self._is_open(aim):
                yield aim, entry.sites[aim.program][aim.address]

    def _has_shared_constant(self, program: int, site: ComparisonSite) -> bool:
        if not site.constant or len(self._constants) == 1:
            return True
        constant = site.operands[0].a
        others = (known for at, known in enumerate(self._constants) if at != program)
        return any(constant in known for known in others)

    def _is_open(self, target: SearchTarget) -> bool:
        """Say whether an outcome is still to be seen, and was not tried for often enough."""
        seen = self._outcomes[target.program, target.address] & target.outcome
        return (
            not seen
            and self._tries[target] < _MAX_RUNS_PER_TARGET
            and self._offers[target] < _MAX_PROPOSALS_PER_TARGET
        )

    def _propose_for_target(
        self, parent: CorpusEntry, target: SearchTarget, inputs: Iterable[bytes]
    ) -> Iterator[Proposal]:
        for data in inputs:
            if not self._is_open(target):
                return
            if self._mark_tried(data):
                self._offers[target] += 1
                yield Proposal(data, parent, target=target)

    def _propose_directed(self, entry: CorpusEntry) -> Iterator[Proposal]:
        """Yield inputs near an entry that might turn one of its comparisons."""
        for aim, site in list(self._iter_open_targets(entry)):
            yield from self._propose_for_target(
                entry, aim, substitute_operands(entry.data, site, aim.outcome, self._write)
            )
        found = find_numbers(entry.data)
        if len(found) > _MAX_PROBED:
            rest = self._rng.sample(found[_MAX_PROBED // 2 :], _MAX_PROBED // 2)
            found = [*found[: _MAX_PROBED // 2], *rest]
        for number in found:
            for change in (1, -1):
                if next(self._iter_open_targets(entry), None) is None:
                    return
                data = self._write(number, entry.data, number.value + change)
                if self._mark_tried(data):
                    yield Proposal(data, entry, number, change)

    def _propose_steps(
        self, parent: CorpusEntry, probe: CorpusEntry, proposal: Proposal
    ) -> Iterator[Proposal]:
        """Yield the inputs that a probe's answers lead to: with one number changed, or several."""
        for aim, site in list(self._iter_open_targets(parent)):
            after = probe.sites[aim.program].get(aim.address)
            if proposal.number is None or after is None:
                continue
            for step in solve_steps(site, after, proposal.change, aim.outcome):
                alike = parent.linked_numbers.setdefault((aim, step), [])
                alike.append(proposal.number)
                value = proposal.number.value + step
                alone = self._write(proposal.number, parent.data, value)
                together = distribute_step(parent.data, alike, step)
                yield from self._propose_for_target(parent, aim, (alone, together))


def _hash_edges(edges: int) -> bytes:
    """Return a short name for the set of edges, however often each was taken."""
    size = (edges.bit_length() + 7) // 8
    return bytes.fromhex(digest(edges.to_bytes(size, "little").translate(_ALL_EDGES)))[:16]


def _has_different_outputs(traces: Sequence[CoverageTrace]) -> bool:
    """Say whether two programs ended well with different outputs, or only one of them did."""
    known = [trace.result for trace in traces if trace.result.verdict is not Verdict.TLE]
    return len({(r.verdict, r.output.digest if r.verdict is Verdict.AC else "") for r in known}) > 1

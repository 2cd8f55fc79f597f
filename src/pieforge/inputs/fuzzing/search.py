"""What a search that coverage guides knows so far, and what it tries next; see `coverage`."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from random import Random
from typing import NamedTuple

from pieforge.inputs import NamedInput
from pieforge.inputs.fuzzing.instrumentation import Outcome, Site, Trace
from pieforge.inputs.fuzzing.operands import (
    Number,
    Write,
    direct,
    distance,
    missing,
    numbers,
    spread,
    steps,
)
from pieforge.records import Verdict, digest

Mutate = Callable[[bytes, Random], bytes | None]
"""Changes a known input a little; None where it finds nothing to change."""

_BATCH = 32
_DIRECTED = 24
"""Of a batch, so many at most aim at a comparison; the others are mutations."""
_SEEDS = 24
_SEED_BYTES = 2048
"""Larger inputs say little more, and cost more to run and to change."""
_PROBED = 16
"""Numbers of one input that are changed by one to see what moves."""
_TRIES = 32
"""Runs spent on one outcome of one comparison, before it counts as out of reach."""
_OFFERS = 256
"""Likewise, inputs offered: many are none of the problem's, and cost no run."""
_REUSED = 0.25
"""Part of the mutations that write a value which turned a comparison elsewhere."""
_ALL_EDGES = bytes([0] + [1] * 255)


class Aim(NamedTuple):
    """An outcome that a comparison of a program should have."""

    program: int
    where: int
    wanted: int


@dataclass(frozen=True)
class Proposal:
    """An input to try. A number is given where what its change does is to be learnt from."""

    data: bytes
    parent: "Entry | None" = None
    number: Number | None = None
    change: int = 0
    aim: Aim | None = None


@dataclass(frozen=True, eq=False)
class Entry:
    """An input that was run, by every program."""

    data: bytes
    traces: tuple[Trace, ...]
    sites: tuple[dict[int, Site], ...] = field(repr=False)
    alike: dict[tuple[Aim, int], list[Number]] = field(default_factory=dict, repr=False)
    """Numbers that move a comparison alike: by what it should become, and the step to it."""


class Search:
    """What is known so far, and what to try next; runs nothing itself."""

    def __init__(self, programs: int, mutate: Mutate, write: Write, rng: Random) -> None:
        self._mutate = mutate
        self._write = write
        self._rng = rng
        self._edges = [0] * programs
        self._constants: list[set[int]] = [set() for _ in range(programs)]
        self._outcomes: dict[tuple[int, int], int] = {}
        self._nearest: dict[tuple[int, int], int] = {}
        self._tries: dict[Aim, int] = defaultdict(int)
        self._offers: dict[Aim, int] = defaultdict(int)
        self._paths: set[tuple[bytes, ...]] = set()
        self._met: set[bytes] = set()
        self._corpus: list[Entry] = []
        self._aimed: deque[Iterator[Proposal]] = deque()
        self._kept: dict[str, list[bytes]] = {"differs": [], "edges": [], "paths": []}
        self._seeds: set[bytes] = set()
        self._turning: list[int] = []

    @property
    def over(self) -> bool:
        """Whether two programs were told apart."""
        return bool(self._kept["differs"])

    def begin(self, seeds: Sequence[bytes]) -> list[bytes]:
        """Return the seeds to start from."""
        chosen = sorted(set(seeds), key=lambda data: (len(data), data))
        chosen = [data for data in chosen if len(data) <= _SEED_BYTES][:_SEEDS] or chosen[:1]
        self._seeds = set(seeds)
        self._met = set(seeds)
        return chosen

    def found(self) -> list[NamedInput]:
        """Return what was kept beside the seeds."""
        return [
            NamedInput(f"coverage/{why}-{digest(data)[:8]}", data)
            for why, inputs in self._kept.items()
            for data in inputs
        ]

    def absorb(self, proposal: Proposal, each: tuple[Trace, ...]) -> None:
        """Learn from the runs of one input."""
        sites = tuple({site.where: site for site in trace.sites} for trace in each)
        entry = Entry(proposal.data, each, sites)
        if proposal.aim is not None:
            self._tries[proposal.aim] += 1
        why = self._novelty(entry)
        nearer = self._outcomes_of(entry)
        if proposal.parent is not None and proposal.number is not None:
            self._aimed.appendleft(self._stepped(proposal.parent, entry, proposal))
        if why and proposal.data not in self._seeds:
            self._kept[why].append(proposal.data)
        if why and proposal.parent is not None:
            known = {number.value for number in numbers(proposal.parent.data)}
            new = {number.value for number in numbers(proposal.data)}
            self._turning += sorted(new - known)
        if why or nearer:
            self._corpus.append(entry)
            self._aimed.append(self._directed(entry))

    def _novelty(self, entry: Entry) -> str:
        new = False
        for index, trace in enumerate(entry.traces):
            new |= bool(trace.edges & ~self._edges[index])
            self._edges[index] |= trace.edges
        taken = tuple(_taken(trace.edges) for trace in entry.traces)
        unlike = taken not in self._paths
        self._paths.add(taken)
        if _differ(entry.traces):
            return "differs"
        if new:
            return "edges"
        return "paths" if unlike and len(entry.traces) > 1 else ""

    def _outcomes_of(self, entry: Entry) -> bool:
        """Note how comparisons came out; say whether one that is stuck came nearer to turning."""
        nearer = False
        for program, sites in enumerate(entry.sites):
            for where, site in sites.items():
                key = program, where
                if site.constant:
                    self._constants[program].add(site.operands[0].a)
                known = self._outcomes.get(key, 0)
                self._outcomes[key] = known | site.outcomes
                if self._outcomes[key] & Outcome.EQUAL:
                    continue
                gap = distance(site)
                nearer |= known != 0 and gap < self._nearest[key]
                self._nearest[key] = min(gap, self._nearest.get(key, gap))
        return nearer

    def propose(self) -> list[Proposal]:
        """Return the next inputs to try, none of them tried before."""
        proposals: list[Proposal] = []
        while self._aimed and len(proposals) < _DIRECTED:
            some = list(islice(self._aimed[0], _DIRECTED - len(proposals)))
            proposals += some
            if not some:
                self._aimed.popleft()
        for _ in range(4 * _BATCH):
            if len(proposals) == _BATCH or not self._corpus:
                break
            changed = self._changed(self._rng.choice(self._corpus).data)
            if changed is not None and self._first_time(changed):
                proposals.append(Proposal(changed))
        return proposals

    def _changed(self, data: bytes) -> bytes | None:
        """Return a mutation; one in four writes a value that turned some comparison."""
        found = numbers(data)
        if self._turning and found and self._rng.random() < _REUSED:
            return self._write(self._rng.choice(found), data, self._rng.choice(self._turning))
        return self._mutate(data, self._rng)

    def _first_time(self, data: bytes) -> bool:
        if data in self._met:
            return False
        self._met.add(data)
        return True

    def _stuck(self, entry: Entry) -> Iterator[tuple[Aim, Site]]:
        """Yield the comparisons of an entry that lack an outcome, the most telling first.

        That is one with a constant that the other program compares nothing with; then equality.
        """
        lacking = [
            (self._shared(program, site), wanted != Outcome.EQUAL, Aim(program, where, wanted))
            for program, sites in enumerate(entry.sites)
            for where, site in sites.items()
            for wanted in missing(self._outcomes[program, where])
        ]
        for *_, aim in sorted(lacking):
            if self._open(aim):
                yield aim, entry.sites[aim.program][aim.where]

    def _shared(self, program: int, site: Site) -> bool:
        if not site.constant or len(self._constants) == 1:
            return True
        constant = site.operands[0].a
        others = (known for at, known in enumerate(self._constants) if at != program)
        return any(constant in known for known in others)

    def _open(self, aim: Aim) -> bool:
        """Say whether an outcome is still to be seen, and was not tried for often enough."""
        seen = self._outcomes[aim.program, aim.where] & aim.wanted
        return not seen and self._tries[aim] < _TRIES and self._offers[aim] < _OFFERS

    def _offered(self, parent: Entry, aim: Aim, inputs: Iterable[bytes]) -> Iterator[Proposal]:
        for data in inputs:
            if not self._open(aim):
                return
            if self._first_time(data):
                self._offers[aim] += 1
                yield Proposal(data, parent, aim=aim)

    def _directed(self, entry: Entry) -> Iterator[Proposal]:
        """Yield inputs near an entry that might turn one of its comparisons."""
        for aim, site in list(self._stuck(entry)):
            yield from self._offered(entry, aim, direct(entry.data, site, aim.wanted, self._write))
        found = numbers(entry.data)
        if len(found) > _PROBED:
            rest = self._rng.sample(found[_PROBED // 2 :], _PROBED // 2)
            found = [*found[: _PROBED // 2], *rest]
        for number in found:
            for change in (1, -1):
                if next(self._stuck(entry), None) is None:
                    return
                data = self._write(number, entry.data, number.value + change)
                if self._first_time(data):
                    yield Proposal(data, entry, number, change)

    def _stepped(self, parent: Entry, probe: Entry, how: Proposal) -> Iterator[Proposal]:
        """Yield the inputs that a probe's answers lead to: with one number changed, or several."""
        for aim, site in list(self._stuck(parent)):
            after = probe.sites[aim.program].get(aim.where)
            if how.number is None or after is None:
                continue
            for step in steps(site, after, how.change, aim.wanted):
                alike = parent.alike.setdefault((aim, step), [])
                alike.append(how.number)
                value = how.number.value + step
                alone = self._write(how.number, parent.data, value)
                together = spread(parent.data, alike, step)
                yield from self._offered(parent, aim, (alone, together))


def _taken(edges: int) -> bytes:
    """Return a short name for the set of edges, however often each was taken."""
    size = (edges.bit_length() + 7) // 8
    return bytes.fromhex(digest(edges.to_bytes(size, "little").translate(_ALL_EDGES)))[:16]


def _differ(each: Sequence[Trace]) -> bool:
    """Say whether two programs ended well with different outputs, or only one of them did."""
    known = [trace.result for trace in each if trace.result.verdict is not Verdict.TLE]
    return len({(r.verdict, r.output.digest if r.verdict is Verdict.AC else "") for r in known}) > 1

"""How many programs passed each node, by round."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pieforge.graphs.results import CollectResult, DeduplicateResult, ParseRepliesResult
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "author": "programs asked of the author",
        "parse_replies": "new programs in its replies",
        "compiled": "that compile",
        "run_programs": "that run to the end on the tests",
        "classes": "new classes",
        "deduplicate": "that go on to the optimizer",
        "vet": "sound by themselves",
        "optimize": "with a candidate from the optimizer",
        "check_outputs": "with a candidate of equal outputs",
        "measure": "with a candidate that may be fast",
        "stress": "with a candidate that counts as fast",
        "sanitize": "with a candidate sound in every build",
        "confirm": "with a candidate confirmed as fast",
        "collect": "pairs kept",
        "open": "left open by failures or a budget",
    }
)
"""What each column counts. A column that a node decides has that node's name; `compiled` is part of
`run_programs`, `classes` of `deduplicate`."""


class Funnel(FrozenModel):
    """One round's counts; each is a part of the one before (see `STAGES`)."""

    round: int
    author: int = 0
    parse_replies: int = 0
    """Replies with a program that is no copy of a known one."""
    compiled: int = 0
    run_programs: int = 0
    """Programs that failed on no input that they were run on: those that lead to their class and,
    for programs that went on, all of the problem's own tests."""
    classes: int = 0
    """New behaviors."""
    deduplicate: int = 0
    vet: int = 0
    optimize: int = 0
    check_outputs: int = 0
    measure: int = 0
    """Programs with a candidate at or above the threshold, or, where another simulator confirms,
    one that may be; and programs with one that stress inputs may still show as fast."""
    stress: int = 0
    sanitize: int = 0
    """Programs with a candidate whose outputs match in other builds and perturbed re-runs."""
    confirm: int = 0
    """Programs with a candidate that the confirming simulator finds fast enough; where the counter
    confirms, its decision is taken over."""
    collect: int = 0
    open: int = 0
    """Subjects that the infrastructure failed; a resumed run tries them again."""

    def __add__(self, other: "Funnel") -> "Funnel":
        mine, theirs = self.model_dump(), other.model_dump()
        counts = {name: mine[name] + theirs[name] for name in mine if name != "round"}
        return Funnel(round=self.round, **counts)


def build_funnels(ledger: LedgerReader) -> list[Funnel]:
    """Return one funnel for each round that has begun, in order."""
    by_round: dict[int, Funnel] = {}

    def add(counts: Funnel) -> None:
        so_far = by_round.get(counts.round, Funnel(round=counts.round))
        by_round[counts.round] = so_far + counts

    for key, parsed in ledger.iter_results(ParseRepliesResult):
        add(
            Funnel(
                round=_parse_round(key), author=parsed.attempts, parse_replies=len(parsed.programs)
            )
        )
    for key, classed in ledger.iter_results(DeduplicateResult):
        add(
            Funnel(
                round=_parse_round(key),
                compiled=classed.compiled,
                run_programs=classed.ran,
                classes=sum(rank == 1 for rank in classed.ranks.values()),
                deduplicate=len(classed.members),
            )
        )
    for key, end in ledger.iter_results(CollectResult):
        add(
            Funnel(
                round=_parse_round(key),
                **end.passed,
                collect=len(end.pairs),
                open=len(end.open),
            )
        )
    return [by_round[number] for number in sorted(by_round)]


def sum_funnels(rounds: Iterable[Funnel]) -> Funnel:
    """Return the sum over rounds, as round 0."""
    return sum(rounds, start=Funnel(round=0))


def _parse_round(key: str) -> int:
    return int(key.split("/")[0])

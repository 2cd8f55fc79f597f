"""How many came through each stage, by round."""

from collections.abc import Iterable

from pieforge.graphs.results import Grouped, Settled, Sifted
from pieforge.ledger import Ledger
from pieforge.records import Frozen


class Funnel(Frozen):
    """One round's counts; each stage's count is of what the stage before let through."""

    round: int
    attempts: int = 0
    """Programs asked of the author."""
    new: int = 0
    """Replies with a program that is no copy of a known one."""
    compiled: int = 0
    ran: int = 0
    """Programs that ended well on every input that they were run on to be classed, and those that
    went on, on every one of the problem's own tests."""
    classes: int = 0
    """New behaviours."""
    advanced: int = 0
    """Programs that went on to the optimizer."""
    vetted: int = 0
    """Programs against which, by themselves, nothing speaks."""
    optimised: int = 0
    """Programs for which the optimizer offered at least one candidate."""
    same_behaviour: int = 0
    """Programs with a candidate of equal output on every input."""
    fast_enough: int = 0
    """Programs with such a candidate at or above the threshold, or one that may be, where another
    simulator than the counter decides."""
    scrutinised: int = 0
    """Programs with such a candidate that other builds and repeats bear out."""
    simulated: int = 0
    """Programs with such a candidate that the confirming simulator finds fast enough; where it is
    the counter, it has said so before."""
    kept: int = 0
    """Pairs."""
    open: int = 0
    """Subjects that the machinery failed; a resumed run takes them up again."""

    def __add__(self, other: "Funnel") -> "Funnel":
        mine, theirs = self.model_dump(), other.model_dump()
        counts = {name: mine[name] + theirs[name] for name in mine if name != "round"}
        return Funnel(round=self.round, **counts)


STAGES = tuple(name for name in Funnel.model_fields if name not in ("round", "simulated"))
"""Of a run that the counter itself confirms."""
STAGES_APART = tuple(name for name in Funnel.model_fields if name != "round")
"""Of a run that another simulator confirms."""


def funnels(ledger: Ledger) -> list[Funnel]:
    """Return one funnel for each round that has begun, in order."""
    by_round: dict[int, Funnel] = {}

    def add(key: str, **counts: int) -> None:
        number = int(key.split("/")[0])
        so_far = by_round.get(number, Funnel(round=number))
        by_round[number] = so_far + Funnel(round=number, **counts)

    for key, sifted in ledger.rows(Sifted):
        add(key, attempts=sifted.attempts, new=len(sifted.programs))
    for key, grouped in ledger.rows(Grouped):
        firsts = sum(rank == 1 for rank in grouped.ranks.values())
        add(
            key,
            compiled=grouped.compiled,
            ran=grouped.ran,
            classes=firsts,
            advanced=len(grouped.members),
        )
    for key, settled in ledger.rows(Settled):
        add(
            key,
            vetted=settled.vetted,
            optimised=settled.optimised,
            same_behaviour=settled.right,
            fast_enough=settled.fast_enough,
            scrutinised=settled.scrutinised,
            simulated=len(settled.pairs),
            kept=len(settled.pairs),
            open=len(settled.open),
        )
    return [by_round[number] for number in sorted(by_round)]


def total(rounds: Iterable[Funnel]) -> Funnel:
    """Return the sum over rounds, as round 0."""
    return sum(rounds, start=Funnel(round=0))

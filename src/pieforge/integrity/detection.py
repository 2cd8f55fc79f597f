"""Hack checks: ways to look fast or right without being so. One check a file, found by its name.

A check reads programs, and never runs one. It says of a program, beside the one that it is meant
to replace, what is wrong with it in a sentence, or nothing; its `Reason` is its own. What only a
run can show (answers that differ, undefined behaviour) is found by other stages: a check here is
the earlier, cheaper and more telling refusal, and the only one for programs that give right
answers for a wrong reason.

A new check is a new file with a `CHECK`, an example in tests/hacks/cases and a near miss.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pieforge.integrity.analysis.names import declared
from pieforge.integrity.analysis.symbol_table import linked_functions
from pieforge.integrity.check import Check, CostCheck, Known, Side, Suspect
from pieforge.plugins import discover
from pieforge.records import Reason

__all__ = [
    "Check",
    "CostCheck",
    "Known",
    "Side",
    "Suspect",
    "Suspicion",
    "checks",
    "cost_checks",
    "linked_suspicion",
    "suspicion",
    "suspicions",
]


class Suspicion(NamedTuple):
    """Why a program is refused: the reason, and what was seen."""

    reason: Reason
    detail: str


@cache
def checks() -> tuple[Check, ...]:
    """Return every check, in the order of their reasons: what a program does comes first."""
    found = discover("pieforge.integrity.checks", "CHECK")
    order = list(Reason)
    every = [check for check in found.values() if isinstance(check, Check)]
    return tuple(sorted(every, key=lambda check: order.index(check.reason)))


@cache
def cost_checks() -> tuple[CostCheck, ...]:
    """Return every check of measured costs, in the order of their files' names."""
    found = discover("pieforge.integrity.checks", "COST_CHECK")
    return tuple(check for check in found.values() if isinstance(check, CostCheck))


def suspicions(suspect: Suspect) -> Iterator[Suspicion]:
    """Yield all that the checks have against a program's text."""
    for check in checks():
        if suspect.side in check.sides:
            yield from (Suspicion(check.reason, detail) for detail in check.look(suspect))


def suspicion(suspect: Suspect) -> Suspicion | None:
    """Return the first thing that the checks have against a program's text, or None."""
    return next(suspicions(suspect), None)


def linked_suspicion(suspect: Suspect, artifact: bytes) -> Suspicion | None:
    """Return what a compiled program's own table of functions gives away, or None.

    A static program holds the library's functions that it uses, whatever its source calls them.
    Functions that the source defines itself are not the library's.
    """
    if suspect.family != "c":
        return None
    present = linked_functions(artifact, frozenset().union(*(c.linked for c in checks())))
    for check in checks():
        for name in sorted(check.linked & present):
            if suspect.language != "c17" or name not in declared(suspect.text, trigraphs=True):
                return Suspicion(check.reason, f"{name} is linked into the program")
    return None

"""Hack checks: ways to look fast or right without being so. One check a file, found by its name.

A check reads programs, and never runs one. It says of a program, beside the one that it is meant
to replace, what is wrong with it in a sentence, or nothing; its `RejectReason` is its own. What
only a run can show (answers that differ, undefined behaviour) is found by other stages: a check
here is the earlier, cheaper and more telling refusal, and the only one for programs that give right
answers for a wrong reason.

A new check is a new file with a `CHECK`, an example in tests/hacks/cases and a near miss.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pieforge.integrity.analysis.names import find_declared_names
from pieforge.integrity.analysis.symbol_table import find_linked_functions
from pieforge.integrity.check import CheckedProgram, CostCheck, HackCheck, KnownTest, Side
from pieforge.plugins import discover
from pieforge.records import RejectReason

__all__ = [
    "CheckedProgram",
    "CostCheck",
    "HackCheck",
    "HackFinding",
    "KnownTest",
    "Side",
    "discover_checks",
    "discover_cost_checks",
    "find_hack",
    "find_linked_hack",
    "iter_findings",
]


class HackFinding(NamedTuple):
    """Why a program is refused: the reason, and what was seen."""

    reason: RejectReason
    detail: str


@cache
def discover_checks() -> tuple[HackCheck, ...]:
    """Return every check, in the order of their reasons: what a program does comes first."""
    found = discover("pieforge.integrity.checks", "CHECK")
    order = list(RejectReason)
    every = [check for check in found.values() if isinstance(check, HackCheck)]
    return tuple(sorted(every, key=lambda check: order.index(check.reason)))


@cache
def discover_cost_checks() -> tuple[CostCheck, ...]:
    """Return every check of measured costs, in the order of their files' names."""
    found = discover("pieforge.integrity.checks", "COST_CHECK")
    return tuple(check for check in found.values() if isinstance(check, CostCheck))


def iter_findings(checked: CheckedProgram) -> Iterator[HackFinding]:
    """Yield all that the checks have against a program's text."""
    for check in discover_checks():
        try:
            for detail in check.find(checked) if checked.side in check.sides else ():
                yield HackFinding(check.reason, detail)
        except RecursionError:
            yield HackFinding(RejectReason.OBFUSCATED, "it nests too deeply to be read")


def find_hack(checked: CheckedProgram) -> HackFinding | None:
    """Return the first thing that the checks have against a program's text, or None."""
    return next(iter_findings(checked), None)


def find_linked_hack(checked: CheckedProgram, artifact: bytes) -> HackFinding | None:
    """Return what a compiled program's own table of functions gives away, or None.

    A static program holds the library's functions that it uses, whatever its source calls them.
    Functions that the source defines itself are not the library's.
    """
    if checked.family != "c":
        return None
    present = find_linked_functions(
        artifact, frozenset().union(*(c.linked for c in discover_checks()))
    )
    for check in discover_checks():
        for name in sorted(check.linked & present):
            # A name of C++ is mangled: one that is not is the library's.
            if checked.language != "c17" or name not in find_declared_names(checked.source):
                return HackFinding(check.reason, f"{name} is linked into the program")
    return None

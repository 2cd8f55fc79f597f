"""Hack checks: they find programs that seem fast or correct without being so.

Each check is one file in `integrity/checks/`, discovered by its file name. A check reads a program,
and the slow program that it replaces; it never runs one. A finding is one sentence, and each check
has its own `RejectReason`. Later stages find what only a run can show (different outputs, undefined
behavior). Checks refuse earlier, at less cost and with a more precise reason; only they refuse a
program that gives correct outputs by illegitimate means.

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


_CHECKS = "pieforge.integrity.checks"


class HackFinding(NamedTuple):
    """Why a program is refused: the reason, and the finding as a sentence."""

    reason: RejectReason
    detail: str


@cache
def discover_checks() -> tuple[HackCheck, ...]:
    """Return all checks, in the order of `RejectReason`.

    The first finding becomes the reject's reason. The order therefore puts what a program does
    before the hints on its text, such as `WORK_SKIPPED`.
    """
    found = discover(_CHECKS, "CHECK", HackCheck, alternative="COST_CHECK")
    order = list(RejectReason)
    return tuple(sorted(found.values(), key=lambda check: order.index(check.reason)))


@cache
def discover_cost_checks() -> tuple[CostCheck, ...]:
    """Return all checks of measured costs, in the order of their file names."""
    return tuple(discover(_CHECKS, "COST_CHECK", CostCheck, alternative="CHECK").values())


def iter_findings(checked: CheckedProgram) -> Iterator[HackFinding]:
    """Yield all findings of all checks in a program's text."""
    for check in discover_checks():
        try:
            for detail in check.find(checked) if checked.side in check.sides else ():
                yield HackFinding(check.reason, detail)
        # Several analyses recurse over the nesting of a program. A program that nests deeply enough
        # to stop them is refused; otherwise nesting would switch the check off.
        except RecursionError:
            yield HackFinding(RejectReason.OBFUSCATED, "it nests too deeply to be read")


def find_hack(checked: CheckedProgram) -> HackFinding | None:
    """Return the first finding in a program's text, or None."""
    return next(iter_findings(checked), None)


def find_linked_hack(checked: CheckedProgram, artifact: bytes) -> HackFinding | None:
    """Return the first forbidden library function in a compiled C or C++ program, or None.

    A static program contains the library functions that it uses under their own names, even where
    the source text hides them. Functions that the source defines itself are not findings.
    """
    if checked.family != "c":
        return None
    present = find_linked_functions(
        artifact, frozenset().union(*(c.linked for c in discover_checks()))
    )
    for check in discover_checks():
        for name in sorted(check.linked & present):
            # C++ mangles the names of a program's own functions: an unmangled one is the C
            # library's. C does not mangle, so there the source's own functions are excluded.
            if checked.language != "c17" or name not in find_declared_names(checked.source):
                return HackFinding(check.reason, f"{name} is linked into the program")
    return None

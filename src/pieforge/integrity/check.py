"""What a check is, and what it is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from pieforge.measurement.cost import MeasuredCost
from pieforge.records import RejectReason
from pieforge.sandbox.languages import discover_languages


class Side(StrEnum):
    """Which of a pair a program is."""

    SLOW = "slow"
    FAST = "fast"


@dataclass(frozen=True)
class KnownTest:
    """A test that a program could know by heart: its input, and the slow program's answer."""

    input: bytes
    answer: bytes = b""


@dataclass(frozen=True)
class CheckedProgram:
    """A program under suspicion.

    Attributes:
        language: Its key.
        text: Its source.
        side: Whether it is meant to be the fast or the slow one of a pair.
        slow_text: Source of the slow program that it is to replace; empty for a slow one.
        known_tests: Tests that its author may have seen.
    """

    language: str
    text: str
    side: Side = Side.FAST
    slow_text: str = ""
    known_tests: tuple[KnownTest, ...] = ()

    @cached_property
    def family(self) -> str:
        """`c` for C and C++ of any version, otherwise the language's key."""
        declared = discover_languages().get(self.language)
        return "c" if declared is not None and declared.header_kind else self.language

    @property
    def trigraphs(self) -> bool:
        """Whether the language still has trigraphs."""
        return self.language == "c17"


@dataclass(frozen=True)
class HackCheck:
    """One check.

    Attributes:
        reason: Why a program is refused that it finds something against.
        catches: What it catches, as a phrase for people.
        look: Yields what it has against a program.
        sides: Of a pair, which programs it looks at.
        linked: Library functions that nothing but such a program would be linked with: a plain
            static program has none of them.
    """

    reason: RejectReason
    catches: str
    look: Callable[[CheckedProgram], Iterator[str]]
    sides: frozenset[Side] = frozenset(Side)
    linked: frozenset[str] = frozenset()


@dataclass(frozen=True)
class CostCheck:
    """A check of what simulating the slow and the fast program gave.

    Attributes:
        reason: Why a pair is refused that it finds something against.
        catches: What it catches, as a phrase for people.
        look: Returns what it has against the fast program, or an empty string.
    """

    reason: RejectReason
    catches: str
    look: Callable[[MeasuredCost, MeasuredCost], str]

"""What a check is, and what it is given."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import RejectReason
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText


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
    def source(self) -> SourceText:
        """The program's text."""
        return SourceText(self.language, self.text)

    @cached_property
    def slow(self) -> SourceText:
        """The slow program's text."""
        return SourceText(self.language, self.slow_text)

    @property
    def family(self) -> str:
        """`c` for C and C++ of any version, otherwise the language's key."""
        return "c" if find_syntax(self.language).preprocessed else self.language


Look = Callable[[CheckedProgram], Iterator[str]]
"""Yields what there is against a program."""


@dataclass(frozen=True)
class HackCheck:
    """One check.

    Attributes:
        reason: Why a program is refused that it finds something against.
        catches: What it catches, as a phrase for people.
        forbidden: Words that it finds in a program of any language.
        look: What else it has against a program of any language.
        looks: The same by the program's family.
        sides: Of a pair, which programs it looks at.
        linked: Library functions that nothing but such a program would be linked with: a plain
            static program has none of them.
    """

    reason: RejectReason
    catches: str
    forbidden: ForbiddenNames = field(default_factory=ForbiddenNames)
    look: Look | None = None
    looks: Mapping[str, Look] = field(default_factory=dict)
    sides: frozenset[Side] = frozenset(Side)
    linked: frozenset[str] = frozenset()

    def find(self, checked: CheckedProgram) -> Iterator[str]:
        """Yield what it has against a program."""
        yield from self.forbidden.find_uses(checked.source)
        if self.look is not None:
            yield from self.look(checked)
        if checked.family in self.looks:
            yield from self.looks[checked.family](checked)


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

"""The interface of hack checks: a check, and the program that it examines."""

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
    """Whether a program is the slow or the fast one of a pair."""

    SLOW = "slow"
    FAST = "fast"


@dataclass(frozen=True)
class KnownTest:
    """A test that a program could have memorized: its input, and the slow program's output."""

    input: bytes
    answer: bytes = b""


@dataclass(frozen=True)
class CheckedProgram:
    """A program to check.

    Attributes:
        language: Key of its language.
        text: Its source text.
        side: Whether it is the fast or the slow program of a pair.
        slow_text: Source text of the slow program that a fast one replaces; empty for a slow one.
        known_tests: Tests that the model which wrote it may have seen.
    """

    language: str
    text: str
    side: Side = Side.FAST
    slow_text: str = ""
    known_tests: tuple[KnownTest, ...] = ()

    @cached_property
    def source(self) -> SourceText:
        """The source text with its language."""
        return SourceText(self.language, self.text)

    @cached_property
    def slow(self) -> SourceText:
        """The slow program's source text with its language."""
        return SourceText(self.language, self.slow_text)

    @property
    def family(self) -> str:
        """`c` for C and C++ of any version, otherwise the language's key."""
        return "c" if find_syntax(self.language).preprocessed else self.language


Look = Callable[[CheckedProgram], Iterator[str]]
"""Yields a sentence for each finding in a program; nothing for an honest one."""


@dataclass(frozen=True)
class HackCheck:
    """A check of a program's text.

    Attributes:
        reason: Reject reason of a program with a finding.
        catches: What the check finds, as a phrase for the documentation.
        forbidden: Names whose use is a finding.
        look: Function that finds more in a program of any language.
        looks: The same by language family (`CheckedProgram.family`).
        sides: Which programs of a pair are checked.
        linked: Library functions whose presence in a compiled program is a finding. A static
            program that uses only ordinary library functions contains none of them.
    """

    reason: RejectReason
    catches: str
    forbidden: ForbiddenNames = field(default_factory=ForbiddenNames)
    look: Look | None = None
    looks: Mapping[str, Look] = field(default_factory=dict)
    sides: frozenset[Side] = frozenset(Side)
    linked: frozenset[str] = frozenset()

    def find(self, checked: CheckedProgram) -> Iterator[str]:
        """Yield the findings in a program."""
        yield from self.forbidden.find_uses(checked.source)
        if self.look is not None:
            yield from self.look(checked)
        if checked.family in self.looks:
            yield from self.looks[checked.family](checked)


@dataclass(frozen=True)
class CostCheck:
    """A check of the simulated costs of a pair.

    Attributes:
        reason: Reject reason of a pair with a finding.
        catches: What the check finds, as a phrase for the documentation.
        look: Takes the costs of the slow and the fast program; returns the finding, or an empty
            string.
    """

    reason: RejectReason
    catches: str
    look: Callable[[MeasuredCost, MeasuredCost], str]

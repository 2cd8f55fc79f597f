"""What the executor keeps in the ledger of programs and inputs."""

from collections import Counter
from typing import ClassVar

from pydantic import Field

from pieforge.inputs import get_stratum
from pieforge.records import Record


class TestCase(Record):
    """One input: its name and its blob."""

    KIND: ClassVar[str] = "test_case"

    __test__ = False

    name: str
    blob: str


class StartupCost(Record):
    """What a language's empty program costs on a simulator, or a program on no input."""

    KIND: ClassVar[str] = "startup"

    ticks: int
    counts: dict[str, int] = Field(default_factory=dict)


class Suite(Record):
    """A list of inputs, by the hash of their contents in order."""

    KIND: ClassVar[str] = "suite"

    sha: str
    cases: tuple[TestCase, ...]

    @property
    def strata(self) -> dict[str, int]:
        """How many inputs there are of each stratum."""
        return dict(sorted(Counter(get_stratum(case.name) for case in self.cases).items()))

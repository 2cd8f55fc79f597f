"""From the families' tables to pairs of programs."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import cast

from benchmarks.pairs import Edit, Family
from benchmarks.pairs.refactored import REFACTORED
from benchmarks.pairs.rewriting import REWRITINGS, disguise
from pieforge.plugins import discover
from pieforge.problems import BUNDLED, SubmissionRole, load_problem
from pieforge.records import digest
from pieforge.sandbox.languages import discover_languages, map_suffixes

_ROLES = {"fast": SubmissionRole.FAST, "slow": SubmissionRole.SLOW}
FRESH = Path(__file__).with_name("fresh.json")
"""Mutants that `mutating` made, one row each."""
PARTS = ("seen", "held out", "fresh")
_HELD_OUT = 3
"""One pair of so many is held out."""


@dataclass(frozen=True)
class Pair:
    """Two programs for the inputs of one problem, and whether they behave alike.

    Attributes:
        name: Unique and stable.
        problem: Name of the bundled package.
        language: Key of both programs' language.
        kind: Of the difference, or of what only looks different.
        why: What is known of it, in words.
        left: Source of the one, a submission or another behaviour made of it.
        right: Source of the other, made of the first.
        witness: A valid input on which they differ; None if they are alike.
        fresh: Whether it was made, without a choice, after the method was worked on with the
            others, and then left aside.
    """

    name: str
    problem: str
    language: str
    kind: str
    why: str
    left: str
    right: str
    witness: bytes | None
    fresh: bool = False

    @property
    def part(self) -> str:
        """Which part of the set it is in: a third of what is not fresh was held out at first."""
        if self.fresh:
            return "fresh"
        return "held out" if int(digest("held out", self.name)[:8], 16) % _HELD_OUT == 0 else "seen"


def families() -> dict[str, Family]:
    """Return all families by the name of their file."""
    return dict(cast("dict[str, Family]", discover("benchmarks.pairs.families", "FAMILY")))


def all_pairs() -> list[Pair]:
    """Return the whole set, always the same."""
    old = [pair for name, family in families().items() for pair in _pairs(name, family)]
    return [*old, *_fresh()]


def _pairs(stem: str, family: Family) -> Iterator[Pair]:
    maker = _Maker(stem, family)
    yield from maker.submissions()
    yield from maker.rewritten()
    yield from maker.edited()
    yield from maker.different()


def _fresh() -> Iterator[Pair]:
    """Yield the fresh pairs: mutants, every other one in disguise, and refactored programs."""
    for number, row in enumerate(json.loads(FRESH.read_text())):
        left = _submission(row["problem"], row["base"], row["suffix"])
        right = edited(left, tuple(row["edit"]))
        name = f"{row['problem']}/fresh-{number}"
        if number % 2 and row["suffix"] == ".cpp":
            right = disguise(right, random.Random(name))
        yield Pair(
            name=name,
            problem=row["problem"],
            language=map_suffixes(discover_languages())[row["suffix"]].key,
            kind=row["kind"],
            why=row["what"],
            left=left,
            right=right,
            witness=row["witness"].encode(),
            fresh=True,
        )
    numbers = count()
    for (problem, suffix), rows in REFACTORED.items():
        for one in rows:
            left = _submission(problem, one.base, suffix)
            yield Pair(
                name=f"{problem}/refactored-{next(numbers)}",
                problem=problem,
                language=map_suffixes(discover_languages())[suffix].key,
                kind=one.kind,
                why=one.reason,
                left=left,
                right=edited(left, *one.edits),
                witness=None,
                fresh=True,
            )


def _submission(problem: str, base: str, suffix: str) -> str:
    submission = load_problem(BUNDLED / problem).find_submission(_ROLES[base], suffix)
    assert submission is not None, f"{problem} has no {base} {suffix}"
    return submission.code


class _Maker:
    def __init__(self, stem: str, family: Family) -> None:
        self.stem = stem
        self.family = family
        self.language = map_suffixes(discover_languages())[family.suffix].key
        self.texts = {base: _submission(family.problem, base, family.suffix) for base in _ROLES}
        self.turn = cycle((None, *family.behaviours))

    def submissions(self) -> Iterator[Pair]:
        """Yield slow and fast submission, in two behaviours."""
        for number in range(2):
            behaviour = next(self.turn)
            fast, slow = (
                text if behaviour is None else edited(text, behaviour)
                for text in (self.texts["fast"], self.texts["slow"])
            )
            yield self._pair(f"submissions-{number}", "algorithm", "the problem's own", slow, fast)

    def rewritten(self) -> Iterator[Pair]:
        """Yield a program and its mechanical rewritings."""
        if self.family.suffix != ".cpp":
            return
        for kind, rewriting in REWRITINGS.items():
            behaviour = next(self.turn)
            left = (
                self.texts["fast"] if behaviour is None else edited(self.texts["fast"], behaviour)
            )
            right = rewriting(left, random.Random(f"{self.stem}/{kind}"))
            if right != left:
                yield self._pair(kind, kind, "rewritten mechanically", left, right)

    def edited(self) -> Iterator[Pair]:
        """Yield the edits that keep a behaviour."""
        for number, row in enumerate(self.family.alike):
            left, right = self._sides(row.base, row.edits)
            yield self._pair(f"alike-{number}", row.kind, row.reason, left, right)

    def different(self) -> Iterator[Pair]:
        """Yield the edits that change a behaviour, every other one in disguise."""
        for number, row in enumerate(self.family.differ):
            left, right = self._sides(row.base, row.edits)
            name = f"differ-{number}"
            if number % 2 and self.family.suffix == ".cpp":
                right = disguise(right, random.Random(f"{self.stem}/{name}"))
            yield self._pair(name, row.kind, row.what, left, right, row.witness.encode())

    def _sides(self, base: str, edits: tuple[Edit, ...]) -> tuple[str, str]:
        """Return a program and its edit, in the next behaviour that the edit can be made in."""
        text = self.texts[base]
        for _ in range(len(self.family.behaviours) + 1):
            behaviour = next(self.turn)
            left = text if behaviour is None else edited(text, behaviour)
            if all(left.count(old) == 1 for old, _ in edits):
                return left, edited(left, *edits)
        missing = [old for old, _ in edits if text.count(old) != 1]
        raise ValueError(f"{self.stem} ({base}): not there, or more than once: {missing}")

    def _pair(
        self, name: str, kind: str, why: str, left: str, right: str, witness: bytes | None = None
    ) -> Pair:
        return Pair(
            name=f"{self.stem}/{name}",
            problem=self.family.problem,
            language=self.language,
            kind=kind,
            why=why,
            left=left,
            right=right,
            witness=witness,
        )


def edited(text: str, *edits: Edit) -> str:
    """Apply edits, one after the other.

    Raises:
        ValueError: What should be replaced does not occur exactly once.
    """
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"occurs {text.count(old)} times: {old!r}")
        text = text.replace(old, new)
    return text

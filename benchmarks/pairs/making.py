"""Make the pairs of programs from the families' tables."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path

from benchmarks.pairs import Edit, Family
from benchmarks.pairs.refactored import REFACTORED
from benchmarks.pairs.rewriting import REWRITINGS, disguise
from pieforge.plugins import discover
from pieforge.problems import BUNDLED, SubmissionRole, load_problem
from pieforge.records import digest
from pieforge.sandbox.languages import discover_languages, map_suffixes

_ROLES = {"fast": SubmissionRole.FAST, "slow": SubmissionRole.SLOW}
FRESH = Path(__file__).with_name("fresh.json")
"""The mutants that mutating.py made, one row each."""
PARTS = ("seen", "held out", "fresh")
_HELD_OUT = 3
"""One of three pairs is held out."""


@dataclass(frozen=True)
class Pair:
    """Two programs for the inputs of one problem, and whether their behavior is equal.

    Attributes:
        name: Name of the pair: unique and stable, because it is the seed of random choices.
        problem: Name of the bundled package.
        language: Key of both programs' language.
        kind: Kind of the difference, in behavior or only in text.
        why: The difference in words.
        left: Source of the first program: a submission, or a variant with another behavior.
        right: Source of the second program: the first one with edits.
        witness: A valid input on which they differ; None if they are equal.
        fresh: Whether the pair was made after the development of the method with the other pairs,
            without selection, and not used for development afterwards.
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
        """Part of the set: a third of the pairs that are not fresh was held out at first."""
        if self.fresh:
            return "fresh"
        return "held out" if int(digest("held out", self.name)[:8], 16) % _HELD_OUT == 0 else "seen"


def families() -> dict[str, Family]:
    """Return all families by the name of their file."""
    return dict(discover("benchmarks.pairs.families", "FAMILY", Family))


def all_pairs() -> list[Pair]:
    """Return the whole set; it is the same in every call."""
    old = [pair for name, family in families().items() for pair in _pairs(name, family)]
    return [*old, *_fresh()]


def _pairs(stem: str, family: Family) -> Iterator[Pair]:
    maker = _Maker(stem, family)
    yield from maker.submissions()
    yield from maker.rewritten()
    yield from maker.edited()
    yield from maker.different()


def _fresh() -> Iterator[Pair]:
    """Yield the fresh pairs: mutants, every second one disguised, and refactored programs."""
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
        self.turn = cycle((None, *family.behaviors))

    def submissions(self) -> Iterator[Pair]:
        """Yield the pair of slow and fast submission, with two behaviors."""
        for number in range(2):
            behavior = next(self.turn)
            fast, slow = (
                text if behavior is None else edited(text, behavior)
                for text in (self.texts["fast"], self.texts["slow"])
            )
            yield self._pair(f"submissions-{number}", "algorithm", "the problem's own", slow, fast)

    def rewritten(self) -> Iterator[Pair]:
        """Yield pairs of a program and a mechanical rewriting of it."""
        if self.family.suffix != ".cpp":
            return
        for kind, rewriting in REWRITINGS.items():
            behavior = next(self.turn)
            left = self.texts["fast"] if behavior is None else edited(self.texts["fast"], behavior)
            right = rewriting(left, random.Random(f"{self.stem}/{kind}"))
            if right != left:
                yield self._pair(kind, kind, "rewritten mechanically", left, right)

    def edited(self) -> Iterator[Pair]:
        """Yield pairs of a program and an edit that preserves its behavior."""
        for number, row in enumerate(self.family.equal):
            left, right = self._sides(row.base, row.edits)
            # Names are seeds of the split and of disguises: a new word here would change the set.
            yield self._pair(f"alike-{number}", row.kind, row.reason, left, right)

    def different(self) -> Iterator[Pair]:
        """Yield pairs of a program and an edit that changes its behavior; half are disguised."""
        for number, row in enumerate(self.family.differ):
            left, right = self._sides(row.base, row.edits)
            name = f"differ-{number}"
            if number % 2 and self.family.suffix == ".cpp":
                right = disguise(right, random.Random(f"{self.stem}/{name}"))
            yield self._pair(name, row.kind, row.what, left, right, row.witness.encode())

    def _sides(self, base: str, edits: tuple[Edit, ...]) -> tuple[str, str]:
        """Return a program and its edit, in the next behavior to which the edit applies."""
        text = self.texts[base]
        for _ in range(len(self.family.behaviors) + 1):
            behavior = next(self.turn)
            left = text if behavior is None else edited(text, behavior)
            if all(left.count(old) == 1 for old, _ in edits):
                return left, edited(left, *edits)
        missing = [old for old, _ in edits if text.count(old) != 1]
        raise ValueError(f"{self.stem} ({base}): does not occur exactly once: {missing}")

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
        ValueError: A text to be replaced does not occur exactly once.
    """
    for old, new in edits:
        if text.count(old) != 1:
            raise ValueError(f"occurs {text.count(old)} times: {old!r}")
        text = text.replace(old, new)
    return text

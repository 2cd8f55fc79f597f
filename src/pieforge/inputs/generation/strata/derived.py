"""Constants of the programs under comparison, for what an input never states.

A program compares counts, lengths, sizes, sums and remainders with its constants. Here so many
values are equal, a run is so long, a node has so many edges, a group is so large, a sum comes
to so much, and values are near to a constant, to a multiple or a part of it.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

from pieforge.inputs.generation.constants import constants
from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.generation.values import LARGE, SIZES, Dense, affordable
from pieforge.inputs.grammar.input_grammar import Field

_FIRST = 5
"""Constants that are tried, the most telling ones."""
_SMALL = 2
"""A constant up to this is counted to anyway."""
_COUNTED = 4096
"""Nothing is counted to a larger one."""
_NEAR = 12
_PARTS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (1, 10))
_WAYS = ("blocks", "near", "alone", "chains", "parts", "multiples", "total")


class Derived(Dense):
    """Fills columns in one way, for one constant."""

    way = ""
    constant = 0
    only = -1
    """The one column that is filled so; all of them if negative."""
    _columns = 0
    _indices = 0

    def number(self, field: Field, low: int, high: int) -> int:
        """Return the upper end for what bounds others; else any number, or one near the goal."""
        if field.name in self.bounds:
            return high
        near = self.constant + self.rng.randint(-_NEAR, _NEAR)
        return self.rng.choice((high, near, self.rng.randint(low, high)))

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column."""
        if count < 2:
            return super().numbers(field, low, high, count)
        if field.cap is not None or field.behind is not None:
            self._indices += 1
            if self.way in ("blocks", "chains"):
                return self._nodes(low, high, count)
            return super().numbers(field, low, high, count)
        self._columns += 1
        if self.only >= 0 and self._columns - 1 != self.only:
            return super().numbers(field, low, high, count)
        return self._plain(low, high, count)

    def _nodes(self, low: int, high: int, count: int) -> list[int]:
        """Return one end of edges: nodes of so many edges, or groups of so many nodes."""
        second = self._indices % 2 == 0
        found: list[int] = []
        at = low
        lengths = self._lengths()
        while len(found) < count:
            length = max(1, next(lengths))
            if at + length > high:
                at = low
            if self.way == "blocks":
                found += [at + 1 + i if second else at for i in range(length)]
            else:
                found += [at + i + second for i in range(length - 1)]
            at += length + (self.way == "blocks")
        return found[:count]

    def _plain(self, low: int, high: int, count: int) -> list[int]:
        goal, rng = self.constant, self.rng
        if self.way in ("blocks", "chains"):
            values: list[int] = []
            for length in self._lengths():
                values += [rng.randint(low, high)] * max(1, length)
                if len(values) >= count:
                    break
            if self.way == "chains":
                values = [value + i % 3 for i, value in enumerate(values)]
            return values[:count]
        if self.way == "near":
            return [goal + rng.randint(-_NEAR, _NEAR) for _ in range(count)]
        if self.way == "alone":
            return [goal] * count
        if self.way == "parts":
            parts = [goal * a // b + d for a, b in _PARTS for d in (0, 1, -1)]
            fitting = [value for value in parts if low <= value <= high] or [low]
            return rng.choices(fitting, k=count)
        if self.way == "multiples":
            most = max(1, (high - low) // max(1, goal))
            first = -(-low // max(1, goal))
            return [
                goal * (first + rng.randrange(most + 1)) + rng.choice((0, 0, 1, -1))
                for _ in range(count)
            ]
        share, rest = divmod(goal, count)
        return [share + (i < rest) for i in range(count)]

    def _lengths(self) -> Iterator[int]:
        return cycle((self.constant, self.constant + 1, self.constant - 1))

    def words(self, field: Field, low: int, high: int, count: int) -> list[str]:
        """Return words as long as the constant, and words that come as often."""
        if field.choices or self.way not in ("blocks", "alone") or not field.alphabet:
            return super().words(field, low, high, count)
        size = max(low, min(high, self.constant if self.way == "alone" else self.wanted))
        found: list[str] = []
        for length in self._lengths():
            word = self._runs(field, size) if self.way == "blocks" else self.word(field, size)
            found += [word] * (max(1, length) if self.way == "blocks" else 1)
            if len(found) >= count:
                return found[:count]
        return found

    def _runs(self, field: Field, size: int) -> str:
        """Return a word of runs of letters that are as long as the constant."""
        found = ""
        lengths = self._lengths()
        while len(found) < size:
            found += self.rng.choice(field.alphabet) * max(1, next(lengths))
        return found[:size]

    def tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return forms in runs as long as the constant, or any."""
        if self.way != "blocks":
            return super().tags(tags, count)
        found: list[str] = []
        for tag, length in zip(cycle(tags), self._lengths(), strict=False):
            found += [tag] * max(1, length)
            if len(found) >= count:
                return found[:count]
        return found


def _propose(material: Material) -> Iterator[bytes]:
    if not material.shape.plain:
        yield from affordable(material.shape, _fills(material))


def _fills(material: Material) -> Iterator[Dense]:
    known = constants(material.programs)
    numbers = [number for number in known.numbers if number > _SMALL][:_FIRST]
    for turn in range(len(SIZES)):
        for number in numbers:
            for way in _WAYS if turn or number == numbers[0] else _WAYS[:3]:
                if number > _COUNTED and way in ("blocks", "chains"):
                    continue
                size = LARGE if turn == 0 else material.rng.choice(SIZES)
                fill = Derived(material.rng, size, extra=numbers[:2], words=known.words)
                fill.way, fill.constant = way, number
                fill.only = -1 if turn == 0 else material.rng.randrange(-1, 2)
                yield fill


STRATUM = Stratum("counts, sums and sizes of constants", _propose, weight=3, reads_programs=True)

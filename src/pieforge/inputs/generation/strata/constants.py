"""Constants of the programs under comparison, and their neighbours.

As values, as sizes, as running sums, as steps from one value to the next and from one column to
the other.
"""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.constants import constants
from pieforge.inputs.generation.plain import replaced
from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.generation.values import LARGE, SIZES, Dense, affordable
from pieforge.inputs.grammar.input_grammar import Field, Kind, Line

_ROUNDS = 200
_UPPER = 0.8
"""How often a number that stands alone is at its upper end."""
_STEPS = 0.5
"""How often a number is a step away from another one, where it can be."""
_SINGLES = 6
_MOST = 24
"""Constants that are put into one input."""


class _Sums(Dense):
    """Numbers whose running sum meets the constants one after another, again and again."""

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the numbers; a sum begins anew once it has met all constants."""
        found = super().numbers(field, low, high, count)
        total = 0
        goals = sorted(self.extra)
        for index in range(count):
            goal = next((g for g in goals if max(low, 1) <= g - total <= high), None)
            if goal is not None and self.rng.random() < 0.6:
                found[index] = goal - total
            total = total + found[index] if goal is not None else 0
        return found


class _Steps(Dense):
    """Numbers that are a constant away from the one before, or from the one beside them."""

    beside: list[int] = []  # noqa: RUF012  (replaced, never changed)

    def number(self, field: Field, low: int, high: int) -> int:
        """Return the upper end, so that there is room for steps, or any number."""
        return high if self.rng.random() < _UPPER else super().number(field, low, high)

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of one column, in view of the column before."""
        found = super().numbers(field, low, high, count)
        for index in range(1, count) if self.extra else ():
            step = self.rng.choice(self.extra) * self.rng.choice((-1, 1))
            near = self.beside[index] if len(self.beside) == count else found[index - 1]
            if low <= near + step <= high and self.rng.random() < _STEPS:
                found[index] = near + step
        self.beside = found if count > 1 else self.beside
        return found


class _Alone(Dense):
    """Columns that hold one constant alone."""

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the same constant for all."""
        fitting = [value for value in self.extra if low <= value <= high]
        if not fitting or field.cap is not None:
            return super().numbers(field, low, high, count)
        return [self.rng.choice(fitting)] * count


class _Single(Dense):
    """One number that stands alone is a given one; the others that do are at an end, or any."""

    name = ""
    value = 0

    def number(self, field: Field, low: int, high: int) -> int:
        """Return the given number, or an end of the range, or any number."""
        if field.name == self.name:
            return self.value
        return self.rng.choice((low, high, self.rng.randint(low, high)))


def _propose(material: Material) -> Iterator[bytes]:
    known = constants(material.programs)
    numbers = list(dict.fromkeys(n + d for n in known.numbers for d in (0, 1, -1)))
    numbers += [-n for n in numbers if n > 0]
    if not numbers and not known.words:
        return
    if material.shape.plain:
        yield from islice(replaced(material, numbers or [0]), _ROUNDS)
        return
    yield from affordable(material.shape, _fills(material, numbers, known.words))


def _fills(material: Material, numbers: list[int], words: tuple[str, ...]) -> Iterator[Dense]:
    rng = material.rng
    counters = [field for field in material.shape.fields() if field.name in material.shape.counters]
    first = numbers[:_MOST]
    exact = numbers[:12:3]
    """The first constants themselves, without their neighbours."""
    as_size = [n for n in numbers if any(f.low <= n <= f.high for f in counters)]
    single = _singles(material, numbers, words)
    if not counters:
        yield from islice(single, _SINGLES)
    yield Dense(rng, LARGE, extra=first, words=words)
    yield Dense(rng, 21, extra=first[:6], words=words)
    yield from islice(single, _SINGLES // 2)
    yield _Steps(rng, 500, extra=exact, words=words)
    for n in as_size[:3]:
        yield Dense(rng, n, extra=first, words=words)
    yield _Sums(rng, 160, extra=exact, words=words)
    yield _Alone(rng, LARGE, extra=numbers[:3], words=words)
    yield Dense(rng, 8, extra=first[:3], words=words)
    yield from single
    for n in as_size[3:_MOST]:
        yield Dense(rng, n, extra=first, words=words)
    for _ in range(_ROUNDS):
        sizes = {f.name: rng.choice((*as_size, *SIZES)) for f in counters}
        chosen = rng.sample(numbers, k=min(len(numbers), rng.choice((1, 3, 8, 24))))
        kind = rng.choice((Dense, Dense, _Sums, _Steps, _Alone))
        yield kind(rng, rng.choice(SIZES), sizes, chosen, words)


def _singles(material: Material, numbers: list[int], words: tuple[str, ...]) -> Iterator[_Single]:
    """Yield fills that put each of the first constants into each number that stands alone."""
    shape = material.shape
    alone = [
        field
        for item in shape.items
        if isinstance(item, Line)
        for field in item.fields
        if field.kind is not Kind.WORD and field.name not in shape.counters
    ]
    for value in dict.fromkeys((*numbers[: 2 * _SINGLES : 3], *numbers[:_SINGLES])):
        for field in alone:
            if field.low <= value <= field.high:
                fill = _Single(material.rng, LARGE, extra=numbers[:_MOST], words=words)
                fill.name, fill.value = field.name, value
                yield fill


STRATUM = Stratum("constants of the programs", _propose, weight=3, reads_programs=True)

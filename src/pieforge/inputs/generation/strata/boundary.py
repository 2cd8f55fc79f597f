"""Least and largest sizes and values, their neighbours, zero, powers of two: many in one input."""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.building import Fill, uniform
from pieforge.inputs.generation.plain import replaced
from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.generation.values import LARGE, SIZES, Dense, affordable, interesting
from pieforge.inputs.grammar.input_grammar import Field

_ROUNDS = 200
_SHORT = 4
_CORNERS = 8
_ALL_UPPER = 2**_CORNERS - 1


class _Corner(Dense):
    """Numbers that stand alone, sizes too, each at one end: which one, a digit of `ends` says."""

    ends = 0
    flat = False
    """Whether columns are at one end too."""

    def size(self, field: Field, low: int, high: int) -> int:
        """Return the least or a large size."""
        return self.number(field, low, min(high, max(low, LARGE)))

    def number(self, field: Field, low: int, high: int) -> int:
        """Return one end of the range."""
        del field
        self.ends, upper = divmod(self.ends, 2)
        return high if upper else low

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return a column at one end, or a dense one."""
        if not self.flat:
            return super().numbers(field, low, high, count)
        return [self.number(field, low, high)] * count


class _Few(Dense):
    """Numbers of which a short column holds any: the interesting ones are seen elsewhere."""

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of a column."""
        if count < _SHORT:
            return uniform(self.rng, low, high, count)
        return super().numbers(field, low, high, count)


class _Extreme(Dense):
    """All numbers of a column at one end of their range, or at one place near it."""

    place = 0

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the same value for all."""
        del field
        values = interesting(low, high)
        return [values[self.place % len(values)]] * count


def _propose(material: Material) -> Iterator[bytes]:
    if material.shape.plain:
        yield from islice(replaced(material, interesting(-(2**63), 2**63)), _ROUNDS)
        return
    yield from affordable(material.shape, _fills(material))


def _fills(material: Material) -> Iterator[Fill]:
    rng = material.rng
    counters = [field for field in material.shape.fields() if field.name in material.shape.counters]
    yield Dense(rng, LARGE)
    for number, ends in enumerate(_corners(material)):
        corner = _Corner(rng, 21)
        corner.ends = ends
        corner.flat = ends in (0, _ALL_UPPER)
        yield corner
        if number == 0:
            yield from (_Few(rng, LARGE, {one.name: one.low}) for one in counters)
            yield Dense(rng, 21)
    for size in (160, 1, 13, 5, 34, 0):
        yield Dense(rng, size)
    for place in range(6):
        for size in (8, LARGE, 1):
            fill = _Extreme(rng, size)
            fill.place = place
            yield fill
    for _ in range(_ROUNDS):
        sizes = {one.name: rng.choice((one.low, one.low + 1, *SIZES)) for one in counters}
        yield Dense(rng, rng.choice(SIZES), sizes)


def _corners(material: Material) -> list[int]:
    """Return which combinations of ends to try: all of them where there are few."""
    ways = range(2**_CORNERS)
    # All low, both ends in turn, all high, then others.
    return [0, 0b10101010, 0b01010101, _ALL_UPPER, *material.rng.sample(ways, k=_CORNERS // 2)]


STRATUM = Stratum("extreme sizes and values", _propose, weight=3)

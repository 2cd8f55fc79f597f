"""Least and largest sizes and values, their neighbours, zero, powers of two: many in one input."""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.building import Fill, draw_uniform
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import (
    LARGE_SIZE,
    SIZES,
    DenseFill,
    build_affordable,
    list_interesting_values,
)
from pieforge.inputs.grammar.input_grammar import InputField

_ROUNDS = 200
_SHORT_COLUMN = 4
_CORNER_BITS = 8
_ALL_UPPER_BITS = 2**_CORNER_BITS - 1


class _CornerFill(DenseFill):
    """Numbers that stand alone, sizes too, each at one end: which one, a digit of `ends` says."""

    end_bits = 0
    flat = False
    """Whether columns are at one end too."""

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the least or a large size."""
        return self.choose_number(field, low, min(high, max(low, LARGE_SIZE)))

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return one end of the range."""
        del field
        self.end_bits, upper = divmod(self.end_bits, 2)
        return high if upper else low

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return a column at one end, or a dense one."""
        if not self.flat:
            return super().choose_numbers(field, low, high, count)
        return [self.choose_number(field, low, high)] * count


class _ShortUniformFill(DenseFill):
    """Numbers of which a short column holds any: the interesting ones are seen elsewhere."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of a column."""
        if count < _SHORT_COLUMN:
            return draw_uniform(self.rng, low, high, count)
        return super().choose_numbers(field, low, high, count)


class _ExtremeFill(DenseFill):
    """All numbers of a column at one end of their range, or at one place near it."""

    value_index = 0

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the same value for all."""
        del field
        values = list_interesting_values(low, high)
        return [values[self.value_index % len(values)]] * count


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if context.grammar.unstructured:
        yield from islice(
            replace_numbers(context, list_interesting_values(-(2**63), 2**63)), _ROUNDS
        )
        return
    yield from build_affordable(context.grammar, _generate_fills(context))


def _generate_fills(context: GenerationContext) -> Iterator[Fill]:
    rng = context.rng
    counters = [
        field for field in context.grammar.iter_fields() if field.name in context.grammar.counters
    ]
    yield DenseFill(rng, LARGE_SIZE)
    for number, ends in enumerate(_choose_corners(context)):
        corner = _CornerFill(rng, 21)
        corner.end_bits = ends
        corner.flat = ends in (0, _ALL_UPPER_BITS)
        yield corner
        if number == 0:
            yield from (_ShortUniformFill(rng, LARGE_SIZE, {one.name: one.low}) for one in counters)
            yield DenseFill(rng, 21)
    for size in (160, 1, 13, 5, 34, 0):
        yield DenseFill(rng, size)
    for place in range(6):
        for size in (8, LARGE_SIZE, 1):
            fill = _ExtremeFill(rng, size)
            fill.value_index = place
            yield fill
    for _ in range(_ROUNDS):
        sizes = {one.name: rng.choice((one.low, one.low + 1, *SIZES)) for one in counters}
        yield DenseFill(rng, rng.choice(SIZES), sizes)


def _choose_corners(context: GenerationContext) -> list[int]:
    """Return which combinations of ends to try: all of them where there are few."""
    ways = range(2**_CORNER_BITS)
    # All low, both ends in turn, all high, then others.
    return [
        0,
        0b10101010,
        0b01010101,
        _ALL_UPPER_BITS,
        *context.rng.sample(ways, k=_CORNER_BITS // 2),
    ]


STRATUM = Stratum("extreme sizes and values", _propose, weight=3)

"""Least and largest sizes and values, their neighbors, zero, powers of two: many in one input."""

from collections.abc import Iterator
from dataclasses import dataclass

from pieforge.inputs.generation.building import draw_uniform
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import (
    LARGE_SIZE,
    SIZES,
    DenseFill,
    build_affordable,
    list_interesting_values,
)
from pieforge.inputs.grammar.fields import InputField

_ROUNDS = 200
_SHORT_COLUMN = 4
_MAX_POSITION = 6
"""Interesting values, of the first ones, that fill whole columns."""
_CORNER_BITS = 8
_ALL_UPPER_BITS = 2**_CORNER_BITS - 1


@dataclass
class _CornerFill(DenseFill):
    """Numbers outside of columns, and sizes, each at one end of its range.

    Attributes:
        end_bits: A binary digit for each number, the first one lowest: 1 for the upper end.
    """

    end_bits: int = 0

    def __post_init__(self) -> None:
        # With all numbers at the same end, columns are at that end too.
        self.flat = self.end_bits in (0, _ALL_UPPER_BITS)

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the least or a large size."""
        return self.choose_number(field, low, min(high, max(low, LARGE_SIZE)))

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return one end of the range."""
        self.end_bits, upper = divmod(self.end_bits, 2)
        return high if upper else low

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return a column at one end, or a dense one."""
        if self.flat:
            return [self.choose_number(field, low, high)] * count
        return super().choose_numbers(field, low, high, count)


class _ShortUniformFill(DenseFill):
    """Short columns are uniform: other fills give them the interesting numbers."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of a column."""
        if count < _SHORT_COLUMN:
            return draw_uniform(self.rng, low, high, count)
        return super().choose_numbers(field, low, high, count)


@dataclass
class _ConstantFill(DenseFill):
    """All numbers of a column are the same interesting value; `position` is its index."""

    position: int = 0

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the same value for all."""
        values = list_interesting_values(low, high)
        return [values[self.position % len(values)]] * count


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    rng, counters = context.rng, context.grammar.counter_fields
    yield DenseFill(rng, LARGE_SIZE)
    # All low, the ends in turn, all high, then random combinations.
    corners = [0, 0b10101010, 0b01010101, _ALL_UPPER_BITS]
    corners += rng.sample(range(2**_CORNER_BITS), k=_CORNER_BITS // 2)
    for number, end_bits in enumerate(corners):
        yield _CornerFill(rng, 21, end_bits=end_bits)
        if number == 0:
            yield from (_ShortUniformFill(rng, LARGE_SIZE, {one.name: one.low}) for one in counters)
            yield DenseFill(rng, 21)
    for size in (160, 1, 13, 5, 34, 0):
        yield DenseFill(rng, size)
    for position in range(_MAX_POSITION):
        for size in (8, LARGE_SIZE, 1):
            yield _ConstantFill(rng, size, position=position)
    for _ in range(_ROUNDS):
        sizes = {one.name: rng.choice((one.low, one.low + 1, *SIZES)) for one in counters}
        yield DenseFill(rng, rng.choice(SIZES), sizes)


STRATUM = Stratum(
    "extreme sizes and values",
    lambda context: build_affordable(context.grammar, _generate_fills(context)),
    lambda context: replace_numbers(
        context, list_interesting_values(-(2**63), 2**63), rounds=_ROUNDS
    ),
    weight=3,
)

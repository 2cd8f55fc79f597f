"""Largest sizes with largest values: sums, products and indices that overflow a narrow type."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.building import Fill, build_inputs
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import DenseFill, FractionFill, build_balanced, has_brackets
from pieforge.inputs.grammar.fields import InputField

_SIZES = (1 << 30, 4096, 256)
"""Target sizes, clamped to each counter's range: the largest first."""
_SMALL_SIZE = 8
_ENDS = ((1.0, 0), (0.5, 0), (1.0, 9), (0.0, 0), (0.9, 1))
"""Fraction of the values at the upper end, and largest distance of any value from its end."""
_PLAIN_VALUES = (2**31 - 1, 2**31, 2**63 - 1, -(2**31), -(2**63))
_PLAIN_ROUNDS = 50


@dataclass
class _RangeEndFill(DenseFill):
    """Numbers at the ends of their ranges.

    Attributes:
        share: Fraction of them at the upper end, 0 to 1.
        max_distance: Largest distance from the end.
    """

    share: float = 1.0
    max_distance: int = 0

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values at or near the ends; of an index both ends, which makes long intervals."""
        share = 0.5 if field.cap is not None else self.share
        reach = min(self.max_distance, high - low)
        distances = self.rng.choices(range(reach + 1), k=count)
        return [high - far if self.rng.random() < share else low + far for far in distances]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return the longest words, all equal where all numbers are the largest."""
        if self.share == 1.0:
            return [self.choose_word(field, high)] * count
        return [self.choose_word(field, high) for _ in range(count)]

    def choose_word(self, field: InputField, size: int) -> str:
        """Return brackets that nest deeply with the last letter inside, or any letters."""
        if has_brackets(field.alphabet):
            letters = [one for one in field.alphabet if one.isalnum()][-1:]
            brackets = [one for one in field.alphabet if not one.isalnum()]
            return build_balanced(self.rng, "".join((*brackets, *letters)), size)
        if self.share == 1.0 and field.alphabet:
            return field.alphabet[-1] * size
        return super().choose_word(field, size)

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one tag alone, or any of them."""
        if self.share == 1.0:
            return [self.rng.choice(tags)] * count
        return super().choose_tags(tags, count)


def _generate_fills(context: GenerationContext) -> Iterator[Fill]:
    rng, counters = context.rng, context.grammar.counter_fields
    for size in _SIZES:
        for share, distance in _ENDS:
            yield _RangeEndFill(rng, size, share=share, max_distance=distance)
            if (size, share, distance) == (_SIZES[0], *_ENDS[0]):
                yield FractionFill(rng, 1.0)
                # All counters at their maximum may be too large to build: then one at a time.
                for one in counters if len(counters) > 1 else ():
                    yield _RangeEndFill(rng, _SMALL_SIZE, {one.name: size})


STRATUM = Stratum(
    "largest sizes with largest values",
    lambda context: build_inputs(context.grammar, _generate_fills(context)),
    lambda context: replace_numbers(context, _PLAIN_VALUES, _PLAIN_ROUNDS),
    weight=2,
)

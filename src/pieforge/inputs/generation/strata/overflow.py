"""The most of the largest: sums, products and indices that a narrow type cannot hold."""

import random
from collections.abc import Iterator, Sequence
from itertools import islice

from pieforge.inputs.generation.building import Fill, build_input
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import DenseFill, FractionFill, build_balanced, has_brackets
from pieforge.inputs.grammar.input_grammar import InputField

_SIZES = (1 << 30, 4096, 256)
"""Wished sizes, moved into each counter's range: the largest first."""
_SMALL_SIZE = 8
_ENDS = ((1.0, 0), (0.5, 0), (1.0, 9), (0.0, 0), (0.9, 1))
"""Which part of the values is at the upper end, and how far from the end they may be."""


class _RangeEndFill(DenseFill):
    """Numbers at the ends of their ranges.

    Attributes:
        share: How many of them are at the upper end, 0 to 1.
        max_distance: How far from the end they may be.
    """

    share = 1.0
    max_distance = 0

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values at or near the ends; of an index both ends, which makes long stretches."""
        share = 0.5 if field.cap is not None else self.share
        reach = min(self.max_distance, high - low)
        away = self.rng.choices(range(reach + 1), k=count)
        return [high - far if self.rng.random() < share else low + far for far in away]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return the longest words, all equal where all numbers are the largest."""
        if field.choices:
            return Fill.choose_words(self, field, low, high, count)
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


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if context.grammar.unstructured:
        yield from islice(
            replace_numbers(context, (2**31 - 1, 2**31, 2**63 - 1, -(2**31), -(2**63))), 50
        )
        return
    grammar = context.grammar
    counters = [field.name for field in grammar.iter_fields() if field.name in grammar.counters]
    for fill in _generate_fills(context.rng, counters):
        data = build_input(context.grammar, fill)
        if data is not None:
            yield data


def _generate_fills(rng: random.Random, counters: Sequence[str]) -> Iterator[Fill]:
    for size in _SIZES:
        for number, (share, near) in enumerate(_ENDS):
            fill = _RangeEndFill(rng, size)
            fill.share, fill.max_distance = share, near
            yield fill
            if number == 0 and size == _SIZES[0]:
                yield FractionFill(rng, 1.0)
                # All sizes at once can be too much: one after the other then.
                for name in counters if len(counters) > 1 else ():
                    yield _RangeEndFill(rng, _SMALL_SIZE, {name: size})


STRATUM = Stratum("largest sizes with largest values", _propose, weight=2)

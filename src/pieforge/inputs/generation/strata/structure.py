"""Values in a pattern: equal, sorted, reversed, alternating, periodic; paths, stars, cycles."""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice

from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import (
    LARGE_SIZE,
    SIZES,
    DenseFill,
    build_affordable,
    build_balanced,
    has_brackets,
)
from pieforge.inputs.grammar.input_grammar import InputField

_ROUNDS = 200
_BALANCED_PROBABILITY = 0.6
"""How often a word of brackets is balanced."""

Pattern = Callable[[list[int], int, int], list[int]]
"""Arranges given values in a pattern, for a range."""


def _pair_values(values: list[int]) -> list[int]:
    half = sorted(values)[: (len(values) + 1) // 2]
    return [value for one in half for value in (one, one)][: len(values)]


def _arrange_organ_pipe(values: list[int]) -> list[int]:
    ordered = sorted(values)
    return ordered[::2] + ordered[1::2][::-1]


def _cycle_range(values: list[int], low: int, high: int, *, step: int) -> list[int]:
    start = values[0]
    return [low + (start - low + step * i) % (high - low + 1) for i in range(len(values))]


PATTERNS: dict[str, Pattern] = {
    "path": lambda v, low, high: _cycle_range([low, *v[1:]], low, high, step=1),
    "next": lambda v, low, high: _cycle_range([min(low + 1, high), *v[1:]], low, high, step=1),
    "highest": lambda v, low, high: [low if i % 16 == 7 else high for i in range(len(v))],
    "sorted": lambda v, _l, _h: sorted(v),
    "equal": lambda v, _l, _h: v[:1] * len(v),
    "reversed": lambda v, _l, _h: sorted(v, reverse=True),
    "lowest": lambda v, low, high: [high if i % 16 == 7 else low for i in range(len(v))],
    "as they come": lambda v, _l, _h: v,
    "pairs": lambda v, _l, _h: _pair_values(v),
    "alternating": lambda v, low, high: list(islice(cycle((high, low)), len(v))),
    "periodic": lambda v, _l, _h: list(islice(cycle(v[:3]), len(v))),
    "falling": lambda v, low, high: _cycle_range([high, *v[1:]], low, high, step=-1),
    "two values": lambda v, _l, _h: [v[0] if one % 2 else v[-1] for one in v],
    "organ pipe": lambda v, _l, _h: _arrange_organ_pipe(v),
    "palindrome": lambda v, _l, _h: v[: (len(v) + 1) // 2] + v[: len(v) // 2][::-1],
}


_TWIN_PATTERNS = ("pairs", "pairs", "as they come")
"""Rows that agree in two columns with the row before, and differ in the third."""


class _PatternFill(DenseFill):
    """Gives every column its pattern: the first pattern to the first column, and so on."""

    patterns: Sequence[str] = ()
    at_ends = 1.0
    """How often a number that stands alone is at an end of its range."""
    upper = True
    """Which end the last one was at."""

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the lower end, then the upper one, as from one end of a path to the other.

        A number that bounds others is at its upper end, so that the path is long.
        """
        if field.name in self.bounding_names and self.target_size >= LARGE_SIZE:
            return high
        self.upper = not self.upper
        if self.rng.random() < self.at_ends:
            return high if self.upper else low
        return super().choose_number(field, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column, in its pattern."""
        if count < 2:
            return super().choose_numbers(field, low, high, count)
        few = [self.rng.randint(low, high) for _ in range(min(count, 64))]
        few[2:4] = [high, low][: len(few) - 2]
        values = (few * (count // len(few) + 1))[:count]
        return PATTERNS[self._rotate_pattern()](values, low, high)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words in a pattern, equal ones and ones in order among them."""
        if field.choices or count < 2:
            return super().choose_words(field, low, high, count)
        few = sorted(super().choose_words(field, low, high, self.rng.choice((1, 2, 5, 20))))
        values = list(range(len(few))) * (count // len(few) + 1)
        places = PATTERNS[self._rotate_pattern()](values[:count], 0, len(few) - 1)
        return [few[place] for place in places]

    def choose_word(self, field: InputField, size: int) -> str:
        """Return a word whose letters lie in a pattern; brackets open and close in pairs."""
        letters = field.alphabet
        if not letters or not size:
            return ""
        if has_brackets(letters) and self.rng.random() < _BALANCED_PROBABILITY:
            return build_balanced(self.rng, letters, size)
        places = [self.rng.randrange(len(letters)) for _ in range(size)]
        found = PATTERNS[self._rotate_pattern()](places, 0, len(letters) - 1)
        return "".join(letters[place] for place in found)

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one tag after another, each a few times, or one tag alone."""
        run = self.rng.choice((1, 2, max(1, count // len(tags)), max(1, count)))
        start = self.rng.randrange(len(tags))
        return [tags[(start + index // run) % len(tags)] for index in range(count)]

    def choose_edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Return a path, a star, a caterpillar or a binary tree."""
        kind = self.rng.randrange(4)
        size = high - low + 1
        parent: Callable[[int], int] = (
            lambda i: i - 1,
            lambda _: 0,
            lambda i: i - 1 if i <= size // 2 else i - size // 2 - 1,
            lambda i: (i - 1) // 2,
        )[kind]
        return [(low + parent(i), low + i) for i in range(1, size)]

    def _rotate_pattern(self) -> str:
        self.patterns = [*self.patterns[1:], self.patterns[0]]
        return self.patterns[-1]


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if not context.grammar.unstructured:
        yield from build_affordable(context.grammar, _generate_fills(context.rng))


def _generate_fills(rng: random.Random) -> Iterator[DenseFill]:
    names = list(PATTERNS)
    for number in range(_ROUNDS):
        # Side by side, `path` and `next` are the edges of a path, `lowest` and `path` of a star.
        first = 3 * number % len(names)
        patterns = names[first:] + names[:first]
        fill = _PatternFill(rng, LARGE_SIZE if number % 2 == 0 else rng.choice(SIZES))
        fill.patterns = patterns if number < len(names) else rng.sample(names, len(names))
        fill.at_ends = 1.0 if number < len(names) else 0.6
        yield fill
        if number == 0:
            twins = _PatternFill(rng, LARGE_SIZE)
            twins.patterns = _TWIN_PATTERNS
            yield twins


STRATUM = Stratum("values in patterns", _propose, weight=2)

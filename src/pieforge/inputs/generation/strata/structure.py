"""Values in a pattern: equal, sorted, reversed, alternating, periodic; paths, stars, cycles."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from pieforge.inputs.grammar.fields import InputField

_ROUNDS = 200
_BALANCED_PROBABILITY = 0.6
"""How often a word of brackets is balanced."""
_MAX_DRAWN = 64
"""Different values in one column."""

Pattern = Callable[[list[int], int, int], list[int]]
"""Arranges given values in a pattern, for a range."""


def _cycle_range(start: int, count: int, low: int, high: int, step: int = 1) -> list[int]:
    return [low + (start - low + step * i) % (high - low + 1) for i in range(count)]


_PATTERNS: dict[str, Pattern] = {
    "path": lambda v, low, high: _cycle_range(low, len(v), low, high),
    "next": lambda v, low, high: _cycle_range(min(low + 1, high), len(v), low, high),
    "highest": lambda v, low, high: [low if i % 16 == 7 else high for i in range(len(v))],
    "sorted": lambda v, _l, _h: sorted(v),
    "equal": lambda v, _l, _h: v[:1] * len(v),
    "reversed": lambda v, _l, _h: sorted(v, reverse=True),
    "lowest": lambda v, low, high: [high if i % 16 == 7 else low for i in range(len(v))],
    "as they come": lambda v, _l, _h: v,
    "pairs": lambda v, _l, _h: sorted(2 * sorted(v)[: (len(v) + 1) // 2])[: len(v)],
    "alternating": lambda v, low, high: list(islice(cycle((high, low)), len(v))),
    "periodic": lambda v, _l, _h: list(islice(cycle(v[:3]), len(v))),
    "falling": lambda v, low, high: _cycle_range(high, len(v), low, high, step=-1),
    "two values": lambda v, _l, _h: [v[0] if one % 2 else v[-1] for one in v],
    "organ pipe": lambda v, _l, _h: sorted(v)[::2] + sorted(v)[1::2][::-1],
    "palindrome": lambda v, _l, _h: v[: (len(v) + 1) // 2] + v[: len(v) // 2][::-1],
}
_TWIN_PATTERNS = ("pairs", "pairs", "as they come")
"""Rows that equal the row before in two columns, and differ in the third."""


@dataclass
class _PatternFill(DenseFill):
    """Applies the patterns to the columns in turn: the first pattern to the first column.

    Attributes:
        patterns: Names of the patterns, the next one first.
        end_probability: How often a number outside of columns is at an end of its range.
        upper: Whether the last such end was the upper one.
    """

    patterns: Sequence[str] = ()
    end_probability: float = 1.0
    upper: bool = True

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the lower end, then the upper one, as from one end of a path to the other.

        A number that bounds others is at its upper end, so that the path is long.
        """
        if field.name in self.bounding_names and self.target_size >= LARGE_SIZE:
            return high
        self.upper = not self.upper
        if self.rng.random() < self.end_probability:
            return high if self.upper else low
        return super().choose_number(field, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column, in its pattern."""
        if count < 2:
            return super().choose_numbers(field, low, high, count)
        few = [self.rng.randint(low, high) for _ in range(min(count, _MAX_DRAWN))]
        # Both ends of the range among them, without making the list longer.
        few[2:4] = [high, low][: len(few) - 2]
        return self._arrange(list(islice(cycle(few), count)), low, high)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words in a pattern, equal ones and ones in order among them."""
        if count < 2:
            return super().choose_words(field, low, high, count)
        few = sorted(super().choose_words(field, low, high, self.rng.choice((1, 2, 5, 20))))
        indices = list(islice(cycle(range(len(few))), count))
        return [few[index] for index in self._arrange(indices, 0, len(few) - 1)]

    def choose_word(self, field: InputField, size: int) -> str:
        """Return a word whose letters form a pattern; brackets open and close in pairs."""
        letters = field.alphabet
        if not letters or not size:
            return ""
        if has_brackets(letters) and self.rng.random() < _BALANCED_PROBABILITY:
            return build_balanced(self.rng, letters, size)
        indices = [self.rng.randrange(len(letters)) for _ in range(size)]
        return "".join(letters[index] for index in self._arrange(indices, 0, len(letters) - 1))

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one tag after another, each a few times, or one tag alone."""
        run = self.rng.choice((1, 2, max(1, count // len(tags)), max(1, count)))
        start = self.rng.randrange(len(tags))
        return [tags[(start + index // run) % len(tags)] for index in range(count)]

    def choose_edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Return a path, a star, a caterpillar or a binary tree."""
        size = high - low + 1
        parents: tuple[Callable[[int], int], ...] = (
            lambda i: i - 1,
            lambda _: 0,
            lambda i: i - 1 if i <= size // 2 else i - size // 2 - 1,
            lambda i: (i - 1) // 2,
        )
        parent = parents[self.rng.randrange(4)]
        return [(low + parent(i), low + i) for i in range(1, size)]

    def _arrange(self, values: list[int], low: int, high: int) -> list[int]:
        """Return values in the next pattern, which becomes the last one."""
        self.patterns = [*self.patterns[1:], self.patterns[0]]
        return _PATTERNS[self.patterns[-1]](values, low, high)


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    rng, names = context.rng, list(_PATTERNS)
    for number in range(_ROUNDS):
        # In neighboring columns, `path` and `next` are the edges of a path, `lowest` and `path`
        # those of a star; steps of 3 give each column every pattern over the first rounds.
        first = 3 * number % len(names)
        size = rng.choice(SIZES) if number % 2 else LARGE_SIZE
        systematic = number < len(names)
        patterns = names[first:] + names[:first] if systematic else rng.sample(names, len(names))
        yield _PatternFill(rng, size, patterns=patterns, end_probability=1.0 if systematic else 0.6)
        if number == 0:
            yield _PatternFill(rng, LARGE_SIZE, patterns=_TWIN_PATTERNS)


STRATUM = Stratum(
    "values in patterns",
    lambda context: build_affordable(context.grammar, _generate_fills(context)),
    weight=2,
)

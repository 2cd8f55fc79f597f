"""Values that trigger boundary errors, and fills that use them densely."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import ceil

from pieforge.inputs.generation.building import Fill, build_input, draw_uniform
from pieforge.inputs.grammar.fields import InputField, clamp
from pieforge.inputs.grammar.input_grammar import InputGrammar

LARGE_SIZE = 1500
"""Size, clamped to each counter's range, of inputs with very many values."""
SIZES = (2, 3, 5, 8, 13, 21, 34, 60, 160, 500, LARGE_SIZE, LARGE_SIZE)
"""Sizes to choose from: small ones, which reveal most errors, and large ones (twice as probable)
for the many values that one input then covers."""
_MAX_VALUES = 20_000
_FALLBACK_SIZE = 60
"""Size tried where a larger one makes more than `_MAX_VALUES` values, as in a table."""
_WIDE_PROBABILITY = 0.6
"""How often a number that bounds others is maximal where many values are wanted."""
_MIXTURE_PROBABILITY = 0.5
"""How often the words of a column share a mixture of letters, as the rows of a grid do."""
_COMMON_LETTER_WEIGHTS = (1, 30, 300, 2000)
"""Possible weights of the most frequent letter of a mixture; each other letter has weight 1."""
_KNOWN_WORD_PROBABILITY, _VARIED_WORD_PROBABILITY = 0.4, 0.3
_BRACKETS = ("()", "[]", "{}", "<>")

_POWERS = [2**k for k in (7, 8, 15, 16, 30, 31, 32, 53, 62, 63)]
_POWERS += [10**k for k in (1, 2, 3, 6, 9, 12, 18)]
_EDGES = sorted({s * (p + d) for p in _POWERS for d in (-1, 0, 1) for s in (1, -1)})
"""Where types end, and where sizes and moduli of problems often lie, with their neighbors."""


def list_interesting_values(low: int, high: int) -> list[int]:
    """Return values of a range that trigger boundary errors, the most effective first.

    The ends of the range with their neighbors, small numbers, then powers of two and ten.
    """
    nearest = (low, high, 0, 1, low + 1, high - 1, -1, 2, (low + high) // 2, low + 2, high - 2)
    return list(dict.fromkeys(v for v in (*nearest, *_EDGES) if low <= v <= high))


def build_affordable(grammar: InputGrammar, fills: Iterable["DenseFill"]) -> Iterator[bytes]:
    """Yield what the fills build, with smaller sizes where that would be too many values."""
    caps = [field.cap for field in grammar.iter_fields() if field.cap is not None]
    bounds = frozenset(name for cap in caps for name in cap.names)
    for fill in fills:
        fill.bounding_names = bounds
        data = build_input(grammar, fill, max_values=_MAX_VALUES)
        if data is None:
            fill.target_size = min(fill.target_size, _FALLBACK_SIZE)
            fill.sizes = {name: min(size, _FALLBACK_SIZE) for name, size in fill.sizes.items()}
            data = build_input(grammar, fill, max_values=_MAX_VALUES)
        if data is not None:
            yield data


@dataclass
class DenseFill(Fill):
    """Fills columns with as many interesting values as they can hold, repeated ones included.

    Attributes:
        target_size: Size of every counter that `sizes` does not name, clamped to its range.
        sizes: Sizes by counter's name, clamped to the counter's range.
        extra: Values to use in addition to the interesting ones, and more often.
        known_words: Words to use where the field's alphabet allows them.
        bounding_names: Names of the numbers that are caps of others (see `build_affordable`).
        mixture: Letters that the words of a column share, and the weight of each.
    """

    target_size: int
    sizes: dict[str, int] = field(default_factory=dict)
    extra: Sequence[int] = ()
    known_words: Sequence[str] = ()
    bounding_names: frozenset[str] = frozenset()
    mixture: tuple[list[str], list[int]] | None = None

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the target size."""
        return self.sizes.get(field.name, self.target_size)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return a number; one that bounds others is mostly maximal if many values are wanted."""
        wide = field.name in self.bounding_names and self.target_size >= LARGE_SIZE
        if wide and self.rng.random() < _WIDE_PROBABILITY:
            return high
        return super().choose_number(field, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return extra and interesting values, some of them twice, and uniform ones."""
        found = [value for value in self.extra if low <= value <= high]
        found += list_interesting_values(low, high)
        left = count - len(found)
        if left < 0:
            # Too few positions for all: half of them go to the first values, the rest to any.
            return [
                self.rng.choice(found[: count + 2] if self.rng.random() < 0.5 else found)
                for _ in range(count)
            ]
        # Half of the positions left repeat values, an eighth gets neighbors, the rest is uniform.
        found += self.rng.choices(found, k=left // 2)
        found += [v + self.rng.choice((-1, 1)) for v in self.rng.choices(found, k=left // 8)]
        found += draw_uniform(self.rng, low, high, count - len(found))
        self.rng.shuffle(found)
        return found

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return known words, words of few letters, and variations of the word before."""
        mixed = count > 1 and field.alphabet and self.rng.random() < _MIXTURE_PROBABILITY
        self.mixture = self._draw_mixture(field.alphabet) if mixed else None
        sizes = list_interesting_values(low, clamp(self.target_size, low, high))
        sizes += [size for size in self.extra if low <= size <= high]
        found = [self.choose_word(field, self.rng.choice(sizes)) for _ in range(count)]
        fitting = [
            word
            for word in self.known_words
            if low <= len(word) <= high and set(word) <= set(field.alphabet)
        ]
        for index in range(count):
            if fitting and self.rng.random() < _KNOWN_WORD_PROBABILITY:
                found[index] = self.rng.choice(fitting)
            elif index and self.rng.random() < _VARIED_WORD_PROBABILITY:
                found[index] = _vary_word(found[index - 1], field, low, high, self.rng)
        return found

    def choose_word(self, field: InputField, size: int) -> str:
        """Choose among few letters often, so that parts of the word repeat."""
        if not field.alphabet:
            return ""
        if self.mixture is not None:
            letters, weights = self.mixture
            return "".join(self.rng.choices(letters, weights, k=size))
        kinds = min(len(field.alphabet), self.rng.choice((1, 2, 3, 30)))
        return "".join(self.rng.choices(self.rng.sample(field.alphabet, k=kinds), k=size))

    def _draw_mixture(self, alphabet: str) -> tuple[list[str], list[int]]:
        """Return letters and their weights: one that may dominate, and one, two or all others."""
        others = self.rng.choice((1, 2, len(alphabet)))
        letters = self.rng.sample(alphabet, k=min(len(alphabet), others + 1))
        return letters, [self.rng.choice(_COMMON_LETTER_WEIGHTS), *[1] * (len(letters) - 1)]


def _vary_word(word: str, field: InputField, low: int, high: int, rng: random.Random) -> str:
    """Return a word shortened, extended, reversed or shuffled, or the word itself."""
    kind = rng.randrange(5)
    if kind == 0 and len(word) > low:
        return word[:-1]
    if kind == 1 and len(word) < high:
        return word + rng.choice(field.alphabet)
    if kind == 2:
        return word[::-1]
    if kind == 3:
        return "".join(rng.sample(word, k=len(word)))
    return word


@dataclass
class FractionFill(Fill):
    """Random values, and sizes that are a fraction of the largest.

    Attributes:
        fraction: 1 for the largest input that the constraints allow.
    """

    fraction: float

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the fraction of the largest size."""
        return ceil(high * self.fraction)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words of a fraction of the greatest length."""
        size = clamp(ceil(high * self.fraction), low, high)
        return [self.choose_word(field, size) for _ in range(count)]


def has_brackets(letters: str) -> bool:
    """Return whether letters include a pair of brackets."""
    return any(set(pair) <= set(letters) for pair in _BRACKETS)


def build_balanced(rng: random.Random, letters: str, size: int) -> str:
    """Return a word of `size` characters whose brackets match: nested deeply, or in sequence."""
    pairs = [pair for pair in _BRACKETS if set(pair) <= set(letters)]
    others = [letter for letter in letters if not any(letter in pair for pair in _BRACKETS)]
    inner = rng.choice((0, 1, size // 4)) if others else 0  # other letters that are left to place
    opening = rng.choice((1.0, 0.9, 0.5))  # probability of opening another pair
    open_pairs: list[str] = []  # the closing brackets that are still to come
    found: list[str] = []
    while room := size - len(found) - len(open_pairs):
        if inner and (room == 1 or rng.random() < inner / room):
            found.append(rng.choice(others))
            inner -= 1
        elif room >= 2 and (not open_pairs or rng.random() < opening):
            pair = rng.choice(pairs)
            found.append(pair[0])
            open_pairs.append(pair[1])
        elif open_pairs:
            found.append(open_pairs.pop())
        else:
            found.append(rng.choice(others or letters))
    return "".join((*found, *reversed(open_pairs)))

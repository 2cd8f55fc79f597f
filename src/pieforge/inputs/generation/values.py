"""Values at which programs go wrong, and fills that use them densely."""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from pieforge.inputs.generation.building import Fill, build_input, draw_uniform
from pieforge.inputs.grammar.input_grammar import InputField, InputGrammar

LARGE_SIZE = 1500
"""Size, moved into each counter's range, of inputs that hold very many values."""
SIZES = (2, 3, 5, 8, 13, 21, 34, 60, 160, 500, LARGE_SIZE, LARGE_SIZE)
"""Sizes to choose from: small ones, which show most, and large ones, which hold most."""
_MAX_VALUES = 20_000
_FALLBACK_SIZE = 60
_WIDE_PROBABILITY = 0.6
"""How often the range of values is as wide as it can be where many are wanted."""
_MIXTURE_PROBABILITY = 0.5
"""How often the words of a column share a mixture of letters, as the rows of a grid do."""
_COMMON_LETTER_WEIGHTS = (1, 30, 300, 2000)
"""How often the commonest letter of a mixture comes for one of each other letter."""
_BRACKETS = ("()", "[]", "{}", "<>")

_POWERS = tuple(2**k for k in (7, 8, 15, 16, 30, 31, 32, 53, 62, 63)) + tuple(
    10**k for k in (1, 2, 3, 6, 9, 12, 18)
)
_EDGES = tuple(sorted({s * (p + d) for p in _POWERS for d in (-1, 0, 1) for s in (1, -1)}))


def list_interesting_values(low: int, high: int) -> list[int]:
    """Return values in a range at which programs go wrong, the most telling first."""
    nearest = (low, high, 0, 1, low + 1, high - 1, -1, 2, (low + high) // 2, low + 2, high - 2)
    inside = _EDGES[bisect_left(_EDGES, low) : bisect_right(_EDGES, high)]
    return list(dict.fromkeys(v for v in (*nearest, *inside) if low <= v <= high))


def build_affordable(grammar: InputGrammar, fills: Iterator[Fill]) -> Iterator[bytes]:
    """Yield what the fills build, as long as it holds no more than some thousands of values.

    A fill that wishes for more, in a table for instance, gets smaller sizes.
    """
    bounds = frozenset(
        name for field in grammar.iter_fields() if field.cap is not None for name in field.cap.names
    )
    for fill in fills:
        if isinstance(fill, DenseFill):
            fill.bounding_names = bounds
        data = build_input(grammar, fill, max_values=_MAX_VALUES)
        if data is None and isinstance(fill, DenseFill):
            fill.target_size = min(fill.target_size, _FALLBACK_SIZE)
            fill.sizes = {name: min(size, _FALLBACK_SIZE) for name, size in fill.sizes.items()}
            data = build_input(grammar, fill, max_values=_MAX_VALUES)
        if data is not None:
            yield data


class DenseFill(Fill):
    """Fills columns with as many interesting values as they hold, ties among them.

    Args:
        rng: The source of chance.
        sizes: Wished sizes by counter's name, moved into the counter's range.
        size: Wished size of the other counters.
        extra: Values to use beside the interesting ones, and more often.
        words: Words to use where the field's alphabet allows them.
    """

    def __init__(
        self,
        rng: random.Random,
        size: int,
        sizes: dict[str, int] | None = None,
        extra: Sequence[int] = (),
        words: Sequence[str] = (),
    ) -> None:
        super().__init__(rng)
        self.target_size = size
        self.sizes = sizes or {}
        self.extra = extra
        self.known_words = words
        self.bounding_names: frozenset[str] = frozenset()
        """Names of the numbers that bound others."""
        self.mixture: tuple[list[str], list[int]] | None = None
        """Letters, and how often each comes, that the words of a column share."""

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the wished size."""
        return self.sizes.get(field.name, self.target_size)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return a number; one that bounds others is mostly large where many values are wanted."""
        if (
            field.name in self.bounding_names
            and self.target_size >= LARGE_SIZE
            and self.rng.random() < _WIDE_PROBABILITY
        ):
            return high
        return super().choose_number(field, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the given and the interesting values, some of them twice, and a few others."""
        values = list_interesting_values(low, high)
        fitting = [value for value in self.extra if low <= value <= high]
        if count < len(values) + len(fitting):
            # Half of the few places go to the first, the others to any of them.
            pool = [*fitting, *values]
            return [
                self.rng.choice(pool[: count + 2] if self.rng.random() < 0.5 else pool)
                for _ in range(count)
            ]
        found = [*fitting, *values]
        left = count - len(found)
        found += self.rng.choices(found, k=left // 2)
        found += [v + self.rng.choice((-1, 1)) for v in self.rng.choices(found, k=left // 8)]
        found += draw_uniform(self.rng, low, high, count - len(found))
        self.rng.shuffle(found)
        return found

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return given words, words of few letters, and words near the ones before."""
        if field.choices:
            return super().choose_words(field, low, high, count)
        mixed = count > 1 and field.alphabet and self.rng.random() < _MIXTURE_PROBABILITY
        self.mixture = self._draw_mixture(field.alphabet) if mixed else None
        sizes = list_interesting_values(low, max(low, min(high, self.target_size)))
        sizes += [size for size in self.extra if low <= size <= high]
        found = [self.choose_word(field, self.rng.choice(sizes)) for _ in range(count)]
        fitting = [
            word
            for word in self.known_words
            if low <= len(word) <= high and set(word) <= set(field.alphabet)
        ]
        for index in range(count):
            if fitting and self.rng.random() < 0.4:
                found[index] = self.rng.choice(fitting)
            elif index and self.rng.random() < 0.3:
                found[index] = _vary_word(found[index - 1], field, low, high, self.rng)
        return found

    def choose_word(self, field: InputField, size: int) -> str:
        """Choose among few letters often, so that parts of the word repeat."""
        if not field.alphabet:
            return ""
        if self.mixture is not None:
            letters, weights = self.mixture
            return "".join(self.rng.choices(letters, weights, k=size))
        few = self.rng.sample(
            field.alphabet, k=min(len(field.alphabet), self.rng.choice((1, 2, 3, 30)))
        )
        return "".join(self.rng.choices(few, k=size))

    def _draw_mixture(self, alphabet: str) -> tuple[list[str], list[int]]:
        """Return a letter that is nearly everywhere, or is not, and others among it."""
        others = self.rng.choice((1, 2, len(alphabet)))
        letters = self.rng.sample(alphabet, k=min(len(alphabet), others + 1))
        return letters, [self.rng.choice(_COMMON_LETTER_WEIGHTS), *(1 for _ in letters[1:])]


def _vary_word(word: str, field: InputField, low: int, high: int, rng: random.Random) -> str:
    """Return a word that is nearly the same, or the same."""
    kind = rng.randrange(5)
    if kind == 0 and len(word) > low:
        return word[:-1]
    if kind == 1 and len(word) < high:
        return word + rng.choice(field.alphabet)
    if kind == 2 and word:
        return word[::-1]
    if kind == 3 and word:
        letters = rng.sample(word, k=len(word))
        return "".join(letters)
    return word


class FractionFill(Fill):
    """Random values, and sizes that are a fraction of the largest.

    Args:
        rng: The source of chance.
        fraction: 1 for the largest input that the constraints allow.
    """

    def __init__(self, rng: random.Random, fraction: float) -> None:
        super().__init__(rng)
        self.fraction = fraction

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the fraction of the largest size."""
        del low
        return -int(-high * self.fraction // 1)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words of a fraction of the greatest length."""
        if field.choices:
            return super().choose_words(field, low, high, count)
        size = max(low, min(high, -int(-high * self.fraction // 1)))
        return [self.choose_word(field, size) for _ in range(count)]


def has_brackets(letters: str) -> bool:
    """Say whether there are brackets to open and to close."""
    return any(set(pair) <= set(letters) for pair in _BRACKETS)


def build_balanced(rng: random.Random, letters: str, size: int) -> str:
    """Return a word of a size whose brackets match: nested deeply, or side by side."""
    pairs = [pair for pair in _BRACKETS if set(pair) <= set(letters)]
    others = [letter for letter in letters if not any(letter in pair for pair in _BRACKETS)]
    inner = rng.choice((0, 1, size // 4)) if others else 0
    opening = rng.choice((1.0, 0.9, 0.5))
    open_pairs: list[str] = []
    found: list[str] = []
    while len(found) + len(open_pairs) < size:
        room = size - len(found) - len(open_pairs)
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

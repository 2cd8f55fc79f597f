"""Values that are the worst case of some algorithm: where they come from, and in which order."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from random import Random
from typing import Any

from pieforge.inputs.generation.building import Fill, draw_uniform
from pieforge.inputs.generation.values import build_balanced, has_brackets
from pieforge.inputs.grammar.fields import InputField

_BUCKETS = (
    *(13, 29, 59, 127, 257, 541, 1109, 2357, 5087, 10273, 20753, 42043, 85229),
    *(172933, 351061, 712697, 1447153),
)
"""Sizes of a growing hash table of libstdc++: keys that are multiples of one share a bucket."""
_ALMOST = 16
"""An almost sorted column has one exchange for this many values."""

Source = Callable[[Random, int, int, int], list[int]]
"""Returns values: called with the source of randomness, both ends of the range, and how many."""
Order = Callable[[Random, Sequence[Any]], list[Any]]
"""Arranges values that can be compared; some orders repeat or leave out values."""


def _progress(low: int, high: int, count: int, step: int) -> list[int]:
    """Return an arithmetic progression that starts again where it leaves the range."""
    rounds = max(1, (high - low) // step + 1)
    return [low + step * (i % rounds) for i in range(count)]


def _draw_few(rng: Random, low: int, high: int, count: int) -> list[int]:
    kinds = rng.choice((2, 3, max(1, math.isqrt(count))))
    return rng.choices(draw_uniform(rng, low, high, kinds), k=count)


def _draw_buckets(rng: Random, low: int, high: int, count: int) -> list[int]:
    """Return multiples of the size that a hash table of so many keys has, or will have next."""
    step = rng.choice([size for size in _BUCKETS if size >= count][:2] or _BUCKETS[-1:])
    first = -(-low // step) * step
    return _progress(first, max(first, high), count, step)


SOURCES: Mapping[str, Source] = {
    "consecutive": lambda _, low, high, count: _progress(low, high, count, 1),
    "following": lambda _, low, high, count: _progress(min(low + 1, high), high, count, 1),
    "highest": lambda _, _low, high, count: [high] * count,
    "uniform": draw_uniform,
    "buckets": _draw_buckets,
    "lowest": lambda _, low, _high, count: [low] * count,
    "spread": lambda _, low, high, count: _progress(
        low, high, count, max(1, (high - low) // max(1, count - 1))
    ),
    "few": _draw_few,
    "powers": lambda rng, low, high, count: _progress(low, high, count, 1 << rng.randrange(4, 17)),
    "halves": lambda _, low, high, count: [min(high, low + i // 2) for i in range(count)],
    "near-the-top": lambda rng, low, high, count: draw_uniform(
        rng, max(low, high - math.isqrt(count)), high, count
    ),
    "near-the-bottom": lambda rng, low, high, count: draw_uniform(
        rng, low, min(high, low + math.isqrt(count)), count
    ),
}
"""The values of a column, by kind. As parents of nodes the highest make a path, the lowest a star,
halves a binary tree; consecutive and following ones in two columns are the edges of a path."""


def _almost_sort(rng: Random, values: Sequence[Any]) -> list[Any]:
    found = sorted(values)
    for _ in range(len(found) // _ALMOST + 1):
        i, j = rng.randrange(len(found)), rng.randrange(len(found))
        found[i], found[j] = found[j], found[i]
    return found


def _zigzag(_: Random, values: Sequence[Any]) -> list[Any]:
    """Return the least value, the largest one, the second least one, and so on."""
    found = sorted(values)
    half = len(found) // 2
    pairs = zip(found[:half], reversed(found), strict=False)
    return [*chain.from_iterable(pairs), *found[half : half + len(found) % 2]]


def _block(rng: Random, values: Sequence[Any]) -> list[Any]:
    size = rng.choice((2, max(1, math.isqrt(len(values)))))
    return [values[i - i % size] for i in range(len(values))]


def _repeat(rng: Random, values: Sequence[Any]) -> list[Any]:
    period = rng.choice((2, 3, max(1, math.isqrt(len(values)))))
    return list(islice(cycle(values[:period]), len(values)))


ORDERS: Mapping[str, Order] = {
    "kept": lambda _, values: list(values),
    "descending": lambda _, values: sorted(values, reverse=True),
    "shuffled": lambda rng, values: rng.sample(values, k=len(values)),
    "ascending": lambda _, values: sorted(values),
    "zigzag": _zigzag,
    "up-and-down": lambda _, v: [*sorted(v)[::2], *sorted(v)[1::2][::-1]],
    "almost-ascending": _almost_sort,
    "halves-exchanged": lambda _, v: [*v[len(v) // 2 :], *v[: len(v) // 2]],
    "in-blocks": _block,
    "periodic": _repeat,
}
"""The orders that the values of a column, or nodes, or words come in."""


def draw_source(rng: Random) -> Source:
    """Return any kind of values."""
    return SOURCES[rng.choice(list(SOURCES))]


def draw_order(rng: Random) -> Order:
    """Return any order."""
    return ORDERS[rng.choice(list(ORDERS))]


def create_word(rng: Random, letters: str, size: int) -> str:
    """Return a word that is the worst case of some search in words.

    Args:
        rng: The source of randomness.
        letters: The alphabet; may be empty.
        size: Characters.
    """
    if not letters or not size:
        return ""
    if has_brackets(letters) and rng.random() < 0.5:
        return build_balanced(rng, letters, size)
    a, b = rng.choice(letters), rng.choice(letters)
    kind = rng.randrange(7)
    if kind == 0:
        return a * size
    if kind == 1:
        return a * (size - 1) + b
    if kind == 2:
        return b + a * (size - 1)
    if kind == 3:
        return a * (size // 2) + b + a * (size - size // 2 - 1)
    if kind == 4:
        return ((a + b) * size)[:size]
    if kind == 5:
        return "".join(rng.choices((a, b), k=size))
    return "".join(rng.choices(letters, k=size))


@dataclass
class StressFill(Fill):
    """Fills an input with patterns, at a part of the largest size.

    Attributes:
        share: Part of the largest size, above 0 to 1.
        plan: Kinds of values and orders of the first columns; of later ones at random.
    """

    share: float = 1.0
    plan: Sequence[tuple[Source, Order]] = ()
    columns: int = field(default=0, init=False)

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the largest size, or its part."""
        return max(low, math.ceil(high * self.share))

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return an end of the range, the upper one more often, or any number."""
        return self.rng.choice((high, high, low, self.rng.randint(low, high)))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of a column, in the next pattern."""
        if self.columns < len(self.plan):
            source, order = self.plan[self.columns]
        else:
            source, order = draw_source(self.rng), draw_order(self.rng)
        self.columns += 1
        return order(self.rng, source(self.rng, low, high, count))

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return long words: equal ones, ones with a long common beginning, or all sorts."""
        size = max(low, math.ceil(high * self.share))
        kind = self.rng.randrange(4)
        if kind == 0:
            return [create_word(self.rng, field.alphabet, size)] * count
        if kind == 1 and size and field.alphabet:
            stem = create_word(self.rng, field.alphabet, size)
            letters = range(min(size, 6))
            return [
                stem[: size - len(letters)]
                + "".join(self.rng.choices(field.alphabet, k=len(letters)))
                for _ in range(count)
            ]
        if kind == 2:
            size = self.rng.randint(low, size)
        return [create_word(self.rng, field.alphabet, size) for _ in range(count)]

    def choose_word(self, field: InputField, size: int) -> str:
        """Return one such word."""
        return create_word(self.rng, field.alphabet, size)

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one form alone, one half of each of two, them in turn, or any."""
        one, other = self.rng.choice(tags), self.rng.choice(tags)
        kind = self.rng.randrange(4)
        if kind == 0:
            return [one] * (count - 1) + [other] * min(count, 1)
        if kind == 1:
            return [one] * (count // 2) + [other] * (count - count // 2)
        if kind == 2:
            return list(islice(cycle((one, other)), count))
        return self.rng.choices(tags, k=count)

    def choose_edges(self, low: int, high: int) -> list[tuple[int, int]]:
        """Return a path, a star, a broom or a binary tree; its nodes in order, reversed or not."""
        order = ORDERS[self.rng.choice(("kept", "descending", "shuffled"))]
        nodes = order(self.rng, range(low, high + 1))
        size = len(nodes)
        parents: tuple[Callable[[int], int], ...] = (
            lambda i: i - 1,
            lambda _: 0,
            lambda i: i - 1 if i <= size // 2 else size // 2,
            lambda i: (i - 1) // 2,
        )
        parent = self.rng.choice(parents)
        edges = [(nodes[parent(i)], nodes[i]) for i in range(1, size)]
        return edges if self.rng.random() < 0.5 else edges[::-1]

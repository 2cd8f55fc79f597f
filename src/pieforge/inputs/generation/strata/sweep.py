"""Quantities that nobody writes down, moved through all of their values a small step at a time.

How often a value comes, how many different ones there are, how long a run is, how many edges a
node has, how large a group is, what a sum has come to: where one grows by one from row to row, it
meets every number that a program may compare it with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.generation.values import LARGE, Dense, affordable
from pieforge.inputs.grammar.input_grammar import Field, Forms, Item, Repeat

_ROUNDS = 40
_MOST_FORMS = 4
_STEPS = (1, 2, 9, 16)
"""Distances of neighbouring values where there are many different ones."""
_KINDS = 64
"""Different values, as far apart as can be."""
_NARROW = (1, 3, 12, 40)
"""Widths of ranges in which many values are equal or near."""

Column = Callable[["Sweep", int, int, int], list[int]]
"""Makes the values of a column out of least and largest value, and how many."""


def _growing(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return values among which more and more are different."""
    step = fill.rng.choice(_STEPS) if fill.turn else max(1, (high - low) // _KINDS)
    kinds = max(1, min(count // 4, (high - low) // step + 1))
    palette = [low + step * i for i in range(kinds)]
    return [palette[fill.rng.randrange(1 + i * i * kinds // count**2)] for i in range(count)]


def _multiples(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return values of which the first comes once, the second twice, and so on, in runs.

    The last one takes what is left after half of them.
    """
    found: list[int] = []
    value, times = low, 1
    while len(found) + times < count // 2:
        found += [value] * times
        times += 1
        value = value + fill.step if value + fill.step <= high else low
    return found + [value] * (count - len(found))


def _mixed_multiples(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    found = _multiples(fill, low, high, count)
    fill.rng.shuffle(found)
    return found


def _narrow(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    width = fill.rng.choice(_NARROW) if fill.turn else _NARROW[-1] // 3
    start = max(low, min(high - width, fill.rng.choice((low, 0, 1, high)) if fill.turn else low))
    return [fill.rng.randint(start, min(high, start + width)) for _ in range(count)]


def _running(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return one value after the other."""
    size = high - low + 1
    return [low + (fill.shift + i * fill.step) % size for i in range(count)]


def _doubled(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return one value after the other, each twice."""
    size = high - low + 1
    return [low + (fill.shift + i // 2) % size for i in range(count)]


def _lowest(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    del fill, high
    return [low] * count


def _random(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    return fill.plain(low, high, count)


def _falling(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return values that fall and begin anew: the later of two is the smaller."""
    del fill
    size = high - low + 1
    return [high - i % size for i in range(count)]


def _zigzag(fill: "Sweep", low: int, high: int, count: int) -> list[int]:
    """Return values that go up by two and down by one: all that are near are neighbours."""
    size = high - low + 1
    return [low + (fill.shift + (i + 1) // 2 + i % 2) % size for i in range(count)]


@dataclass(frozen=True)
class _Way:
    """How the columns of an input are filled.

    Attributes:
        first: Columns of indices, in turn: of the first form, of the second form, or of a table.
        others: Columns of other numbers, in turn.
        run: Rows of one form before the next form; 0 for one form alone.
        large: Whether every size is the largest that there is.
    """

    first: Sequence[Column]
    others: Sequence[Column]
    run: int = 1
    large: bool = False


_ALONE = _Way((_lowest, _running), (_multiples, _random), 0, large=True)
"""One form alone, as often as there can be lines."""
_WAYS = (
    # A path that grows, and what belongs to it is asked for at every step.
    _Way((_running, _running, _lowest, _running), (_growing, _random)),
    _ALONE,
    # One more edge at each node, then one with all the others.
    _Way((_multiples, _running), (_narrow, _random), 1),
    # A path of doubled edges, the second of two the better one.
    _Way((_doubled, _doubled), (_falling, _random), 2),
    _Way((_zigzag, _running), (_zigzag, _random)),
    _Way((_random, _random), (_narrow, _narrow)),
    _Way((_lowest, _running, _running, _running), (_mixed_multiples, _multiples)),
    _Way((_narrow, _narrow), (_running, _narrow), 3),
    _Way((_mixed_multiples, _random), (_growing, _growing)),
)


class Sweep(Dense):
    """Fills columns so that what is counted in them takes all values.

    Attributes:
        step: From one value to the next.
        shift: Of the first value; the second of two columns of indices is one ahead.
    """

    way: _Way = _WAYS[0]
    step = 1
    shift = 0
    turn = 0
    alone = 0
    """Which form is the only one, or the first one."""
    ends = 0
    """Where the first number that stands alone is: at the upper end, at the lower one, anywhere."""
    _indices = 0
    _others = 0

    def size(self, field: Field, low: int, high: int) -> int:
        """Return the wished size, or the largest."""
        return high if self.way.large else super().size(field, low, high)

    def number(self, field: Field, low: int, high: int) -> int:
        """Return the upper end for what bounds others; else an end, or any number, in turn."""
        if field.name in self.bounds:
            return high
        self.ends += 1
        return (self.rng.randint(low, high), high, low)[self.ends % 3]

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column."""
        if count < 2:
            return super().numbers(field, low, high, count)
        if field.cap is None and field.behind is None:
            column = self.way.others[self._others % len(self.way.others)]
            self._others += 1
            return column(self, low, high, count)
        column = self.way.first[self._indices % len(self.way.first)]
        self.shift = self._indices % 2
        self._indices += 1
        return column(self, low, high, count)

    def plain(self, low: int, high: int, count: int) -> list[int]:
        """Return any values of a range."""
        return [self.rng.randint(low, high) for _ in range(count)]

    def words(self, field: Field, low: int, high: int, count: int) -> list[str]:
        """Return words of two letters and one letter of another kind, in a corner."""
        if field.choices or count < 2 or len(field.alphabet) < 2:
            return super().words(field, low, high, count)
        corner, *others = self.rng.sample(field.alphabet, k=min(len(field.alphabet), 3))
        weights = [20, 1][: len(others)]
        size = max(low, min(high, self.wanted))
        found = ["".join(self.rng.choices(others, weights, k=size)) for _ in range(count)]
        return [corner + found[0][1:], *found[1:]] if size else found

    def tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one form after the other, each for some rows, or one form alone."""
        run = self.way.run or max(1, count)
        return [tags[(self.alone + i // run) % len(tags)] for i in range(count)]


def _propose(material: Material) -> Iterator[bytes]:
    if not material.shape.plain:
        yield from affordable(material.shape, _fills(material))


def _fills(material: Material) -> Iterator[Dense]:
    rng = material.rng
    forms = max((_forms(item) for item in material.shape.items), default=1)
    for turn in range(_ROUNDS):
        for place, way in enumerate(_WAYS):
            if way is _ALONE and not turn:
                # Where lines have but one form it can wait.
                alones = range(min(forms, _MOST_FORMS) if forms > 1 else 0)
            else:
                alones = range(turn, turn + 1)
            for alone in alones:
                fill = Sweep(rng, LARGE if turn % 2 == 0 else 40)
                fill.way = way
                fill.turn = turn
                fill.alone = alone
                fill.ends = turn + (place > 0)
                fill.step = _STEPS[turn % len(_STEPS)]
                yield fill


def _forms(item: Item) -> int:
    """Return how many forms the lines have that an item holds."""
    if isinstance(item, Repeat):
        return max(_forms(inner) for inner in item.body)
    return len(item.forms) if isinstance(item, Forms) else 1


STRATUM = Stratum("counts, sums and sizes that grow by one", _propose, weight=3)

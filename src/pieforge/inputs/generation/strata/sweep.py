"""Quantities that nobody writes down, moved through all of their values a small step at a time.

How often a value comes, how many different ones there are, how long a run is, how many edges a
node has, how large a group is, what a sum has come to: where one grows by one from row to row, it
meets every number that a program may compare it with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, DenseFill, build_affordable
from pieforge.inputs.grammar.input_grammar import GrammarItem, InputField, Repeat, TaggedLine

_ROUNDS = 40
_MAX_FORMS = 4
_STEPS = (1, 2, 9, 16)
"""Distances of neighbouring values where there are many different ones."""
_MAX_DISTINCT = 64
"""Different values, as far apart as can be."""
_NARROW_WIDTHS = (1, 3, 12, 40)
"""Widths of ranges in which many values are equal or near."""

ColumnFiller = Callable[["SweepFill", int, int, int], list[int]]
"""Makes the values of a column out of least and largest value, and how many."""


def _fill_growing(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    """Return values among which more and more are different."""
    step = fill.rng.choice(_STEPS) if fill.turn else max(1, (high - low) // _MAX_DISTINCT)
    kinds = max(1, min(count // 4, (high - low) // step + 1))
    palette = [low + step * i for i in range(kinds)]
    return [palette[fill.rng.randrange(1 + i * i * kinds // count**2)] for i in range(count)]


def _fill_multiples(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
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


def _fill_mixed_multiples(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    found = _fill_multiples(fill, low, high, count)
    fill.rng.shuffle(found)
    return found


def _fill_narrow(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    width = fill.rng.choice(_NARROW_WIDTHS) if fill.turn else _NARROW_WIDTHS[-1] // 3
    start = max(low, min(high - width, fill.rng.choice((low, 0, 1, high)) if fill.turn else low))
    return [fill.rng.randint(start, min(high, start + width)) for _ in range(count)]


def _fill_consecutive(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    """Return one value after the other."""
    size = high - low + 1
    return [low + (fill.shift + i * fill.step) % size for i in range(count)]


def _fill_doubled(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    """Return one value after the other, each twice."""
    size = high - low + 1
    return [low + (fill.shift + i // 2) % size for i in range(count)]


def _fill_lowest(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    del fill, high
    return [low] * count


def _fill_random(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    return fill.draw_uniform(low, high, count)


def _fill_falling(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    """Return values that fall and begin anew: the later of two is the smaller."""
    del fill
    size = high - low + 1
    return [high - i % size for i in range(count)]


def _fill_zigzag(fill: "SweepFill", low: int, high: int, count: int) -> list[int]:
    """Return values that go up by two and down by one: all that are near are neighbours."""
    size = high - low + 1
    return [low + (fill.shift + (i + 1) // 2 + i % 2) % size for i in range(count)]


@dataclass(frozen=True)
class _SweepPlan:
    """How the columns of an input are filled.

    Attributes:
        index_columns: Columns of indices, in turn: of the first form, of the second form, or of a
            table.
        value_columns: Columns of other numbers, in turn.
        rows_per_form: Rows of one form before the next form; 0 for one form alone.
        largest_sizes: Whether every size is the largest that there is.
    """

    index_columns: Sequence[ColumnFiller]
    value_columns: Sequence[ColumnFiller]
    rows_per_form: int = 1
    largest_sizes: bool = False


_SINGLE_FORM = _SweepPlan(
    (_fill_lowest, _fill_consecutive), (_fill_multiples, _fill_random), 0, largest_sizes=True
)
"""One form alone, as often as there can be lines."""
_PLANS = (
    # A path that grows, and what belongs to it is asked for at every step.
    _SweepPlan(
        (_fill_consecutive, _fill_consecutive, _fill_lowest, _fill_consecutive),
        (_fill_growing, _fill_random),
    ),
    _SINGLE_FORM,
    # One more edge at each node, then one with all the others.
    _SweepPlan((_fill_multiples, _fill_consecutive), (_fill_narrow, _fill_random), 1),
    # A path of doubled edges, the second of two the better one.
    _SweepPlan((_fill_doubled, _fill_doubled), (_fill_falling, _fill_random), 2),
    _SweepPlan((_fill_zigzag, _fill_consecutive), (_fill_zigzag, _fill_random)),
    _SweepPlan((_fill_random, _fill_random), (_fill_narrow, _fill_narrow)),
    _SweepPlan(
        (_fill_lowest, _fill_consecutive, _fill_consecutive, _fill_consecutive),
        (_fill_mixed_multiples, _fill_multiples),
    ),
    _SweepPlan((_fill_narrow, _fill_narrow), (_fill_consecutive, _fill_narrow), 3),
    _SweepPlan((_fill_mixed_multiples, _fill_random), (_fill_growing, _fill_growing)),
)


class SweepFill(DenseFill):
    """Fills columns so that what is counted in them takes all values.

    Attributes:
        step: From one value to the next.
        shift: Of the first value; the second of two columns of indices is one ahead.
    """

    plan: _SweepPlan = _PLANS[0]
    step = 1
    shift = 0
    turn = 0
    first_form = 0
    """Which form is the only one, or the first one."""
    ends = 0
    """Where the first number that stands alone is: at the upper end, at the lower one, anywhere."""
    _indices = 0
    _others = 0

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the wished size, or the largest."""
        return high if self.plan.largest_sizes else super().choose_size(field, low, high)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the upper end for what bounds others; else an end, or any number, in turn."""
        if field.name in self.bounding_names:
            return high
        self.ends += 1
        return (self.rng.randint(low, high), high, low)[self.ends % 3]

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column."""
        if count < 2:
            return super().choose_numbers(field, low, high, count)
        if field.cap is None and field.behind is None:
            column = self.plan.value_columns[self._others % len(self.plan.value_columns)]
            self._others += 1
            return column(self, low, high, count)
        column = self.plan.index_columns[self._indices % len(self.plan.index_columns)]
        self.shift = self._indices % 2
        self._indices += 1
        return column(self, low, high, count)

    def draw_uniform(self, low: int, high: int, count: int) -> list[int]:
        """Return any values of a range."""
        return [self.rng.randint(low, high) for _ in range(count)]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words of two letters and one letter of another kind, in a corner."""
        if field.choices or count < 2 or len(field.alphabet) < 2:
            return super().choose_words(field, low, high, count)
        corner, *others = self.rng.sample(field.alphabet, k=min(len(field.alphabet), 3))
        weights = [20, 1][: len(others)]
        size = max(low, min(high, self.target_size))
        found = ["".join(self.rng.choices(others, weights, k=size)) for _ in range(count)]
        return [corner + found[0][1:], *found[1:]] if size else found

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one form after the other, each for some rows, or one form alone."""
        run = self.plan.rows_per_form or max(1, count)
        return [tags[(self.first_form + i // run) % len(tags)] for i in range(count)]


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if not context.grammar.unstructured:
        yield from build_affordable(context.grammar, _generate_fills(context))


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    rng = context.rng
    forms = max((_count_forms(item) for item in context.grammar.items), default=1)
    for turn in range(_ROUNDS):
        for place, way in enumerate(_PLANS):
            if way is _SINGLE_FORM and not turn:
                # Where lines have but one form it can wait.
                alones = range(min(forms, _MAX_FORMS) if forms > 1 else 0)
            else:
                alones = range(turn, turn + 1)
            for alone in alones:
                fill = SweepFill(rng, LARGE_SIZE if turn % 2 == 0 else 40)
                fill.plan = way
                fill.turn = turn
                fill.first_form = alone
                fill.ends = turn + (place > 0)
                fill.step = _STEPS[turn % len(_STEPS)]
                yield fill


def _count_forms(item: GrammarItem) -> int:
    """Return how many forms the lines have that an item holds."""
    if isinstance(item, Repeat):
        return max(_count_forms(inner) for inner in item.body)
    return len(item.forms) if isinstance(item, TaggedLine) else 1


STRATUM = Stratum("counts, sums and sizes that grow by one", _propose, weight=3)

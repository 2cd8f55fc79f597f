"""Quantities that an input does not state, moved through all of their values in small steps.

How often a value occurs, how many distinct ones there are, how long a run is, the degree of a node,
the size of a group, a prefix sum: a quantity that grows by one from row to row meets every number
that a program may compare it with.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, DenseFill, build_affordable
from pieforge.inputs.grammar.fields import InputField, clamp
from pieforge.inputs.grammar.items import GrammarItem, Repeat

_ROUNDS = 40
_MAX_FORMS = 4
_STEPS = (1, 2, 9, 16)
"""Distances of neighboring values where there are many distinct ones."""
_MAX_DISTINCT = 64
"""Distinct values in the first round, as far apart as possible."""
_NARROW_WIDTHS = (1, 3, 12, 40)
"""Widths of ranges in which many values are equal or near."""
_SMALL_SIZE = 40


@dataclass(frozen=True)
class _SweepPlan:
    """How the columns of an input are filled.

    Attributes:
        index_columns: Names of fillers of the columns of indices, in turn: those of the first
            form, then of the second form, or those of a table.
        value_columns: Names of fillers of the columns of other numbers, in turn.
        rows_per_form: Rows of one form before the next form; 0 for one form alone.
        largest_sizes: Whether every size is the largest of its range.
    """

    index_columns: Sequence[str]
    value_columns: Sequence[str]
    rows_per_form: int = 1
    largest_sizes: bool = False


_SINGLE_FORM = _SweepPlan(
    ("lowest", "consecutive"), ("multiples", "uniform"), rows_per_form=0, largest_sizes=True
)
"""One form alone, as often as there can be lines."""
_PLANS = (
    # A path that grows, and what belongs to it is asked for at every step.
    _SweepPlan(("consecutive", "consecutive", "lowest", "consecutive"), ("growing", "uniform")),
    _SINGLE_FORM,
    # Each node has one more edge than the one before, the last one all the others.
    _SweepPlan(("multiples", "consecutive"), ("narrow", "uniform")),
    # A path of doubled edges, the second of two the better one.
    _SweepPlan(("doubled", "doubled"), ("falling", "uniform"), rows_per_form=2),
    _SweepPlan(("zigzag", "consecutive"), ("zigzag", "uniform")),
    _SweepPlan(("uniform", "uniform"), ("narrow", "narrow")),
    _SweepPlan(
        ("lowest", "consecutive", "consecutive", "consecutive"), ("mixed multiples", "multiples")
    ),
    _SweepPlan(("narrow", "narrow"), ("consecutive", "narrow"), rows_per_form=3),
    _SweepPlan(("mixed multiples", "uniform"), ("growing", "growing")),
)


@dataclass
class _SweepFill(DenseFill):
    """Fills columns so that what is counted in them takes all values.

    Attributes:
        plan: How columns are filled.
        step: Distance from one value to the next.
        turn: Number of the round.
        first_form: Index of the only form, or of the first one.
        ends: Position of the next number outside of columns, modulo 3 and after adding one: any,
            the upper end, the lower end.
        shift: Offset of the first value; the second of two columns of indices is one ahead.
        indices: How many columns of indices were filled so far.
        others: How many other columns were filled so far.
    """

    plan: _SweepPlan = _PLANS[0]
    step: int = 1
    turn: int = 0
    first_form: int = 0
    ends: int = 0
    shift: int = 0
    indices: int = 0
    others: int = 0

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the target size, or the largest."""
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
        if field.is_index:
            self.shift = self.indices % 2
            name = self.plan.index_columns[self.indices % len(self.plan.index_columns)]
            self.indices += 1
        else:
            name = self.plan.value_columns[self.others % len(self.plan.value_columns)]
            self.others += 1
        if name in _OFFSETS:
            offset, size = _OFFSETS[name], high - low + 1
            return [low + offset(self, i) % size for i in range(count)]
        return _FILLERS[name](self, low, high, count)

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words of two letters, and one letter of another kind in a corner."""
        if count < 2 or len(field.alphabet) < 2:
            return super().choose_words(field, low, high, count)
        corner, *others = self.rng.sample(field.alphabet, k=min(len(field.alphabet), 3))
        weights = [20, 1][: len(others)]
        size = clamp(self.target_size, low, high)
        found = ["".join(self.rng.choices(others, weights, k=size)) for _ in range(count)]
        return [corner + found[0][1:], *found[1:]] if size else found

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return one form after the other, each for some rows, or one form alone."""
        run = self.plan.rows_per_form or max(1, count)
        return [tags[(self.first_form + i // run) % len(tags)] for i in range(count)]


def _fill_growing(fill: _SweepFill, low: int, high: int, count: int) -> list[int]:
    """Return values among which more and more are distinct."""
    step = fill.rng.choice(_STEPS) if fill.turn else max(1, (high - low) // _MAX_DISTINCT)
    kinds = max(1, min(count // 4, (high - low) // step + 1))
    # The i-th value is one of the first 1 + kinds * (i / count)^2.
    return [low + step * fill.rng.randrange(1 + i * i * kinds // count**2) for i in range(count)]


def _fill_multiples(fill: _SweepFill, low: int, high: int, count: int) -> list[int]:
    """Return runs of 1, 2, 3, ... equal values; after half of them a last run takes the rest."""
    found: list[int] = []
    value, times = low, 1
    while len(found) + times < count // 2:
        found += [value] * times
        times += 1
        value = value + fill.step if value + fill.step <= high else low
    return found + [value] * (count - len(found))


def _fill_mixed_multiples(fill: _SweepFill, low: int, high: int, count: int) -> list[int]:
    found = _fill_multiples(fill, low, high, count)
    fill.rng.shuffle(found)
    return found


def _fill_narrow(fill: _SweepFill, low: int, high: int, count: int) -> list[int]:
    """Return uniform values of a narrow range."""
    width = fill.rng.choice(_NARROW_WIDTHS) if fill.turn else _NARROW_WIDTHS[-1] // 3
    start = fill.rng.choice((low, 0, 1, high)) if fill.turn else low
    start = max(low, min(high - width, start))
    return [fill.rng.randint(start, min(high, start + width)) for _ in range(count)]


_FILLERS: dict[str, Callable[[_SweepFill, int, int, int], list[int]]] = {
    "growing": _fill_growing,
    "multiples": _fill_multiples,
    "mixed multiples": _fill_mixed_multiples,
    "narrow": _fill_narrow,
    "uniform": lambda fill, low, high, n: [fill.rng.randint(low, high) for _ in range(n)],
}
"""Make the values of a column out of the least and the largest value, and their number."""
_OFFSETS: dict[str, Callable[[_SweepFill, int], int]] = {
    "lowest": lambda _fill, _i: 0,
    "consecutive": lambda fill, i: fill.shift + i * fill.step,
    "doubled": lambda fill, i: fill.shift + i // 2,
    "falling": lambda _fill, i: -1 - i,
    "zigzag": lambda fill, i: fill.shift + (i + 1) // 2 + i % 2,  # up by two, down by one
}
"""Offset of the i-th value of a column from the least value, modulo the size of the range."""


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    forms = max(map(_count_forms, context.grammar.items), default=1)
    for turn in range(_ROUNDS):
        for place, plan in enumerate(_PLANS):
            first_forms = range(turn, turn + 1)
            if plan is _SINGLE_FORM and not turn:
                # The first round tries each form alone; where there is only one it can wait.
                first_forms = range(min(forms, _MAX_FORMS) if forms > 1 else 0)
            for first_form in first_forms:
                yield _SweepFill(
                    context.rng,
                    _SMALL_SIZE if turn % 2 else LARGE_SIZE,
                    plan=plan,
                    step=_STEPS[turn % len(_STEPS)],
                    turn=turn,
                    first_form=first_form,
                    ends=turn + (place > 0),
                )


def _count_forms(item: GrammarItem) -> int:
    """Return the most forms that a line of the item has."""
    if isinstance(item, Repeat):
        return max(map(_count_forms, item.body))
    return len(item.forms)


STRATUM = Stratum(
    "counts, sums and sizes that grow by one",
    lambda context: build_affordable(context.grammar, _generate_fills(context)),
    weight=3,
)

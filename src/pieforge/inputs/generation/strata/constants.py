"""Constants of the programs under comparison, and their neighbors.

They are used as values, as sizes, as prefix sums, and as steps from one value to the next or from
one column to the other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from pieforge.inputs.generation.constants import extract_constants
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, SIZES, DenseFill, build_affordable
from pieforge.inputs.grammar.fields import FieldKind, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import Line

_ROUNDS = 200
_UPPER_END_PROBABILITY = 0.8
"""How often a number outside of columns is at its upper end."""
_STEP_PROBABILITY = 0.5
"""How often a number is a step away from another one, where it can be."""
_SUM_PROBABILITY = 0.6
"""How often a number completes a prefix sum, where it can."""
_SCALAR_FILLS = 6
_MAX_CONSTANTS = 24
"""Constants that are put into one input."""


class _PrefixSumFill(DenseFill):
    """Numbers whose prefix sums are the constants one after another, again and again."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers; a sum starts again at 0 once it has reached all constants."""
        found = super().choose_numbers(field, low, high, count)
        total = 0
        goals = sorted(self.extra)
        for index in range(count):
            goal = next((g for g in goals if max(low, 1) <= g - total <= high), None)
            if goal is not None and self.rng.random() < _SUM_PROBABILITY:
                found[index] = goal - total
            total = total + found[index] if goal is not None else 0
        return found


@dataclass
class _StepFill(DenseFill):
    """Numbers that differ by a constant from the one before, or from the same row's last one."""

    previous_column: list[int] = field(default_factory=list)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the upper end, so that there is room for steps, or any number."""
        if self.rng.random() < _UPPER_END_PROBABILITY:
            return high
        return super().choose_number(field, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of one column, relative to the column before."""
        found = super().choose_numbers(field, low, high, count)
        before = self.previous_column
        for index in range(1, count) if self.extra else ():
            step = self.rng.choice(self.extra) * self.rng.choice((-1, 1))
            goal = step + (before[index] if len(before) == count else found[index - 1])
            if low <= goal <= high and self.rng.random() < _STEP_PROBABILITY:
                found[index] = goal
        self.previous_column = found if count > 1 else before
        return found


class _RepeatedConstantFill(DenseFill):
    """Columns that hold one constant alone."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the same constant for all."""
        fitting = [value for value in self.extra if low <= value <= high]
        if not fitting or field.cap is not None:
            return super().choose_numbers(field, low, high, count)
        return [self.rng.choice(fitting)] * count


@dataclass
class _ScalarFill(DenseFill):
    """The number called `name`, outside of columns, is `value`; the others are random."""

    name: str = ""
    value: int = 0

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the given number, or an end of the range, or any number."""
        if field.name == self.name:
            return self.value
        return self.rng.choice((low, high, self.rng.randint(low, high)))


def _list_constants(context: GenerationContext) -> tuple[list[int], tuple[str, ...]]:
    """Return numbers, each followed by its neighbors, then the negatives of all; and words."""
    known = extract_constants(context.programs)
    numbers = list(dict.fromkeys(n + d for n in known.numbers for d in (0, 1, -1)))
    return numbers + [-n for n in numbers if n > 0], known.words


def _replace_by_constants(context: GenerationContext) -> Iterator[bytes]:
    numbers, words = _list_constants(context)
    return replace_numbers(context, numbers or [0], _ROUNDS if numbers or words else 0)


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    rng, counters = context.rng, context.grammar.counter_fields
    numbers, words = _list_constants(context)
    if not numbers and not words:
        return
    first = numbers[:_MAX_CONSTANTS]
    exact = numbers[:12:3]  # the first constants themselves, without their neighbors
    as_size = [n for n in numbers if any(f.low <= n <= f.high for f in counters)]
    dense = partial(DenseFill, rng, known_words=words)
    scalar = partial(_ScalarFill, rng, LARGE_SIZE, extra=first, known_words=words)
    single = _generate_scalar_fills(context.grammar, numbers, scalar)
    if not counters:
        yield from islice(single, _SCALAR_FILLS)
    yield dense(LARGE_SIZE, extra=first)
    yield dense(21, extra=first[:6])
    yield from islice(single, _SCALAR_FILLS // 2)
    yield _StepFill(rng, 500, extra=exact, known_words=words)
    for n in as_size[:3]:
        yield dense(n, extra=first)
    yield _PrefixSumFill(rng, 160, extra=exact, known_words=words)
    yield _RepeatedConstantFill(rng, LARGE_SIZE, extra=numbers[:3], known_words=words)
    yield dense(8, extra=first[:3])
    yield from single
    for n in as_size[3:_MAX_CONSTANTS]:
        yield dense(n, extra=first)
    for _ in range(_ROUNDS):
        sizes = {f.name: rng.choice((*as_size, *SIZES)) for f in counters}
        chosen = rng.sample(numbers, k=min(len(numbers), rng.choice((1, 3, 8, 24))))
        kind = rng.choice((DenseFill, DenseFill, _PrefixSumFill, _StepFill, _RepeatedConstantFill))
        yield kind(rng, rng.choice(SIZES), sizes, chosen, words)


def _generate_scalar_fills(
    grammar: InputGrammar, numbers: list[int], create: Callable[..., _ScalarFill]
) -> Iterator[_ScalarFill]:
    """Yield fills that put each of the first constants into each number outside of columns."""
    counters = grammar.counters
    fields = [
        one
        for line in grammar.items
        if isinstance(line, Line)
        for one in line.fields
        if one.kind is not FieldKind.WORD and one.name not in counters
    ]
    # The constants themselves before their neighbors.
    values = dict.fromkeys((*numbers[: 2 * _SCALAR_FILLS : 3], *numbers[:_SCALAR_FILLS]))
    for value in values:
        for one in fields:
            if one.low <= value <= one.high:
                yield create(name=one.name, value=value)


STRATUM = Stratum(
    "constants of the programs",
    lambda context: build_affordable(context.grammar, _generate_fills(context)),
    _replace_by_constants,
    weight=3,
    reads_programs=True,
)

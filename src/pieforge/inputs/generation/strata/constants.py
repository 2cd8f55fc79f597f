"""Constants of the programs under comparison, and their neighbours.

As values, as sizes, as running sums, as steps from one value to the next and from one column to
the other.
"""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.constants import extract_constants
from pieforge.inputs.generation.plain import replace_numbers
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, SIZES, DenseFill, build_affordable
from pieforge.inputs.grammar.input_grammar import FieldKind, InputField, Line

_ROUNDS = 200
_UPPER_END_PROBABILITY = 0.8
"""How often a number that stands alone is at its upper end."""
_STEP_PROBABILITY = 0.5
"""How often a number is a step away from another one, where it can be."""
_SCALAR_FILLS = 6
_MAX_CONSTANTS = 24
"""Constants that are put into one input."""


class _PrefixSumFill(DenseFill):
    """Numbers whose running sum meets the constants one after another, again and again."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers; a sum begins anew once it has met all constants."""
        found = super().choose_numbers(field, low, high, count)
        total = 0
        goals = sorted(self.extra)
        for index in range(count):
            goal = next((g for g in goals if max(low, 1) <= g - total <= high), None)
            if goal is not None and self.rng.random() < 0.6:
                found[index] = goal - total
            total = total + found[index] if goal is not None else 0
        return found


class _StepFill(DenseFill):
    """Numbers that are a constant away from the one before, or from the one beside them."""

    previous_column: list[int] = []  # noqa: RUF012  (replaced, never changed)

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the upper end, so that there is room for steps, or any number."""
        return (
            high
            if self.rng.random() < _UPPER_END_PROBABILITY
            else super().choose_number(field, low, high)
        )

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the numbers of one column, in view of the column before."""
        found = super().choose_numbers(field, low, high, count)
        for index in range(1, count) if self.extra else ():
            step = self.rng.choice(self.extra) * self.rng.choice((-1, 1))
            near = (
                self.previous_column[index]
                if len(self.previous_column) == count
                else found[index - 1]
            )
            if low <= near + step <= high and self.rng.random() < _STEP_PROBABILITY:
                found[index] = near + step
        self.previous_column = found if count > 1 else self.previous_column
        return found


class _RepeatedConstantFill(DenseFill):
    """Columns that hold one constant alone."""

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the same constant for all."""
        fitting = [value for value in self.extra if low <= value <= high]
        if not fitting or field.cap is not None:
            return super().choose_numbers(field, low, high, count)
        return [self.rng.choice(fitting)] * count


class _ScalarFill(DenseFill):
    """One number that stands alone is a given one; the others that do are at an end, or any."""

    name = ""
    value = 0

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the given number, or an end of the range, or any number."""
        if field.name == self.name:
            return self.value
        return self.rng.choice((low, high, self.rng.randint(low, high)))


def _propose(context: GenerationContext) -> Iterator[bytes]:
    known = extract_constants(context.programs)
    numbers = list(dict.fromkeys(n + d for n in known.numbers for d in (0, 1, -1)))
    numbers += [-n for n in numbers if n > 0]
    if not numbers and not known.words:
        return
    if context.grammar.unstructured:
        yield from islice(replace_numbers(context, numbers or [0]), _ROUNDS)
        return
    yield from build_affordable(context.grammar, _generate_fills(context, numbers, known.words))


def _generate_fills(
    context: GenerationContext, numbers: list[int], words: tuple[str, ...]
) -> Iterator[DenseFill]:
    rng = context.rng
    counters = [
        field for field in context.grammar.iter_fields() if field.name in context.grammar.counters
    ]
    first = numbers[:_MAX_CONSTANTS]
    exact = numbers[:12:3]
    """The first constants themselves, without their neighbours."""
    as_size = [n for n in numbers if any(f.low <= n <= f.high for f in counters)]
    single = _generate_scalar_fills(context, numbers, words)
    if not counters:
        yield from islice(single, _SCALAR_FILLS)
    yield DenseFill(rng, LARGE_SIZE, extra=first, words=words)
    yield DenseFill(rng, 21, extra=first[:6], words=words)
    yield from islice(single, _SCALAR_FILLS // 2)
    yield _StepFill(rng, 500, extra=exact, words=words)
    for n in as_size[:3]:
        yield DenseFill(rng, n, extra=first, words=words)
    yield _PrefixSumFill(rng, 160, extra=exact, words=words)
    yield _RepeatedConstantFill(rng, LARGE_SIZE, extra=numbers[:3], words=words)
    yield DenseFill(rng, 8, extra=first[:3], words=words)
    yield from single
    for n in as_size[3:_MAX_CONSTANTS]:
        yield DenseFill(rng, n, extra=first, words=words)
    for _ in range(_ROUNDS):
        sizes = {f.name: rng.choice((*as_size, *SIZES)) for f in counters}
        chosen = rng.sample(numbers, k=min(len(numbers), rng.choice((1, 3, 8, 24))))
        kind = rng.choice((DenseFill, DenseFill, _PrefixSumFill, _StepFill, _RepeatedConstantFill))
        yield kind(rng, rng.choice(SIZES), sizes, chosen, words)


def _generate_scalar_fills(
    context: GenerationContext, numbers: list[int], words: tuple[str, ...]
) -> Iterator[_ScalarFill]:
    """Yield fills that put each of the first constants into each number that stands alone."""
    grammar = context.grammar
    alone = [
        field
        for item in grammar.items
        if isinstance(item, Line)
        for field in item.fields
        if field.kind is not FieldKind.WORD and field.name not in grammar.counters
    ]
    for value in dict.fromkeys((*numbers[: 2 * _SCALAR_FILLS : 3], *numbers[:_SCALAR_FILLS])):
        for field in alone:
            if field.low <= value <= field.high:
                fill = _ScalarFill(
                    context.rng, LARGE_SIZE, extra=numbers[:_MAX_CONSTANTS], words=words
                )
                fill.name, fill.value = field.name, value
                yield fill


STRATUM = Stratum("constants of the programs", _propose, weight=3, reads_programs=True)

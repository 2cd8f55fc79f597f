"""Constants of the programs under comparison, for quantities that an input does not state.

A program compares counts, lengths, sizes, sums and remainders with its constants. These inputs
have that many equal values, runs of that length, nodes of that degree, groups of that size, that
sum, and values near the constant, its multiples and its fractions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, cycle, islice, repeat
from typing import TypeVar

from pieforge.inputs.generation.constants import extract_constants
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, SIZES, DenseFill, build_affordable
from pieforge.inputs.grammar.fields import InputField, clamp

_MAX_CONSTANTS = 5
"""Constants that are tried, the most relevant ones."""
_MAX_TRIVIAL = 2
"""Other strata reach counts up to this anyway."""
_MAX_COUNTED = 4096
"""Inputs do not have as many values as a larger constant."""
_MAX_DISTANCE = 12
_FRACTIONS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (1, 10))
_MODES = ("blocks", "near", "alone", "chains", "parts", "multiples", "total")
_COUNTING_MODES = ("blocks", "chains")

Item = TypeVar("Item", int, str)


@dataclass
class _DerivedFill(DenseFill):
    """Fills columns in one way, for one constant.

    Attributes:
        mode: The way, one of `_MODES`.
        constant: The constant.
        only_column: Index of the one column that is filled so; all columns if negative.
        columns: How many columns were filled so far, apart from indices.
        indices: How many columns of indices were filled so far.
    """

    mode: str = ""
    constant: int = 0
    only_column: int = -1
    columns: int = 0
    indices: int = 0

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the upper end for what bounds others; else any number, or one near the goal."""
        if field.name in self.bounding_names:
            return high
        return self.rng.choice((high, self._draw_near(), self.rng.randint(low, high)))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column."""
        if count > 1 and field.is_index:
            self.indices += 1
            if self.mode in _COUNTING_MODES:
                return self._choose_endpoints(low, high, count)
        elif count > 1:
            self.columns += 1
            if self.only_column in (self.columns - 1, -1):
                return self._choose_values(low, high, count)
        return super().choose_numbers(field, low, high, count)

    def _choose_endpoints(self, low: int, high: int, count: int) -> list[int]:
        """Return one endpoint of each edge: stars of that degree, or paths of that many nodes."""
        second = self.indices % 2 == 0
        found: list[int] = []
        at = low
        for length in self._cycle_lengths():
            if at + length > high:
                at = low
            if self.mode == "blocks":
                found += [at + 1 + i if second else at for i in range(length)]
                at += length + 1
            else:
                found += range(at + second, at + second + length - 1)
                at += length
            if len(found) >= count:
                break
        return found[:count]

    def _choose_values(self, low: int, high: int, count: int) -> list[int]:
        goal, rng = self.constant, self.rng
        if self.mode in _COUNTING_MODES:
            values = self._repeat_in_runs((rng.randint(low, high) for _ in repeat(None)), count)
            return values if self.mode == "blocks" else [v + i % 3 for i, v in enumerate(values)]
        if self.mode == "near":
            return [self._draw_near() for _ in range(count)]
        if self.mode == "alone":
            return [goal] * count
        if self.mode == "parts":
            parts = [goal * a // b + d for a, b in _FRACTIONS for d in (0, 1, -1)]
            return rng.choices([v for v in parts if low <= v <= high] or [low], k=count)
        if self.mode == "multiples":
            most = max(1, (high - low) // max(1, goal))
            first = -(-low // max(1, goal))  # rounded up
            return [
                goal * (first + rng.randrange(most + 1)) + rng.choice((0, 0, 1, -1))
                for _ in range(count)
            ]
        share, rest = divmod(goal, count)
        return [share + (i < rest) for i in range(count)]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words as long as the constant, or runs of equal words and letters."""
        if self.mode == "alone" and field.alphabet:
            size = clamp(self.constant, low, high)
            return [self.choose_word(field, size) for _ in range(count)]
        if self.mode == "blocks" and field.alphabet:
            size = clamp(self.target_size, low, high)
            return self._repeat_in_runs((self._build_runs(field, size) for _ in repeat(0)), count)
        return super().choose_words(field, low, high, count)

    def _build_runs(self, field: InputField, size: int) -> str:
        """Return a word of runs of letters that are as long as the constant."""
        letters = (self.rng.choice(field.alphabet) for _ in repeat(None))
        return "".join(self._repeat_in_runs(letters, size))

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return forms in runs as long as the constant, or any."""
        if self.mode == "blocks":
            return self._repeat_in_runs(cycle(tags), count)
        return super().choose_tags(tags, count)

    def _draw_near(self) -> int:
        return self.constant + self.rng.randint(-_MAX_DISTANCE, _MAX_DISTANCE)

    def _cycle_lengths(self) -> Iterator[int]:
        return cycle(max(1, self.constant + difference) for difference in (0, 1, -1))

    def _repeat_in_runs(self, items: Iterable[Item], count: int) -> list[Item]:
        """Return `count` items, each repeated about as often as the constant says."""
        runs = map(repeat, items, self._cycle_lengths())
        return list(islice(chain.from_iterable(runs), count))


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    rng = context.rng
    known = extract_constants(context.programs)
    numbers = [number for number in known.numbers if number > _MAX_TRIVIAL][:_MAX_CONSTANTS]
    for turn in range(len(SIZES)):
        for number in numbers:
            for mode in _MODES if turn or number == numbers[0] else _MODES[:3]:
                if number > _MAX_COUNTED and mode in _COUNTING_MODES:
                    continue
                yield _DerivedFill(
                    rng,
                    target_size=rng.choice(SIZES) if turn else LARGE_SIZE,
                    extra=numbers[:2],
                    known_words=known.words,
                    mode=mode,
                    constant=number,
                    only_column=rng.randrange(-1, 2) if turn else -1,
                )


STRATUM = Stratum(
    "counts, sums and sizes of constants",
    lambda context: build_affordable(context.grammar, _generate_fills(context)),
    weight=3,
    reads_programs=True,
)

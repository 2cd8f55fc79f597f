"""Constants of the programs under comparison, for what an input never states.

A program compares counts, lengths, sizes, sums and remainders with its constants. Here so many
values are equal, a run is so long, a node has so many edges, a group is so large, a sum comes
to so much, and values are near to a constant, to a multiple or a part of it.
"""

from collections.abc import Iterator, Sequence
from itertools import cycle

from pieforge.inputs.generation.constants import extract_constants
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import LARGE_SIZE, SIZES, DenseFill, build_affordable
from pieforge.inputs.grammar.input_grammar import InputField

_MAX_CONSTANTS = 5
"""Constants that are tried, the most telling ones."""
_MAX_TRIVIAL = 2
"""A constant up to this is counted to anyway."""
_MAX_COUNTED = 4096
"""Nothing is counted to a larger one."""
_MAX_NEAR_DISTANCE = 12
_FRACTIONS = ((1, 1), (1, 2), (2, 1), (1, 3), (3, 1), (1, 4), (1, 10))
_MODES = ("blocks", "near", "alone", "chains", "parts", "multiples", "total")


class DerivedFill(DenseFill):
    """Fills columns in one way, for one constant."""

    mode = ""
    constant = 0
    only_column = -1
    """The one column that is filled so; all of them if negative."""
    _columns = 0
    _indices = 0

    def choose_number(self, field: InputField, low: int, high: int) -> int:
        """Return the upper end for what bounds others; else any number, or one near the goal."""
        if field.name in self.bounding_names:
            return high
        near = self.constant + self.rng.randint(-_MAX_NEAR_DISTANCE, _MAX_NEAR_DISTANCE)
        return self.rng.choice((high, near, self.rng.randint(low, high)))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return the values of one column."""
        if count < 2:
            return super().choose_numbers(field, low, high, count)
        if field.cap is not None or field.behind is not None:
            self._indices += 1
            if self.mode in ("blocks", "chains"):
                return self._choose_endpoints(low, high, count)
            return super().choose_numbers(field, low, high, count)
        self._columns += 1
        if self.only_column >= 0 and self._columns - 1 != self.only_column:
            return super().choose_numbers(field, low, high, count)
        return self._choose_values(low, high, count)

    def _choose_endpoints(self, low: int, high: int, count: int) -> list[int]:
        """Return one end of edges: nodes of so many edges, or groups of so many nodes."""
        second = self._indices % 2 == 0
        found: list[int] = []
        at = low
        lengths = self._cycle_lengths()
        while len(found) < count:
            length = max(1, next(lengths))
            if at + length > high:
                at = low
            if self.mode == "blocks":
                found += [at + 1 + i if second else at for i in range(length)]
            else:
                found += [at + i + second for i in range(length - 1)]
            at += length + (self.mode == "blocks")
        return found[:count]

    def _choose_values(self, low: int, high: int, count: int) -> list[int]:
        goal, rng = self.constant, self.rng
        if self.mode in ("blocks", "chains"):
            values: list[int] = []
            for length in self._cycle_lengths():
                values += [rng.randint(low, high)] * max(1, length)
                if len(values) >= count:
                    break
            if self.mode == "chains":
                values = [value + i % 3 for i, value in enumerate(values)]
            return values[:count]
        if self.mode == "near":
            return [
                goal + rng.randint(-_MAX_NEAR_DISTANCE, _MAX_NEAR_DISTANCE) for _ in range(count)
            ]
        if self.mode == "alone":
            return [goal] * count
        if self.mode == "parts":
            parts = [goal * a // b + d for a, b in _FRACTIONS for d in (0, 1, -1)]
            fitting = [value for value in parts if low <= value <= high] or [low]
            return rng.choices(fitting, k=count)
        if self.mode == "multiples":
            most = max(1, (high - low) // max(1, goal))
            first = -(-low // max(1, goal))
            return [
                goal * (first + rng.randrange(most + 1)) + rng.choice((0, 0, 1, -1))
                for _ in range(count)
            ]
        share, rest = divmod(goal, count)
        return [share + (i < rest) for i in range(count)]

    def _cycle_lengths(self) -> Iterator[int]:
        return cycle((self.constant, self.constant + 1, self.constant - 1))

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return words as long as the constant, and words that come as often."""
        if field.choices or self.mode not in ("blocks", "alone") or not field.alphabet:
            return super().choose_words(field, low, high, count)
        size = max(low, min(high, self.constant if self.mode == "alone" else self.target_size))
        found: list[str] = []
        for length in self._cycle_lengths():
            word = (
                self._build_runs(field, size)
                if self.mode == "blocks"
                else self.choose_word(field, size)
            )
            found += [word] * (max(1, length) if self.mode == "blocks" else 1)
            if len(found) >= count:
                return found[:count]
        return found

    def _build_runs(self, field: InputField, size: int) -> str:
        """Return a word of runs of letters that are as long as the constant."""
        found = ""
        lengths = self._cycle_lengths()
        while len(found) < size:
            found += self.rng.choice(field.alphabet) * max(1, next(lengths))
        return found[:size]

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return forms in runs as long as the constant, or any."""
        if self.mode != "blocks":
            return super().choose_tags(tags, count)
        found: list[str] = []
        for tag, length in zip(cycle(tags), self._cycle_lengths(), strict=False):
            found += [tag] * max(1, length)
            if len(found) >= count:
                return found[:count]
        return found


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if not context.grammar.unstructured:
        yield from build_affordable(context.grammar, _generate_fills(context))


def _generate_fills(context: GenerationContext) -> Iterator[DenseFill]:
    known = extract_constants(context.programs)
    numbers = [number for number in known.numbers if number > _MAX_TRIVIAL][:_MAX_CONSTANTS]
    for turn in range(len(SIZES)):
        for number in numbers:
            for way in _MODES if turn or number == numbers[0] else _MODES[:3]:
                if number > _MAX_COUNTED and way in ("blocks", "chains"):
                    continue
                size = LARGE_SIZE if turn == 0 else context.rng.choice(SIZES)
                fill = DerivedFill(context.rng, size, extra=numbers[:2], words=known.words)
                fill.mode, fill.constant = way, number
                fill.only_column = -1 if turn == 0 else context.rng.randrange(-1, 2)
                yield fill


STRATUM = Stratum("counts, sums and sizes of constants", _propose, weight=3, reads_programs=True)

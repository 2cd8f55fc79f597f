"""Small inputs that ask a validator one thing each: a value, a letter, a relation."""

import random

from pieforge.inputs.generation.building import Fill
from pieforge.inputs.generation.values import DenseFill
from pieforge.inputs.grammar.fields import InputField

PROBE_SIZE = 6
"""Size of the inputs."""


class ForcedValueFill(Fill):
    """Small inputs in which one field has a given value in one place."""

    def __init__(
        self, rng: random.Random, good: InputField, value: int, largest: tuple[str, ...] = ()
    ) -> None:
        super().__init__(rng)
        self.good = good
        self.value = value
        self.largest = largest

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the value where it is a size; else a small one, or the largest where asked for."""
        if field.name == self.good.name:
            return self.value
        return high if field.name in self.largest else min(high, max(low, PROBE_SIZE))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values known as good, and the value in one place."""
        if field.name != self.good.name:
            return super().choose_numbers(field, low, high, count)
        low = max(low, self.good.low)
        found = super().choose_numbers(field, low, max(low, min(high, self.good.high)), count)
        found[self.rng.randrange(count)] = self.value
        return found

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return short words, and one of the length in question."""
        if field.length is not None:
            return super().choose_words(field, low, high, count)
        size = max(low, min(high, PROBE_SIZE))
        if field.name == self.good.name:
            size = max(self.good.low, min(self.good.high, PROBE_SIZE))
        found = [self.choose_word(field, size) for _ in range(count)]
        if field.name == self.good.name:
            found[self.rng.randrange(count)] = self.choose_word(field, self.value)
        return found


class FewValuesFill(Fill):
    """Small inputs whose numbers are near each other, so that many are equal."""

    def __init__(self, rng: random.Random, size: int) -> None:
        self.rng = rng
        self.target_size = size

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the wished size."""
        del field
        return max(low, min(high, self.target_size))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values near the least one."""
        return super().choose_numbers(field, low, min(high, low + self.target_size), count)


class ForcedLetterFill(DenseFill):
    """Small inputs in which one field's words hold a given letter."""

    def __init__(self, rng: random.Random, name: str, letter: str) -> None:
        super().__init__(rng, PROBE_SIZE)
        self.name = name
        self.letter = letter

    def choose_word(self, field: InputField, size: int) -> str:
        """Return a word that begins with the letter."""
        word = super().choose_word(field, size)
        return self.letter + word[1:] if field.name == self.name and word else word

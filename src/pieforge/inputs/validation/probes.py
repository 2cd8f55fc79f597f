"""Small inputs that ask a validator one thing each: a value, a letter, a relation."""

import random

from pieforge.inputs.generation.building import Fill
from pieforge.inputs.generation.values import Dense
from pieforge.inputs.grammar.input_grammar import Field

SIZE = 6
"""Size of the inputs."""


class Forced(Fill):
    """Small inputs in which one field has a given value in one place."""

    def __init__(
        self, rng: random.Random, good: Field, value: int, largest: tuple[str, ...] = ()
    ) -> None:
        super().__init__(rng)
        self.good = good
        self.value = value
        self.largest = largest

    def size(self, field: Field, low: int, high: int) -> int:
        """Return the value where it is a size; else a small one, or the largest where asked for."""
        if field.name == self.good.name:
            return self.value
        return high if field.name in self.largest else min(high, max(low, SIZE))

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return values known as good, and the value in one place."""
        if field.name != self.good.name:
            return super().numbers(field, low, high, count)
        low = max(low, self.good.low)
        found = super().numbers(field, low, max(low, min(high, self.good.high)), count)
        found[self.rng.randrange(count)] = self.value
        return found

    def words(self, field: Field, low: int, high: int, count: int) -> list[str]:
        """Return short words, and one of the length in question."""
        if field.choices or field.length is not None:
            return super().words(field, low, high, count)
        size = max(low, min(high, SIZE))
        if field.name == self.good.name:
            size = max(self.good.low, min(self.good.high, SIZE))
        found = [self.word(field, size) for _ in range(count)]
        if field.name == self.good.name:
            found[self.rng.randrange(count)] = self.word(field, self.value)
        return found


class FewValues(Fill):
    """Small inputs whose numbers are near each other, so that many are equal."""

    def __init__(self, rng: random.Random, size: int) -> None:
        super().__init__(rng)
        self.wanted = size

    def size(self, field: Field, low: int, high: int) -> int:
        """Return the wished size."""
        del field
        return max(low, min(high, self.wanted))

    def numbers(self, field: Field, low: int, high: int, count: int) -> list[int]:
        """Return values near the least one."""
        return super().numbers(field, low, min(high, low + self.wanted), count)


class Letter(Dense):
    """Small inputs in which one field's words hold a given letter."""

    def __init__(self, rng: random.Random, name: str, letter: str) -> None:
        super().__init__(rng, SIZE)
        self.name = name
        self.letter = letter

    def word(self, field: Field, size: int) -> str:
        """Return a word that begins with the letter."""
        word = super().word(field, size)
        return self.letter + word[1:] if field.name == self.name and word else word

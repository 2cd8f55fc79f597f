"""Small inputs that ask a validator one thing each: a value, a letter, a relation."""

from dataclasses import dataclass

from pieforge.inputs.generation.building import Fill
from pieforge.inputs.generation.values import DenseFill
from pieforge.inputs.grammar.fields import InputField, clamp

PROBE_SIZE = 6
"""Size of the inputs."""


@dataclass
class ForcedValueFill(Fill):
    """Small inputs in which one field has a given value in one position.

    Attributes:
        known: The field, with the range that is known to be accepted.
        value: The value in question, or the length of a word.
        largest: Names of the sizes that are maximal.
    """

    known: InputField
    value: int
    largest: tuple[str, ...] = ()

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the value where it is a size; else a small one, or the largest where asked for."""
        if field.name == self.known.name:
            return self.value
        return high if field.name in self.largest else clamp(PROBE_SIZE, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values known to be accepted, and the value in one position."""
        if field.name != self.known.name:
            return super().choose_numbers(field, low, high, count)
        low = max(low, self.known.low)
        found = super().choose_numbers(field, low, clamp(self.known.high, low, high), count)
        found[self.rng.randrange(count)] = self.value
        return found

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return short words, and one of the length in question."""
        if field.length is not None:
            return super().choose_words(field, low, high, count)
        if field.name != self.known.name:
            return [self.choose_word(field, clamp(PROBE_SIZE, low, high)) for _ in range(count)]
        size = clamp(PROBE_SIZE, self.known.low, self.known.high)
        found = [self.choose_word(field, size) for _ in range(count)]
        found[self.rng.randrange(count)] = self.choose_word(field, self.value)
        return found


@dataclass
class FewValuesFill(Fill):
    """Small inputs whose numbers are near each other, so that many are equal."""

    target_size: int

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return the target size."""
        return clamp(self.target_size, low, high)

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return values near the least one."""
        return super().choose_numbers(field, low, min(high, low + self.target_size), count)


@dataclass
class ForcedLetterFill(DenseFill):
    """Small inputs in which the words of the field called `name` begin with a letter."""

    target_size: int = PROBE_SIZE
    name: str = ""
    letter: str = ""

    def choose_word(self, field: InputField, size: int) -> str:
        """Return a word that begins with the letter."""
        word = super().choose_word(field, size)
        return self.letter + word[1:] if field.name == self.name and word else word

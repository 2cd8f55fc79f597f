"""Every input of the smallest sizes with the smallest values, as far as the budget goes."""

from collections.abc import Iterator

from pieforge.inputs.generation.building import Fill, build_input
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.grammar.input_grammar import InputField

_MAX_SIZES = 3
"""Different sizes of each counter."""
_MAX_VALUES = 3
"""Different values of each number, and letters of each word."""
_RANDOM_INPUTS = 60
"""Inputs taken anywhere among all of them, before they are gone through in order."""
_MAX_INPUTS = 2000


class _EnumerationFill(Fill):
    """Takes every choice from a list of digits; what the list does not reach is given."""

    def __init__(self, context: GenerationContext, digits: list[int], *, chance: bool) -> None:
        super().__init__(context.rng)
        self.digits = digits
        self.chance = chance
        self.made: list[tuple[int, int]] = []
        """Each choice, and how many there were."""

    def choose(self, ways: int) -> int:
        """Choose one of so many ways."""
        at = len(self.made)
        if at < len(self.digits):
            way = self.digits[at]
        else:
            way = self.rng.randrange(ways) if self.chance else 0
        self.made.append((way, ways))
        return way

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return one of the smallest sizes."""
        del field
        return low + self.choose(min(_MAX_SIZES + (low == 0), high - low + 1))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return small values, or those about zero."""
        del field
        start = max(low, min(-1, high)) if low < 0 else low
        return [start + self.choose(min(_MAX_VALUES, high - start + 1)) for _ in range(count)]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return short words of few letters."""
        if field.choices:
            return [field.choices[self.choose(len(field.choices))] for _ in range(count)]
        letters = field.alphabet[:_MAX_VALUES] if low < high else field.alphabet[: _MAX_VALUES + 1]
        found = []
        for _ in range(count):
            size = low + self.choose(min(_MAX_SIZES + 1, high - low + 1))
            found.append("".join(letters[self.choose(len(letters))] for _ in range(size)))
        return found

    def choose_tags(self, tags: list[str], count: int) -> list[str]:  # type: ignore[override]
        """Return any of the tags."""
        return [tags[self.choose(len(tags))] for _ in range(count)]


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if context.grammar.unstructured:
        return
    for _ in range(_RANDOM_INPUTS):
        data = build_input(context.grammar, _EnumerationFill(context, [], chance=True))
        if data is not None:
            yield data
    digits: list[int] | None = []
    for _ in range(_MAX_INPUTS):
        if digits is None:
            return
        fill = _EnumerationFill(context, digits, chance=False)
        data = build_input(context.grammar, fill)
        if data is not None:
            yield data
        digits = _advance_digits(fill.made)


def _advance_digits(made: list[tuple[int, int]]) -> list[int] | None:
    """Return the digits of the next input in order: the last choice that has another way."""
    for at in reversed(range(len(made))):
        way, ways = made[at]
        if way + 1 < ways:
            return [*(one for one, _ in made[:at]), way + 1]
    return None


STRATUM = Stratum("tiny inputs, all of them", _propose)

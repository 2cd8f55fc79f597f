"""Every input of the smallest sizes with the smallest values, as far as the budget goes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pieforge.inputs.generation.building import Fill, build_inputs
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.grammar.fields import InputField, clamp

_MAX_SIZES = 3
"""Different sizes of each counter."""
_MAX_VALUES = 3
"""Different values of each number, and letters of each word."""
_RANDOM_INPUTS = 60
"""Random ones among all these inputs, yielded before the enumeration in order."""
_MAX_INPUTS = 2000


@dataclass
class _EnumerationFill(Fill):
    """Takes choices from a list of digits; those after its end are 0, or random.

    Attributes:
        digits: The choices in the order in which the builder asks for them.
        randomize: Whether the choices after the last digit are random.
        made: Each choice with the number of its options.
    """

    digits: Sequence[int] = ()
    randomize: bool = False
    made: list[tuple[int, int]] = field(default_factory=list)

    def choose(self, options: int) -> int:
        """Choose one of so many options."""
        if len(self.made) < len(self.digits):
            option = self.digits[len(self.made)]
        else:
            option = self.rng.randrange(options) if self.randomize else 0
        self.made.append((option, options))
        return option

    def choose_size(self, field: InputField, low: int, high: int) -> int:
        """Return one of the smallest sizes."""
        return low + self.choose(min(_MAX_SIZES + (low == 0), high - low + 1))

    def choose_numbers(self, field: InputField, low: int, high: int, count: int) -> list[int]:
        """Return small values, from -1 on where that is in the range."""
        start = clamp(-1, low, high) if low < 0 else low
        return [start + self.choose(min(_MAX_VALUES, high - start + 1)) for _ in range(count)]

    def choose_words(self, field: InputField, low: int, high: int, count: int) -> list[str]:
        """Return short words of few letters."""
        letters = field.alphabet[: _MAX_VALUES + (low >= high)]
        found = []
        for _ in range(count):
            size = low + self.choose(min(_MAX_SIZES + 1, high - low + 1))
            found.append("".join(letters[self.choose(len(letters))] for _ in range(size)))
        return found

    def choose_choices(self, field: InputField, count: int) -> list[str]:
        """Return any of the words."""
        return self.choose_tags(field.choices, count)

    def choose_tags(self, tags: Sequence[str], count: int) -> list[str]:
        """Return any of the tags."""
        return [tags[self.choose(len(tags))] for _ in range(count)]


def _generate_fills(context: GenerationContext) -> Iterator[_EnumerationFill]:
    for _ in range(_RANDOM_INPUTS):
        yield _EnumerationFill(context.rng, randomize=True)
    digits: list[int] | None = []
    for _ in range(_MAX_INPUTS):
        if digits is None:
            return
        fill = _EnumerationFill(context.rng, digits)
        yield fill
        # The builder has filled `made` by now.
        digits = _advance_digits(fill.made)


def _advance_digits(made: list[tuple[int, int]]) -> list[int] | None:
    """Return the next digits in order: the last choice that has another option, plus one."""
    for at in reversed(range(len(made))):
        option, options = made[at]
        if option + 1 < options:
            return [*(one for one, _ in made[:at]), option + 1]
    return None


STRATUM = Stratum(
    "tiny inputs, all of them",
    lambda context: build_inputs(context.grammar, _generate_fills(context)),
)

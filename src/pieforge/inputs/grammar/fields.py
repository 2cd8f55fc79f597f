"""What stands in an input, smallest parts first: values, counts, fields, lines of words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pieforge.records import FrozenModel

FieldValue = int | str
"""A number, or a word; a decimal is a number of units of its last digit."""


class FieldKind(StrEnum):
    """What a field holds."""

    INT = "int"
    DECIMAL = "decimal"
    """A number with a fixed count of digits after the point; its value is in units of the last."""
    WORD = "word"


class CountExpression(FrozenModel):
    """How many: a product of earlier values, times a factor, plus a constant."""

    names: tuple[str, ...] = ()
    times: int = 1
    plus: int = 0

    def evaluate(self, known: Mapping[str, int]) -> int:
        """Return the count where the earlier values are known."""
        product = self.times
        for name in self.names:
            product *= known[name]
        return product + self.plus


class InputField(FrozenModel):
    """One kind of value, wherever it stands.

    Attributes:
        name: Where it stands: indices from the outside in, a `t` for a tail.
        low: Least value; of a word the least length.
        high: Largest value; of a word the largest length.
        digits: Of a decimal, after the point.
        alphabet: Characters of a word, sorted.
        choices: The words themselves, where they are few.
        length: Of a word, where an earlier value gives it.
        cap: What bounds it from above in each input, as n bounds an index.
        order: Of the values of a column or tail: `ascending`, `strict`, or as they come.
        distinct: Whether a column or tail holds no value twice.
        behind: The i-th value (from 0) of a tail is at most i plus this, as in a list of parents.
        head: What the first value of a tail always is, where the others differ from it.
    """

    name: str
    kind: FieldKind = FieldKind.WORD
    low: int = 0
    high: int = 0
    digits: int = 0
    alphabet: str = ""
    choices: tuple[str, ...] = ()
    length: CountExpression | None = None
    cap: CountExpression | None = None
    order: Literal["", "ascending", "strict"] = ""
    distinct: bool = False
    behind: int | None = None
    head: int | None = None

    def parse(self, token: str) -> FieldValue:
        """Return the value of a token; one that would not be written back the same stays text."""
        if self.kind is FieldKind.INT:
            return _parse_integer(token)
        if self.kind is FieldKind.DECIMAL:
            return _parse_decimal(token, self.digits)
        return token

    def write(self, value: FieldValue) -> str:
        """Return the token of a value."""
        if isinstance(value, str) or self.kind is not FieldKind.DECIMAL:
            return str(value)
        whole, part = divmod(abs(value), 10**self.digits)
        return f"{'-' if value < 0 else ''}{whole}.{part:0{self.digits}}"


def split_lines(data: bytes) -> list[list[str]] | None:
    """Return the words of each line; None unless single blanks and newlines are all the space."""
    text = data.decode("latin-1")
    lines = text.split("\n")
    if lines.pop():
        return None
    found = [line.split(" ") if line else [] for line in lines]
    plain = all(word and not _SPACES.intersection(word) for line in found for word in line)
    return found if plain else None


_SPACES = frozenset("\t\r\v\f\x1c\x1d\x1e\x1f\x85\xa0")


def _parse_integer(token: str) -> FieldValue:
    digits = token.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 40:
        return token
    value = int(token)
    return value if str(value) == token else token


def _parse_decimal(token: str, digits: int) -> FieldValue:
    whole, _, part = token.partition(".")
    bare = whole.removeprefix("-")
    if len(part) != digits or not (bare + part).isascii() or not (bare + part).isdigit():
        return token
    if not bare or (len(bare) > 1 and bare[0] == "0") or len(token) > 40:
        return token
    value = int(bare + part)
    if whole.startswith("-"):
        return -value if value else token
    return value

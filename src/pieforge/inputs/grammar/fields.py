"""The smallest parts of an input: values, counts, fields, and lines split into words."""

import re
from collections.abc import Mapping
from enum import StrEnum
from math import prod
from typing import Literal

from pieforge.records import FrozenModel

FieldValue = int | str
"""A number or a word. A decimal is an integer number of units of its last digit."""


class FieldKind(StrEnum):
    """What a field holds."""

    INT = "int"
    DECIMAL = "decimal"
    """A number with a fixed count of digits after the point; its value is in units of the last."""
    WORD = "word"


class CountExpression(FrozenModel):
    """A count: a product of earlier values, times a factor, plus a constant."""

    names: tuple[str, ...] = ()
    times: int = 1
    plus: int = 0

    def evaluate(self, known: Mapping[str, int]) -> int:
        """Return the count.

        Raises:
            KeyError: One of the earlier values is not known.
        """
        return prod((known[name] for name in self.names), start=self.times) + self.plus


class InputField(FrozenModel):
    """A kind of value at one position of the grammar.

    Attributes:
        name: Position in the grammar: indices from the outside in, `t` for a tail.
        low: Least value; of a word the least length.
        high: Largest value; of a word the largest length.
        digits: Digits after the point of a decimal.
        alphabet: Characters of a word, sorted.
        choices: The words themselves, where there are few.
        length: Length of a word, where an earlier value gives it.
        cap: Upper bound in each input, given by an earlier value, as n bounds an index.
        order: Order of the values of a column or tail: `ascending`, `strict`, or none.
        distinct: Whether a column or tail holds no value twice.
        behind: The i-th value (from 0) of a tail is at most i plus this, as in a list of parents.
        head: The constant first value of a tail that no other value of the tail equals.
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

    @property
    def is_index(self) -> bool:
        """Whether an earlier value or its own position bounds it, as those of an index do."""
        return self.cap is not None or self.behind is not None

    def parse(self, token: str) -> FieldValue:
        """Return the value of a token; it stays text if `write` would not restore it exactly."""
        if self.kind is FieldKind.INT and _INTEGER.fullmatch(token):
            return int(token)
        if self.kind is FieldKind.DECIMAL and len(token) <= _MAX_DIGITS:
            match = _DECIMAL.fullmatch(token)
            value = int(token.replace(".", "")) if match else 0
            # A negative zero would lose its sign.
            if match and len(match[1]) == self.digits and (value or token[0] != "-"):
                return value
        return token

    def write(self, value: FieldValue) -> str:
        """Return the token of a value."""
        if isinstance(value, str) or self.kind is not FieldKind.DECIMAL:
            return str(value)
        whole, part = divmod(abs(value), 10**self.digits)
        return f"{'-' if value < 0 else ''}{whole}.{part:0{self.digits}}"


_MAX_DIGITS = 40
"""Longer numbers stay text: no fixed-width type holds them."""
_INTEGER = re.compile(rf"0|-?[1-9][0-9]{{0,{_MAX_DIGITS - 1}}}")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)\.([0-9]+)")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


def clamp(value: int, low: int, high: int) -> int:
    """Return the value of a range that is nearest to a given one."""
    return max(low, min(high, value))


def split_lines(data: bytes) -> list[list[str]] | None:
    """Return the words of each line; None where blanks could have a meaning.

    Lines may end as on any system, and the last one need not. Numbers may have any blanks around
    them; words are separated by single blanks, and a line with words has none at its ends.
    """
    lines = data.decode("latin-1").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        del lines[-1]
    words = [line.split() for line in lines]
    plain = all(
        " ".join(some) == line or all(map(_NUMBER.fullmatch, some))
        for some, line in zip(words, lines, strict=True)
    )
    return words if plain else None

"""What a program's comparisons say about the input that would turn them: pure arithmetic.

Two ways from a comparison's operands to another input. *Input to state*: a number of the input
stands on one side as it is, so the other side is written in its place (REDQUEEN, Aschermann et
al., NDSS 2019; AFL++'s cmplog). *Linear step*: one number was changed by a little and the
difference of the sides moved with it, so the change that brings the difference to zero is
solved for (Eclipser, Choi et al., ICSE 2019); that reaches through sums, products with
constants and offsets.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pieforge.inputs.fuzzing.instrumentation import ComparisonOutcome, ComparisonSite

_NUMBER = re.compile(rb"(?<![\w.])-?\d{1,18}(?![\w.])")
_MAX_REPLACEMENTS = 6
"""In so many places at most one value is replaced."""
_TARGET_DIFFERENCE = {
    ComparisonOutcome.EQUAL: 0,
    ComparisonOutcome.LESS: -1,
    ComparisonOutcome.GREATER: 1,
}
"""The least difference, left minus right, that gives an outcome; equality is the rarest."""


@dataclass(frozen=True, slots=True)
class IntegerToken:
    """A whole number in an input: the bytes from `start` to `end`."""

    start: int
    end: int
    value: int

    def replace(self, data: bytes, value: int) -> bytes:
        """Return the input with another number in this place."""
        return b"%b%d%b" % (data[: self.start], value, data[self.end :])


NumberWriter = Callable[[IntegerToken, bytes, int], bytes]
"""Writes another number into an input: `IntegerToken.replace`, or what keeps counts consistent."""


def find_numbers(data: bytes) -> list[IntegerToken]:
    """Return the whole numbers of an input, in order."""
    return [IntegerToken(m.start(), m.end(), int(m[0])) for m in _NUMBER.finditer(data)]


def list_missing_outcomes(outcomes: int) -> list[int]:
    """Return the outcomes that were never seen, equality first."""
    return [outcome for outcome in _TARGET_DIFFERENCE if not outcomes & outcome]


def substitute_operands(
    data: bytes, site: ComparisonSite, wanted: int, write: NumberWriter = IntegerToken.replace
) -> Iterator[bytes]:
    """Yield inputs in which one operand of a comparison is replaced by what the other asks for.

    Args:
        data: The input on which the comparison was seen.
        site: The comparison.
        wanted: The outcome that it should have.
        write: How a number is written.
    """
    places = find_numbers(data)
    for a, b in dict.fromkeys(site.operands):
        target = b + _TARGET_DIFFERENCE[wanted]
        yield from _substitute_value(data, places, b, a - _TARGET_DIFFERENCE[wanted], write)
        if not site.constant:
            yield from _substitute_value(data, places, a, target, write)


def _substitute_value(
    data: bytes, places: list[IntegerToken], old: int, new: int, write: NumberWriter
) -> Iterator[bytes]:
    if old == new:
        return
    found = (place for place in places if place.value == old)
    for place in islice(found, _MAX_REPLACEMENTS):
        yield write(place, data, new)
    if 32 < old < 127 and 32 < new < 127:
        at = -1
        for _ in range(_MAX_REPLACEMENTS):
            at = data.find(old, at + 1)
            if at < 0:
                break
            yield b"%b%c%b" % (data[:at], new, data[at + 1 :])


def solve_steps(
    before: ComparisonSite, after: ComparisonSite, change: int, wanted: int
) -> list[int]:
    """Return by how much a number has to change for an outcome, if the sides are linear in it.

    Args:
        before: The comparison, on the input as it was.
        after: The same on the input with the number changed.
        change: By how much the number was changed.
        wanted: The outcome that the comparison should have.
    """
    found = []
    for old, new in zip(before.operands, after.operands, strict=True):
        difference = old.a - old.b
        slope = (new.a - new.b) - difference
        if slope:
            # Rounded both ways, where the division leaves a rest: one of them lies beyond.
            exact = (_TARGET_DIFFERENCE[wanted] - difference) * change
            found += [exact // slope, -(-exact // slope)]
    return [step for step in dict.fromkeys(found) if step not in (0, change)]


def distribute_step(data: bytes, places: Sequence[IntegerToken], step: int) -> bytes:
    """Return the input with a step made by several numbers together, in parts as equal as can be.

    One number alone may have to leave its range for it.
    """
    share, rest = divmod(step, len(places))
    ordered = sorted(places, key=lambda place: place.start)
    for index, place in reversed(list(enumerate(ordered))):  # from the end, so that places hold
        data = place.replace(data, place.value + share + (index < rest))
    return data


def compute_branch_distance(site: ComparisonSite) -> int:
    """Return how far a comparison was from equality, at its nearest."""
    return min(abs(a - b) for a, b in site.operands)

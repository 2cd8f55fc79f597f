"""Derive from the operands of a comparison the inputs that would change its outcome.

Two ways lead from operands to another input. *Input-to-state correspondence*: a number of the
input is one operand unchanged, so the other operand is written in its position (REDQUEEN,
Aschermann et al., NDSS 2019; AFL++'s cmplog). *Linear step*: one number was changed by a little
and the difference of the operands changed with it, so the change that brings the difference to
zero is solved for (Eclipser, Choi et al., ICSE 2019); this reaches through sums, products with
constants and offsets.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from pieforge.inputs.fuzzing.instrumentation import ComparisonOutcome, ComparisonSite

_NUMBER = re.compile(rb"(?<![\w.])-?\d{1,18}(?![\w.])")
_MAX_REPLACEMENTS = 6
"""Most positions at which one value is replaced."""
_TARGET_DIFFERENCE = {
    ComparisonOutcome.EQUAL: 0,
    ComparisonOutcome.LESS: -1,
    ComparisonOutcome.GREATER: 1,
}
"""The least difference, left minus right, for each outcome; the rarest outcome first."""


@dataclass(frozen=True, slots=True)
class IntegerToken:
    """A whole number in an input: the bytes from `start` to `end`."""

    start: int
    end: int
    value: int

    def replace(self, data: bytes, value: int) -> bytes:
        """Return the input with another number in this position."""
        return b"%b%d%b" % (data[: self.start], value, data[self.end :])


NumberWriter = Callable[[IntegerToken, bytes, int], bytes]
"""Writes another number into an input: `IntegerToken.replace`, or one that keeps counts right."""


# Many proposals in a row are made from one input.
@lru_cache(maxsize=4)
def find_numbers(data: bytes) -> Sequence[IntegerToken]:
    """Return the whole numbers of an input, in order."""
    return tuple(IntegerToken(m.start(), m.end(), int(m[0])) for m in _NUMBER.finditer(data))


@lru_cache(maxsize=1)
def _index_numbers(data: bytes) -> Mapping[int, Sequence[IntegerToken]]:
    """Return an input's whole numbers by value."""
    found = defaultdict(list)
    for number in find_numbers(data):
        found[number.value].append(number)
    return found


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
    difference = _TARGET_DIFFERENCE[wanted]
    for a, b in dict.fromkeys(site.operands):
        yield from _substitute_value(data, b, a - difference, write)
        if not site.constant:
            yield from _substitute_value(data, a, b + difference, write)


def _substitute_value(data: bytes, old: int, new: int, write: NumberWriter) -> Iterator[bytes]:
    if old == new:
        return
    for number in _index_numbers(data).get(old, ())[:_MAX_REPLACEMENTS]:
        yield write(number, data, new)
    # Both may be the codes of printable characters.
    if 32 < old < 127 and 32 < new < 127:
        positions = (match.start() for match in re.finditer(re.escape(b"%c" % old), data))
        for at in islice(positions, _MAX_REPLACEMENTS):
            yield b"%b%c%b" % (data[:at], new, data[at + 1 :])


def solve_steps(
    before: ComparisonSite, after: ComparisonSite, change: int, wanted: int
) -> list[int]:
    """Return by how much a number has to change for an outcome, if the operands are linear in it.

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
            # Rounded down and up: if there is a remainder, one of them passes the target.
            exact = (_TARGET_DIFFERENCE[wanted] - difference) * change
            found += [exact // slope, -(-exact // slope)]
    return [step for step in dict.fromkeys(found) if step not in (0, change)]


def distribute_step(data: bytes, numbers: Sequence[IntegerToken], step: int) -> bytes:
    """Return the input with a step distributed over several numbers, as equally as possible.

    One number alone might leave its range.
    """
    share, rest = divmod(step, len(numbers))
    ordered = sorted(numbers, key=lambda number: number.start)
    # From the end, so that the positions before stay right.
    for index, number in reversed(list(enumerate(ordered))):
        data = number.replace(data, number.value + share + (index < rest))
    return data


def compute_branch_distance(site: ComparisonSite) -> int:
    """Return the least difference of the operands of a comparison: 0 is equality."""
    return min(abs(a - b) for a, b in site.operands)

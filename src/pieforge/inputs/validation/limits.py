"""Find how far a shape's ranges and relations really reach, by asking the package's validator.

Examples show less than the constraints allow. Whatever a shape says too narrowly is widened as
long as inputs built from the wider shape are accepted: relations are dropped, ranges grow.
"""

import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.building import Fill, build
from pieforge.inputs.generation.values import Dense
from pieforge.inputs.grammar.input_grammar import Field, Kind, Line, Shape
from pieforge.inputs.validation.probes import FewValues, Forced, Letter
from pieforge.records import digest

_BUILDS = 12
"""Inputs of a shape without some relation; all are accepted only if it does not matter."""
_MOST_COUNTED = 100_000
_EXACT = 10_000
"""Up to this a largest size is found to the last digit, beyond it the largest round one."""
_MOST_VALUE = 2**64
_POINTS = 15
"""Values that are asked about at once between the last good and the first bad one."""
_SIZES = 3
"""Sizes that are asked about at once."""
_ROUNDS = 14

Valid = Callable[[Sequence[bytes]], Awaitable[list[bool]]]


async def explored(shape: Shape, valid: Valid, *, seed: str) -> Shape:
    """Return the shape with relations that do not hold left out and ranges as far as they go.

    Args:
        shape: As the examples show it.
        valid: Who says whether an input is one of the problem's.
        seed: Of the inputs that are asked about.
    """
    if shape.plain:
        return shape
    rng = random.Random(digest("limits", seed))  # noqa: S311
    shape = await _without_chance_relations(shape, valid, rng)
    shape = await _with_all_letters(shape, valid, rng)
    for side in ("low", "high"):
        shape = await _widened(shape, side, valid, rng)
    return await _caps_reached(shape, valid, rng)


async def _without_chance_relations(shape: Shape, valid: Valid, rng: random.Random) -> Shape:
    relaxed = list(_relaxations(shape))
    while relaxed:
        questions = [[build(one(shape), fill) for fill in _loose(rng)] for one in relaxed]
        answers = await _answers(questions, valid)
        relaxed = [one for one, told in zip(relaxed, answers, strict=True) if all(told)]
        # One at a time: of two relations that say the same, one has to stay.
        for one in relaxed[:1]:
            shape = one(shape)
        relaxed = relaxed[1:]
    return shape


def _loose(rng: random.Random) -> list[Fill]:
    """Return fills whose values would break most relations: few different ones, or any."""
    return [kind(rng, 2 + number) for number in range(_BUILDS // 2) for kind in (Dense, FewValues)]


Change = Callable[[Shape], Shape]


def _relaxations(shape: Shape) -> Iterator[Change]:
    """Yield for each relation of the shape the change that leaves it out."""
    for field in shape.fields():
        loose: dict[str, object] = {
            "cap": None,
            "order": "",
            "distinct": False,
            "behind": None,
            "head": None,
            "length": None,
        }
        for key, value in loose.items():
            if getattr(field, key) != value:
                yield _field_change(field.name, {key: value})
    for line in shape.lines():
        for key in ("ordered", "different"):
            for pair in getattr(line, key):
                yield _line_change(line, key, pair)
        for i, j, strict in line.ordered:
            if strict:
                yield _line_change(line, "ordered", (i, j, True), (i, j, False))


def _field_change(name: str, changes: dict[str, object]) -> Change:
    return lambda shape: shape.changed(
        lambda f: f.model_copy(update=changes) if f.name == name else f
    )


def _line_change(line: Line, key: str, old: object, *new: object) -> Change:
    def change(one: Line) -> Line:
        if one.name != line.name:
            return one
        pairs = tuple(pair for pair in getattr(one, key) if pair != old)
        return one.model_copy(update={key: (*pairs, *new)})

    return lambda shape: shape.with_lines(change)


async def _with_all_letters(shape: Shape, valid: Valid, rng: random.Random) -> Shape:
    """Add the printable characters that words may hold though no example does."""
    words = [f for f in shape.fields() if f.kind is Kind.WORD and not f.choices and f.alphabet]
    asked = [
        (field, chr(code))
        for field in words
        for code in range(33, 127)
        if chr(code) not in field.alphabet
    ]
    questions = [[build(shape, Letter(rng, field.name, letter))] for field, letter in asked]
    answers = await _answers(questions, valid)
    for (field, letter), (accepted,) in zip(asked, answers, strict=True):
        if accepted:
            shape = shape.changed(_more_letters(field.name, letter))
    return shape


def _more_letters(name: str, letter: str) -> Callable[[Field], Field]:
    def change(field: Field) -> Field:
        if field.name != name:
            return field
        alphabet = "".join(sorted({*field.alphabet, letter}))
        return field.model_copy(update={"alphabet": alphabet})

    return change


@dataclass
class _Bound:
    """One end of a field's range: the last value known as good, the first known as bad."""

    field: Field
    good: int
    bad: int | None
    last: int
    """No value beyond this one is asked about."""
    counts: bool
    """Whether an input grows with the value."""

    def points(self, step: int) -> list[int]:
        """Return the values to ask about next, from the good end outwards."""
        if self.counts and step > 0:
            return self._sizes()
        if self.bad is not None:
            gap = abs(self.bad - self.good)
            found = {self.good + step * (gap * i // (_POINTS + 1)) for i in range(1, _POINTS + 1)}
            return sorted(found - {self.good}, key=lambda v: v * step)
        powers = [2**k for k in range(64)] + [10**k for k in range(19)]
        beyond = {self.good + step * p for p in powers} | {step * p for p in powers} | {0, 1}
        inside = (v for v in beyond if (v - self.good) * step > 0 and (self.last - v) * step >= 0)
        return sorted(inside, key=lambda v: v * step)

    def _sizes(self) -> list[int]:
        """Return sizes to ask about: round ones, and only small ones to the last digit."""
        if self.bad is None:
            even = [m * 10**k for k in range(6) for m in (1, 2, 3, 5)] + [2**k for k in range(18)]
            return sorted({v for v in even if self.good < v <= self.last})[:_SIZES]
        if self.bad > _EXACT:
            return []
        gap = self.bad - self.good
        return sorted({self.good + max(1, gap * i // 4) for i in (1, 2, 3)} - {self.bad})


async def _widened(shape: Shape, side: str, valid: Valid, rng: random.Random) -> Shape:
    """Move one end of all ranges outwards, all fields at once."""
    step = 1 if side == "high" else -1
    bounds = [
        _Bound(f, getattr(f, side), None, _last(f, shape, step), counts=_grows(f, shape))
        for f in shape.fields()
    ]
    bounds = [b for b in bounds if not b.field.choices and b.field.length is None]
    bounds = [b for b in bounds if b.field.cap is None or step < 0]
    # Most ranges are shown whole by the examples: ask about the next value alone first.
    await _ask(bounds, [[b.good + step] for b in bounds], shape, side, valid, rng)
    for _ in range(_ROUNDS):
        moving = [b for b in bounds if b.bad is None or abs(b.bad - b.good) > 1]
        moving = [b for b in moving if b.good != b.last]
        if not moving:
            break
        points = [b.points(step) for b in moving]
        if not any(points):
            break
        await _ask(moving, points, shape, side, valid, rng)
    for bound in bounds:
        shape = _field_change(bound.field.name, {side: bound.good})(shape)
    return shape


def _grows(field: Field, shape: Shape) -> bool:
    return field.kind is Kind.WORD or field.name in shape.counters


def _last(field: Field, shape: Shape, step: int) -> int:
    if field.kind is Kind.WORD:
        return _MOST_COUNTED if step > 0 else 1
    if field.name in shape.counters:
        return _MOST_COUNTED if step > 0 else 0
    return step * _MOST_VALUE


async def _ask(
    bounds: list[_Bound],
    points: list[list[int]],
    shape: Shape,
    side: str,
    valid: Valid,
    rng: random.Random,
) -> None:
    """Ask about the points of each bound, and move its good and its bad value together."""
    questions = [
        [_with_value(shape, bound.field, side, point, rng) for point in those]
        for bound, those in zip(bounds, points, strict=True)
    ]
    for bound, those, accepted in zip(
        bounds, points, await _answers(questions, valid), strict=True
    ):
        for point, good in zip(those, accepted, strict=True):
            if not good:
                bound.bad = point
                break
            bound.good = point


def _with_value(
    shape: Shape, field: Field, side: str, value: int, rng: random.Random
) -> bytes | None:
    wider = _field_change(field.name, {side: value})(shape)
    data = build(wider, Forced(rng, field, value))
    # A relation may have moved the value.
    return data if data is not None and _holds(data, field, value) else None


def _holds(data: bytes, field: Field, value: int) -> bool:
    if field.kind is Kind.WORD:
        return any(len(word) == value for word in data.split())
    return field.write(value).encode() in data.split()


async def _caps_reached(shape: Shape, valid: Valid, rng: random.Random) -> Shape:
    """Let a field that an earlier value bounds grow as large as that value can."""
    highs = {field.name: field.high for field in shape.fields()}
    capped = [field for field in shape.fields() if field.cap is not None]
    tops = [f.cap.value(highs) if f.cap else 0 for f in capped]
    wider = [
        _field_change(f.name, {"high": max(f.high, top)})
        for f, top in zip(capped, tops, strict=True)
    ]
    questions = [
        [build(change(shape), Forced(rng, field, top, field.cap.names if field.cap else ()))]
        for field, top, change in zip(capped, tops, wider, strict=True)
    ]
    for change, (accepted,) in zip(wider, await _answers(questions, valid), strict=True):
        if accepted:
            shape = change(shape)
    return shape


async def _answers(questions: list[list[bytes | None]], valid: Valid) -> list[list[bool]]:
    """Ask about many lists of inputs at once; what could not be built is not accepted."""
    flat = [data for those in questions for data in those if data is not None]
    told = iter(await valid(flat) if flat else [])
    return [[data is not None and next(told) for data in those] for those in questions]

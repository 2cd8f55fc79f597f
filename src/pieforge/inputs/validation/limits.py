"""Find how far a grammar's ranges and relations really reach, by asking the package's validator.

Examples show less than the constraints allow. Whatever a grammar says too narrowly is widened as
long as inputs built from the wider grammar are accepted: relations are dropped, ranges grow.
"""

import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from pieforge.inputs.generation.building import Fill, build_input
from pieforge.inputs.generation.values import DenseFill
from pieforge.inputs.grammar.fields import FieldKind, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar, Line
from pieforge.inputs.validation.probes import FewValuesFill, ForcedLetterFill, ForcedValueFill
from pieforge.records import digest

_RELAXATION_PROBES = 12
"""Inputs of a grammar without some relation; all are accepted only if it does not matter."""
_MAX_SIZE = 100_000
_MAX_EXACT_SIZE = 10_000
"""Up to this a largest size is found to the last digit, beyond it the largest round one."""
_MAX_VALUE = 2**64
_VALUES_PER_ROUND = 15
"""Values that are asked about at once between the last good and the first bad one."""
_SIZES_PER_ROUND = 3
"""Sizes that are asked about at once."""
_MAX_ROUNDS = 14

ValidityCheck = Callable[[Sequence[bytes]], Awaitable[list[bool]]]


async def generalize_grammar(
    grammar: InputGrammar, is_valid: ValidityCheck, *, seed: str
) -> InputGrammar:
    """Return the grammar with relations that do not hold left out and ranges as far as they go.

    Args:
        grammar: As the examples show it.
        is_valid: Who says whether an input is one of the problem's.
        seed: Of the inputs that are asked about.
    """
    if grammar.unstructured:
        return grammar
    rng = random.Random(digest("limits", seed))  # noqa: S311
    grammar = await _drop_chance_relations(grammar, is_valid, rng)
    grammar = await _extend_alphabets(grammar, is_valid, rng)
    for side in ("low", "high"):
        grammar = await _widen_ranges(grammar, side, is_valid, rng)
    return await _raise_capped_ranges(grammar, is_valid, rng)


async def _drop_chance_relations(
    grammar: InputGrammar, is_valid: ValidityCheck, rng: random.Random
) -> InputGrammar:
    relaxed = list(_iter_relaxations(grammar))
    while relaxed:
        questions = [
            [build_input(one(grammar), fill) for fill in _create_probe_fills(rng)]
            for one in relaxed
        ]
        answers = await _validate_groups(questions, is_valid)
        relaxed = [one for one, told in zip(relaxed, answers, strict=True) if all(told)]
        # One at a time: of two relations that say the same, one has to stay.
        for one in relaxed[:1]:
            grammar = one(grammar)
        relaxed = relaxed[1:]
    return grammar


def _create_probe_fills(rng: random.Random) -> list[Fill]:
    """Return fills whose values would break most relations: few different ones, or any."""
    return [
        kind(rng, 2 + number)
        for number in range(_RELAXATION_PROBES // 2)
        for kind in (DenseFill, FewValuesFill)
    ]


GrammarChange = Callable[[InputGrammar], InputGrammar]


def _iter_relaxations(grammar: InputGrammar) -> Iterator[GrammarChange]:
    """Yield for each relation of the grammar the change that leaves it out."""
    for field in grammar.iter_fields():
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
                yield _create_field_change(field.name, {key: value})
    for line in grammar.iter_lines():
        for key in ("ordered", "different"):
            for pair in getattr(line, key):
                yield _create_line_change(line, key, pair)
        for i, j, strict in line.ordered:
            if strict:
                yield _create_line_change(line, "ordered", (i, j, True), (i, j, False))


def _create_field_change(name: str, changes: dict[str, object]) -> GrammarChange:
    return lambda grammar: grammar.map_fields(
        lambda f: f.model_copy(update=changes) if f.name == name else f
    )


def _create_line_change(line: Line, key: str, old: object, *new: object) -> GrammarChange:
    def change(one: Line) -> Line:
        if one.name != line.name:
            return one
        pairs = tuple(pair for pair in getattr(one, key) if pair != old)
        return one.model_copy(update={key: (*pairs, *new)})

    return lambda grammar: grammar.map_lines(change)


async def _extend_alphabets(
    grammar: InputGrammar, is_valid: ValidityCheck, rng: random.Random
) -> InputGrammar:
    """Add the printable characters that words may hold though no example does."""
    words = [
        f
        for f in grammar.iter_fields()
        if f.kind is FieldKind.WORD and not f.choices and f.alphabet
    ]
    asked = [
        (field, chr(code))
        for field in words
        for code in range(33, 127)
        if chr(code) not in field.alphabet
    ]
    questions = [
        [build_input(grammar, ForcedLetterFill(rng, field.name, letter))] for field, letter in asked
    ]
    answers = await _validate_groups(questions, is_valid)
    for (field, letter), (accepted,) in zip(asked, answers, strict=True):
        if accepted:
            grammar = grammar.map_fields(_create_letter_change(field.name, letter))
    return grammar


def _create_letter_change(name: str, letter: str) -> Callable[[InputField], InputField]:
    def change(field: InputField) -> InputField:
        if field.name != name:
            return field
        alphabet = "".join(sorted({*field.alphabet, letter}))
        return field.model_copy(update={"alphabet": alphabet})

    return change


@dataclass
class _RangeBound:
    """One end of a field's range: the last value known as good, the first known as bad."""

    field: InputField
    good: int
    bad: int | None
    limit: int
    """No value beyond this one is asked about."""
    is_size: bool
    """Whether an input grows with the value."""

    def list_probe_values(self, step: int) -> list[int]:
        """Return the values to ask about next, from the good end outwards."""
        if self.is_size and step > 0:
            return self._list_probe_sizes()
        if self.bad is not None:
            gap = abs(self.bad - self.good)
            found = {
                self.good + step * (gap * i // (_VALUES_PER_ROUND + 1))
                for i in range(1, _VALUES_PER_ROUND + 1)
            }
            return sorted(found - {self.good}, key=lambda v: v * step)
        powers = [2**k for k in range(64)] + [10**k for k in range(19)]
        beyond = {self.good + step * p for p in powers} | {step * p for p in powers} | {0, 1}
        inside = (v for v in beyond if (v - self.good) * step > 0 and (self.limit - v) * step >= 0)
        return sorted(inside, key=lambda v: v * step)

    def _list_probe_sizes(self) -> list[int]:
        """Return sizes to ask about: round ones, and only small ones to the last digit."""
        if self.bad is None:
            even = [m * 10**k for k in range(6) for m in (1, 2, 3, 5)] + [2**k for k in range(18)]
            return sorted({v for v in even if self.good < v <= self.limit})[:_SIZES_PER_ROUND]
        if self.bad > _MAX_EXACT_SIZE:
            return []
        gap = self.bad - self.good
        return sorted({self.good + max(1, gap * i // 4) for i in (1, 2, 3)} - {self.bad})


async def _widen_ranges(
    grammar: InputGrammar, side: str, is_valid: ValidityCheck, rng: random.Random
) -> InputGrammar:
    """Move one end of all ranges outwards, all fields at once."""
    step = 1 if side == "high" else -1
    bounds = [
        _RangeBound(
            f, getattr(f, side), None, _get_limit(f, grammar, step), is_size=_is_size(f, grammar)
        )
        for f in grammar.iter_fields()
    ]
    bounds = [b for b in bounds if not b.field.choices and b.field.length is None]
    bounds = [b for b in bounds if b.field.cap is None or step < 0]
    # Most ranges are shown whole by the examples: ask about the next value alone first.
    await _probe_bounds(bounds, [[b.good + step] for b in bounds], grammar, side, is_valid, rng)
    for _ in range(_MAX_ROUNDS):
        moving = [b for b in bounds if b.bad is None or abs(b.bad - b.good) > 1]
        moving = [b for b in moving if b.good != b.limit]
        if not moving:
            break
        points = [b.list_probe_values(step) for b in moving]
        if not any(points):
            break
        await _probe_bounds(moving, points, grammar, side, is_valid, rng)
    for bound in bounds:
        grammar = _create_field_change(bound.field.name, {side: bound.good})(grammar)
    return grammar


def _is_size(field: InputField, grammar: InputGrammar) -> bool:
    return field.kind is FieldKind.WORD or field.name in grammar.counters


def _get_limit(field: InputField, grammar: InputGrammar, step: int) -> int:
    if field.kind is FieldKind.WORD:
        return _MAX_SIZE if step > 0 else 1
    if field.name in grammar.counters:
        return _MAX_SIZE if step > 0 else 0
    return step * _MAX_VALUE


async def _probe_bounds(
    bounds: list[_RangeBound],
    points: list[list[int]],
    grammar: InputGrammar,
    side: str,
    is_valid: ValidityCheck,
    rng: random.Random,
) -> None:
    """Ask about the points of each bound, and move its good and its bad value together."""
    questions = [
        [_build_probe(grammar, bound.field, side, point, rng) for point in those]
        for bound, those in zip(bounds, points, strict=True)
    ]
    for bound, those, accepted in zip(
        bounds, points, await _validate_groups(questions, is_valid), strict=True
    ):
        for point, good in zip(those, accepted, strict=True):
            if not good:
                bound.bad = point
                break
            bound.good = point


def _build_probe(
    grammar: InputGrammar, field: InputField, side: str, value: int, rng: random.Random
) -> bytes | None:
    wider = _create_field_change(field.name, {side: value})(grammar)
    data = build_input(wider, ForcedValueFill(rng, field, value))
    # A relation may have moved the value.
    return data if data is not None and _has_value(data, field, value) else None


def _has_value(data: bytes, field: InputField, value: int) -> bool:
    if field.kind is FieldKind.WORD:
        return any(len(word) == value for word in data.split())
    return field.write(value).encode() in data.split()


async def _raise_capped_ranges(
    grammar: InputGrammar, is_valid: ValidityCheck, rng: random.Random
) -> InputGrammar:
    """Let a field that an earlier value bounds grow as large as that value can."""
    highs = {field.name: field.high for field in grammar.iter_fields()}
    capped = [field for field in grammar.iter_fields() if field.cap is not None]
    tops = [f.cap.evaluate(highs) if f.cap else 0 for f in capped]
    wider = [
        _create_field_change(f.name, {"high": max(f.high, top)})
        for f, top in zip(capped, tops, strict=True)
    ]
    questions = [
        [
            build_input(
                change(grammar),
                ForcedValueFill(rng, field, top, field.cap.names if field.cap else ()),
            )
        ]
        for field, top, change in zip(capped, tops, wider, strict=True)
    ]
    for change, (accepted,) in zip(wider, await _validate_groups(questions, is_valid), strict=True):
        if accepted:
            grammar = change(grammar)
    return grammar


async def _validate_groups(
    questions: list[list[bytes | None]], is_valid: ValidityCheck
) -> list[list[bool]]:
    """Ask about many lists of inputs at once; what could not be built is not accepted."""
    flat = [data for those in questions for data in those if data is not None]
    told = iter(await is_valid(flat) if flat else [])
    return [[data is not None and next(told) for data in those] for those in questions]

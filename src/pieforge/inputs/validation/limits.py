"""Find the real extent of a grammar's ranges and relations by asking the package's validator.

Examples show less than the constraints allow. Whatever a grammar restricts too much is widened as
long as inputs built from the wider grammar are accepted: relations are dropped, ranges grow.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import compress

from pieforge.inputs import InputPredicate
from pieforge.inputs.generation.building import build_input
from pieforge.inputs.generation.values import DenseFill
from pieforge.inputs.grammar.fields import FieldKind, InputField
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.grammar.items import Line
from pieforge.inputs.validation.probes import FewValuesFill, ForcedLetterFill, ForcedValueFill
from pieforge.records import digest

_RELAXATION_SIZES = range(2, 8)
"""Sizes of inputs that violate a relation, two of each; it is dropped if all are accepted."""
_MAX_SIZE = 100_000
_MAX_EXACT_SIZE = 10_000
"""Up to this a largest size is found exactly, above it only the largest round one."""
_MAX_VALUE = 2**64
_VALUES_PER_ROUND = 15
"""Values asked about at once between the last accepted and the first rejected one."""
_SIZES_PER_ROUND = 3
"""Sizes asked about at once; fewer, because such inputs are large."""
_MAX_ROUNDS = 14
_UNRELATED = {
    "cap": None,
    "order": "",
    "distinct": False,
    "behind": None,
    "head": None,
    "length": None,
}
"""The relations of a field, each with the value that stands for none."""
_POWERS = [2**k for k in range(64)] + [10**k for k in range(19)]
_ROUND_SIZES = [m * 10**k for k in range(6) for m in (1, 2, 3, 5)] + [2**k for k in range(18)]

GrammarChange = Callable[[InputGrammar], InputGrammar]


async def generalize_grammar(
    grammar: InputGrammar, is_valid: InputPredicate, *, seed: str
) -> InputGrammar:
    """Return the grammar without accidental relations, its ranges as wide as the validator allows.

    Args:
        grammar: As the examples show it.
        is_valid: Says whether an input is one of the problem's.
        seed: Seed of the inputs that are asked about.
    """
    if grammar.unstructured:
        return grammar
    rng = random.Random(digest("limits", seed))  # noqa: S311
    generalizer = _Generalizer(grammar, is_valid, rng)
    await generalizer.drop_accidental_relations()
    await generalizer.extend_alphabets()
    for side in ("low", "high"):
        await generalizer.widen_ranges(side)
    await generalizer.raise_capped_ranges()
    return generalizer.grammar


@dataclass
class _Generalizer:
    """Widens `grammar` step by step."""

    grammar: InputGrammar
    is_valid: InputPredicate
    rng: random.Random

    async def drop_accidental_relations(self) -> None:
        """Drop the relations without which all inputs are still accepted."""
        relaxed = list(_iter_relaxations(self.grammar))
        while relaxed:
            probes = [
                [
                    build_input(change(self.grammar), kind(self.rng, size))
                    for size in _RELAXATION_SIZES
                    for kind in (DenseFill, FewValuesFill)
                ]
                for change in relaxed
            ]
            accepted = map(all, await self._judge(probes))
            relaxed = list(compress(relaxed, accepted))
            # One at a time: of two relations that imply each other, one has to stay.
            for change in relaxed[:1]:
                self.grammar = change(self.grammar)
            relaxed = relaxed[1:]

    async def extend_alphabets(self) -> None:
        """Add the printable characters that words may hold though no example does."""
        fields = [
            one
            for one in self.grammar.iter_fields()
            if one.kind is FieldKind.WORD and not one.choices and one.alphabet
        ]
        letters = [sorted(set(map(chr, range(33, 127))) - {*one.alphabet}) for one in fields]
        probes = [
            [
                build_input(self.grammar, ForcedLetterFill(self.rng, name=one.name, letter=letter))
                for letter in new
            ]
            for one, new in zip(fields, letters, strict=True)
        ]
        answers = await self._judge(probes)
        for one, new, accepted in zip(fields, letters, answers, strict=True):
            alphabet = "".join(sorted({*one.alphabet, *compress(new, accepted)}))
            self.grammar = self.grammar.replace_field(one.name, alphabet=alphabet)

    async def widen_ranges(self, side: str) -> None:
        """Move one end (`low` or `high`) of all ranges outwards, all fields at once."""
        step = 1 if side == "high" else -1
        counters = self.grammar.counters
        bounds = [
            _RangeBound(
                one,
                good=getattr(one, side),
                step=step,
                is_size=one.kind is FieldKind.WORD or one.name in counters,
            )
            for one in self.grammar.iter_fields()
            # A cap bounds a value from above already; its own range is raised at last.
            if not one.choices and one.length is None and (one.cap is None or step < 0)
        ]
        # The examples show most ranges completely: first ask about the next value only.
        await self._probe_bounds(bounds, [[bound.good + step] for bound in bounds], side)
        for _ in range(_MAX_ROUNDS):
            moving = [bound for bound in bounds if not bound.is_found]
            points = [bound.list_probe_values() for bound in moving]
            if not any(points):
                break
            await self._probe_bounds(moving, points, side)
        for bound in bounds:
            self.grammar = self.grammar.replace_field(bound.field.name, **{side: bound.good})

    async def _probe_bounds(
        self, bounds: "list[_RangeBound]", points: list[list[int]], side: str
    ) -> None:
        """Ask about the points of each bound, and move its accepted and its rejected value."""
        probes = [
            [self._build_probe(bound.field, side, point) for point in some]
            for bound, some in zip(bounds, points, strict=True)
        ]
        answers = await self._judge(probes)
        for bound, some, accepted in zip(bounds, points, answers, strict=True):
            for point, good in zip(some, accepted, strict=True):
                if not good:
                    bound.bad = point
                    break
                bound.good = point

    def _build_probe(self, one: InputField, side: str, value: int) -> bytes | None:
        """Return an input that holds a value of a field; None if a relation changed the value."""
        wider = self.grammar.replace_field(one.name, **{side: value})
        data = build_input(wider, ForcedValueFill(self.rng, one, value))
        words = data.split() if data is not None else []
        if one.kind is FieldKind.WORD:
            return data if value in map(len, words) else None
        return data if one.write(value).encode() in words else None

    async def raise_capped_ranges(self) -> None:
        """Let a field that an earlier value bounds grow as large as that value can."""
        highs = {one.name: one.high for one in self.grammar.iter_fields()}
        wider: list[GrammarChange] = []
        probes = []
        for one in self.grammar.iter_fields():
            if one.cap is not None:
                top = one.cap.evaluate(highs)
                change = _replace(one, high=max(one.high, top))
                fill = ForcedValueFill(self.rng, one, top, one.cap.names)
                wider.append(change)
                probes.append([build_input(change(self.grammar), fill)])
        for change, (accepted,) in zip(wider, await self._judge(probes), strict=True):
            if accepted:
                self.grammar = change(self.grammar)

    async def _judge(self, probes: list[list[bytes | None]]) -> list[list[bool]]:
        """Judge lists of inputs in one batch; those that could not be built are rejected."""
        flat = [data for some in probes for data in some if data is not None]
        answers = iter(await self.is_valid(flat) if flat else [])
        return [[data is not None and next(answers) for data in some] for some in probes]


@dataclass
class _RangeBound:
    """One end of a field's range.

    Attributes:
        field: The field.
        good: The outermost value known to be accepted.
        step: 1 for the upper end, -1 for the lower end.
        is_size: Whether an input grows with the value.
        bad: The innermost value known to be rejected.
    """

    field: InputField
    good: int
    step: int
    is_size: bool
    bad: int | None = None

    @property
    def limit(self) -> int:
        """The outermost value that is asked about."""
        if not self.is_size:
            return self.step * _MAX_VALUE
        return _MAX_SIZE if self.step > 0 else int(self.field.kind is FieldKind.WORD)

    @property
    def is_found(self) -> bool:
        """Whether the outermost accepted value is known."""
        return self.good == self.limit or self.bad == self.good + self.step

    def list_probe_values(self) -> list[int]:
        """Return the values to ask about next, from the accepted one outwards."""
        good, step = self.good, self.step
        if self.is_size and step > 0:
            return self._list_probe_sizes()
        if self.bad is not None:
            gap = abs(self.bad - good)
            parts = range(1, _VALUES_PER_ROUND + 1)
            found = {good + step * (gap * i // (_VALUES_PER_ROUND + 1)) for i in parts} - {good}
        else:
            found = {0, 1, *(base + step * power for power in _POWERS for base in (good, 0))}
            found = {v for v in found if (v - good) * step > 0 and (self.limit - v) * step >= 0}
        return sorted(found, key=lambda value: value * step)

    def _list_probe_sizes(self) -> list[int]:
        if self.bad is None:
            inside = {size for size in _ROUND_SIZES if self.good < size <= self.limit}
            return sorted(inside)[:_SIZES_PER_ROUND]
        if self.bad > _MAX_EXACT_SIZE:
            return []
        gap = self.bad - self.good
        return sorted({self.good + max(1, gap * i // 4) for i in (1, 2, 3)} - {self.bad})


def _iter_relaxations(grammar: InputGrammar) -> Iterator[GrammarChange]:
    """Yield for each relation of the grammar the change that drops it."""
    for one in grammar.iter_fields():
        for key, none in _UNRELATED.items():
            if getattr(one, key) != none:
                yield _replace(one, **{key: none})
    for line in grammar.iter_lines():
        for key in ("ordered", "different"):
            for pair in getattr(line, key):
                yield _drop_relation(line.name, key, pair)
        for i, j, strict in line.ordered:
            if strict:
                yield _drop_relation(line.name, "ordered", (i, j, True), (i, j, False))


def _replace(one: InputField, **changes: object) -> GrammarChange:
    return lambda grammar: grammar.replace_field(one.name, **changes)


def _drop_relation(name: str, key: str, old: object, *new: object) -> GrammarChange:
    """Return the change that replaces a relation of the line called `name`, or drops it."""

    def change(line: Line) -> Line:
        if line.name != name:
            return line
        pairs = (pair for pair in getattr(line, key) if pair != old)
        return line.model_copy(update={key: (*pairs, *new)})

    return lambda grammar: grammar.map_lines(change)

"""A seeded, deduplicated source of valid inputs that tell programs apart."""

import random
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pieforge.inputs import NamedInput
from pieforge.inputs.generation.strata import Material, Stratum, strata
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.records import digest

Valid = Callable[[Sequence[bytes]], Awaitable[list[bool]]]
"""Says of each input whether it is one of the problem's; `Validation.accepts` is one."""

_TRIES = 6
"""Batches that a draw asks about before it gives fewer inputs than were asked for."""


class Portfolio:
    """The inputs of one problem, stratum by stratum, the most promising first.

    The same seed, shape, examples and arguments give the same inputs, whatever was drawn
    before. Verdicts on inputs are remembered, so drawing again costs little.
    """

    def __init__(
        self,
        shape: Shape,
        examples: Sequence[bytes],
        valid: Valid,
        *,
        seed: str,
        excluded: Sequence[bytes] = (),
    ) -> None:
        """See the class.

        Args:
            shape: Of the inputs.
            examples: Valid inputs.
            valid: Who judges new ones.
            seed: Two portfolios with different seeds give different inputs, as far as there are.
            excluded: Inputs that are never drawn, beside the examples.
        """
        self.shape = shape
        self.examples = tuple(examples)
        self.offered: dict[str, tuple[bytes, ...]] = {}
        self._valid = valid
        self._excluded = frozenset((*examples, *excluded))
        self._seed = seed
        self._verdicts: dict[bytes, bool] = dict.fromkeys(self.examples, True)
        self._begun: dict[str, _Begun] = {}

    def offer(self, stratum: str, inputs: Sequence[bytes]) -> None:
        """Hand over inputs that somebody found, for their stratum to propose first.

        Raises:
            KeyError: There is no such stratum.
        """
        if stratum not in strata():
            raise KeyError(stratum)
        known = (*self.offered.get(stratum, ()), *inputs)
        self.offered[stratum] = tuple(dict.fromkeys(known))
        self._begun.pop(stratum, None)

    async def draw(
        self,
        count: int,
        *,
        programs: Sequence[str] = (),
        besides: Collection[bytes] = frozenset(),
        only: Collection[str] = (),
        most_bytes: int | None = None,
    ) -> list[NamedInput]:
        """Return up to `count` valid inputs, each once, the most promising first.

        Args:
            count: How many.
            programs: Texts of the programs under comparison; their constants are used.
            besides: Inputs that are known already.
            only: Strata to draw from; all of them where empty.
            most_bytes: Size of the largest input wanted.

        Raises:
            PackageError: A validator cannot be used.
            IsolationError: The sandbox failed twice.
        """
        chosen = {name: one for name, one in strata().items() if not only or name in only}
        sources = {name: self._source(name, one, programs) for name, one in chosen.items()}
        fresh = _unseen(_mixed(chosen, sources), self._excluded.union(besides), most_bytes)
        found: list[NamedInput] = []
        for _ in range(_TRIES):
            # A few more than are missing: some will not be valid.
            wanted = count - len(found)
            batch = list(islice(fresh, wanted + wanted // 8 + 1))
            good = await self._judged([data for _, data in batch])
            found += [
                NamedInput(f"{name}/{digest(data)[:12]}", data)
                for (name, data), fits in zip(batch, good, strict=True)
                if fits
            ]
            if len(found) >= count or not batch:
                break
        return found[:count]

    async def _judged(self, inputs: list[bytes]) -> list[bool]:
        unknown = [data for data in inputs if data not in self._verdicts]
        if unknown:
            verdicts = await self._valid(unknown)
            self._verdicts.update(zip(unknown, verdicts, strict=True))
        return [self._verdicts[data] for data in inputs]

    def _source(self, name: str, stratum: Stratum, programs: Sequence[str]) -> Iterator[bytes]:
        if stratum.reads_programs:
            return stratum.propose(self._material(name, tuple(programs)))
        if name not in self._begun:
            self._begun[name] = _Begun(stratum.propose(self._material(name, ())))
        return self._begun[name].again()

    def _material(self, name: str, programs: tuple[str, ...]) -> Material:
        return Material(
            shape=self.shape,
            examples=self.examples,
            programs=programs,
            offered=self.offered.get(name, ()),
            rng=random.Random(digest(self._seed, name, *programs)),  # noqa: S311
        )


@dataclass
class _Begun:
    """A source that was read so far, and can be read again from its beginning."""

    source: Iterator[bytes]
    read: list[bytes] = field(default_factory=list)

    def again(self) -> Iterator[bytes]:
        index = 0
        while True:
            while index >= len(self.read):
                data = next(self.source, None)
                if data is None:
                    return
                self.read.append(data)
            yield self.read[index]
            index += 1


def _mixed(
    chosen: Mapping[str, Stratum], sources: Mapping[str, Iterator[bytes]]
) -> Iterator[tuple[str, bytes]]:
    """Yield from all sources in turn, each as often as its weight says."""
    left = dict(sources)
    given = dict.fromkeys(left, 0)
    while left:
        name = min(left, key=lambda one: ((given[one] + 0.5) / chosen[one].weight, one))
        given[name] += 1
        data = next(left[name], None)
        if data is None:
            del left[name]
        else:
            yield name, data


def _unseen(
    proposed: Iterator[tuple[str, bytes]], known: Collection[bytes], most_bytes: int | None
) -> Iterator[tuple[str, bytes]]:
    seen = set(known)
    for name, data in proposed:
        if data not in seen and (most_bytes is None or len(data) <= most_bytes):
            seen.add(data)
            yield name, data

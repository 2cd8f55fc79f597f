"""A seeded, deduplicated source of valid inputs that tell programs apart."""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.generation.strata import GenerationContext, Stratum, discover_strata
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.records import digest

_MAX_BATCHES = 6
"""Batches that a draw asks about before it gives fewer inputs than were asked for."""


class Portfolio:
    """The inputs of one problem, stratum by stratum, the most promising first.

    The same seed, grammar, examples and arguments give the same inputs, whatever was drawn
    before. Verdicts on inputs are remembered, so drawing again costs little.
    """

    def __init__(
        self,
        grammar: InputGrammar,
        examples: Sequence[bytes],
        is_valid: InputPredicate,
        *,
        seed: str,
        excluded: Sequence[bytes] = (),
    ) -> None:
        """See the class.

        Args:
            grammar: Of the inputs.
            examples: Valid inputs.
            is_valid: Who judges new ones.
            seed: Two portfolios with different seeds give different inputs, as far as there are.
            excluded: Inputs that are never drawn, beside the examples.
        """
        self.grammar = grammar
        self.examples = tuple(examples)
        self.offered: dict[str, tuple[bytes, ...]] = {}
        self._is_valid = is_valid
        self._excluded = frozenset((*examples, *excluded))
        self._seed = seed
        self._verdicts: dict[bytes, bool] = dict.fromkeys(self.examples, True)
        self._sources: dict[str, _ReplayableSource] = {}

    def offer(self, stratum: str, inputs: Sequence[bytes]) -> None:
        """Hand over inputs that somebody found, for their stratum to propose first.

        Raises:
            KeyError: There is no such stratum.
        """
        if stratum not in discover_strata():
            raise KeyError(stratum)
        known = (*self.offered.get(stratum, ()), *inputs)
        self.offered[stratum] = tuple(dict.fromkeys(known))
        self._sources.pop(stratum, None)

    async def draw(
        self,
        count: int,
        *,
        programs: Sequence[str] = (),
        excluded: Collection[bytes] = frozenset(),
        only: Collection[str] = (),
        max_bytes: int | None = None,
    ) -> list[NamedInput]:
        """Return up to `count` valid inputs, each once, the most promising first.

        Args:
            count: How many.
            programs: Texts of the programs under comparison; their constants are used.
            excluded: Inputs that are known already.
            only: Strata to draw from; all of them where empty.
            max_bytes: Size of the largest input wanted.

        Raises:
            PackageError: A validator cannot be used.
            SandboxError: The sandbox failed twice.
        """
        chosen = {name: one for name, one in discover_strata().items() if not only or name in only}
        sources = {name: self._open_source(name, one, programs) for name, one in chosen.items()}
        fresh = _filter_new(_interleave(chosen, sources), self._excluded.union(excluded), max_bytes)
        found: list[NamedInput] = []
        for _ in range(_MAX_BATCHES):
            # A few more than are missing: some will not be valid.
            wanted = count - len(found)
            batch = list(islice(fresh, wanted + wanted // 8 + 1))
            good = await self._validate([data for _, data in batch])
            found += [
                NamedInput(f"{name}/{digest(data)[:12]}", data)
                for (name, data), fits in zip(batch, good, strict=True)
                if fits
            ]
            if len(found) >= count or not batch:
                break
        return found[:count]

    async def _validate(self, inputs: list[bytes]) -> list[bool]:
        unknown = [data for data in inputs if data not in self._verdicts]
        if unknown:
            verdicts = await self._is_valid(unknown)
            self._verdicts.update(zip(unknown, verdicts, strict=True))
        return [self._verdicts[data] for data in inputs]

    def _open_source(self, name: str, stratum: Stratum, programs: Sequence[str]) -> Iterator[bytes]:
        if stratum.reads_programs:
            return stratum.propose(self._create_context(name, tuple(programs)))
        if name not in self._sources:
            self._sources[name] = _ReplayableSource(stratum.propose(self._create_context(name, ())))
        return self._sources[name].replay()

    def _create_context(self, name: str, programs: tuple[str, ...]) -> GenerationContext:
        return GenerationContext(
            grammar=self.grammar,
            examples=self.examples,
            programs=programs,
            offered=self.offered.get(name, ()),
            rng=random.Random(digest(self._seed, name, *programs)),  # noqa: S311
        )


@dataclass
class _ReplayableSource:
    """A source that was read so far, and can be read again from its beginning."""

    source: Iterator[bytes]
    read: list[bytes] = field(default_factory=list)

    def replay(self) -> Iterator[bytes]:
        index = 0
        while True:
            while index >= len(self.read):
                data = next(self.source, None)
                if data is None:
                    return
                self.read.append(data)
            yield self.read[index]
            index += 1


def _interleave(
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


def _filter_new(
    proposed: Iterator[tuple[str, bytes]], known: Collection[bytes], max_bytes: int | None
) -> Iterator[tuple[str, bytes]]:
    seen = set(known)
    for name, data in proposed:
        if data not in seen and (max_bytes is None or len(data) <= max_bytes):
            seen.add(data)
            yield name, data

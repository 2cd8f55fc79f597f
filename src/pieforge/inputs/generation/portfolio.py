"""A seeded, deduplicated source of valid inputs that distinguish programs."""

import random
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress, islice, tee

from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.generation.strata import GenerationContext, Stratum, discover_strata
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.records import digest
from pieforge.syntax.tokens import SourceText

_MAX_BATCHES = 6
"""Batches that a draw validates before it returns fewer inputs than were asked for."""


class Portfolio:
    """The inputs of one problem, stratum by stratum, the most promising first.

    The same seed, grammar, examples and arguments give the same inputs, regardless of what was
    drawn before. The validity of inputs is cached, so that drawing again is inexpensive.

    Attributes:
        grammar: Grammar of the inputs.
        examples: Known valid inputs; they are never drawn.
        offered: By stratum, the inputs that `offer` added.
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
            grammar: Grammar of the inputs.
            examples: Valid inputs.
            is_valid: Validates new ones; `InputValidators.validate_inputs` is one such function.
            seed: Portfolios with different seeds give different inputs, as far as there are any.
            excluded: Inputs that are never drawn, in addition to the examples.
        """
        self.grammar = grammar
        self.examples = tuple(examples)
        self.offered: dict[str, tuple[bytes, ...]] = {}
        self._is_valid = is_valid
        self._excluded = frozenset((*examples, *excluded))
        self._seed = seed
        self._verdicts: dict[bytes, bool] = dict.fromkeys(self.examples, True)
        self._sources: dict[str, Iterator[bytes]] = {}

    def offer(self, stratum: str, inputs: Sequence[bytes]) -> None:
        """Add inputs that were found elsewhere, for their stratum to propose.

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
        programs: Sequence[SourceText] = (),
        excluded: Collection[bytes] = frozenset(),
        only: Collection[str] = (),
        max_bytes: int | None = None,
    ) -> list[NamedInput]:
        """Return up to `count` valid inputs, each once, the most promising first.

        Args:
            count: How many.
            programs: Texts of the programs under comparison; their constants are used.
            excluded: Further inputs that are not drawn.
            only: Strata to draw from; all of them if empty.
            max_bytes: Size of the largest input drawn.

        Raises:
            PackageError: A validator cannot be used.
            SandboxError: The sandbox failed twice.
        """
        chosen = {name: one for name, one in discover_strata().items() if not only or name in only}
        sources = {name: self._open_source(name, one, programs) for name, one in chosen.items()}
        weights = {name: one.weight for name, one in chosen.items()}
        fresh = _interleave(weights, sources, self._excluded.union(excluded), max_bytes)
        found: list[NamedInput] = []
        for _ in range(_MAX_BATCHES):
            # A few more than are missing, because some will be invalid.
            wanted = count - len(found)
            batch = list(islice(fresh, wanted + wanted // 8 + 1))
            found += compress(batch, await self._validate([item.data for item in batch]))
            if len(found) >= count or not batch:
                break
        return found[:count]

    async def _validate(self, inputs: list[bytes]) -> list[bool]:
        unknown = [data for data in inputs if data not in self._verdicts]
        if unknown:
            verdicts = await self._is_valid(unknown)
            self._verdicts.update(zip(unknown, verdicts, strict=True))
        return [self._verdicts[data] for data in inputs]

    def _open_source(
        self, name: str, stratum: Stratum, programs: Sequence[SourceText]
    ) -> Iterator[bytes]:
        if stratum.reads_programs:
            return stratum.propose(self._create_context(name, tuple(programs)))
        if name not in self._sources:
            self._sources[name] = stratum.propose(self._create_context(name, ()))
        # What is kept never advances, so that every copy of it starts with the first input.
        self._sources[name], copied = tee(self._sources[name])
        return copied

    def _create_context(self, name: str, programs: tuple[SourceText, ...]) -> GenerationContext:
        return GenerationContext(
            grammar=self.grammar,
            examples=self.examples,
            programs=programs,
            offered=self.offered.get(name, ()),
            rng=random.Random(digest(self._seed, name, *(p.text for p in programs))),  # noqa: S311
        )


def _interleave(
    weights: Mapping[str, int],
    sources: Mapping[str, Iterator[bytes]],
    known: Collection[bytes],
    max_bytes: int | None,
) -> Iterator[NamedInput]:
    """Yield new inputs from all sources in turn, each as often as its weight says."""
    left, taken, seen = dict(sources), Counter[str](), set(known)
    while left:
        # The source furthest behind its share; half an input decides before the first round.
        name = min(left, key=lambda one: ((taken[one] + 0.5) / weights[one], one))
        taken[name] += 1
        data = next(left[name], None)
        if data is None:
            del left[name]
        elif data not in seen and (max_bytes is None or len(data) <= max_bytes):
            seen.add(data)
            yield NamedInput(f"{name}/{digest(data)[:12]}", data)

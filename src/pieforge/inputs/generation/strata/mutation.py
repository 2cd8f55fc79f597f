"""Known inputs, changed in a few places so that they stay consistent."""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.plain import rearrange_examples
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.mutation.mutate import Mutator

_ROUNDS = 400
_MAX_PARENT_BYTES = 2048
"""Bytes of the largest input that is changed, where there are smaller ones."""


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if context.grammar.unstructured:
        yield from islice(rearrange_examples(context), _ROUNDS)
        return
    by_size = sorted(context.examples, key=lambda data: (len(data), data))
    parents = [data for data in by_size if len(data) <= _MAX_PARENT_BYTES] or by_size[:1]
    mutator = Mutator(context.grammar, context.rng)
    for _ in range(_ROUNDS if parents else 0):
        parent = context.rng.choice(parents)
        child = mutator.mutate(parent, context.rng.choice((1, 1, 2, 4)))
        if child is not None:
            yield child


STRATUM = Stratum("known inputs, changed", _propose)

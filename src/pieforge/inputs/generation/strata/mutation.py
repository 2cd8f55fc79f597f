"""Known inputs, changed in a few positions and kept consistent."""

from collections.abc import Iterator

from pieforge.inputs import select_small
from pieforge.inputs.generation.plain import rearrange_examples
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.mutation.mutate import Mutator

_ROUNDS = 400
_MAX_PARENT_BYTES = 2048
"""Bytes of the largest input that is changed, where there are smaller ones."""


def _mutate_examples(context: GenerationContext) -> Iterator[bytes]:
    parents = select_small(context.examples, _MAX_PARENT_BYTES)
    mutator = Mutator(context.grammar, context.rng)
    for _ in range(_ROUNDS if parents else 0):
        child = mutator.mutate(context.rng.choice(parents), context.rng.choice((1, 1, 2, 4)))
        if child is not None:
            yield child


STRATUM = Stratum(
    "known inputs, changed",
    _mutate_examples,
    lambda context: rearrange_examples(context, _ROUNDS),
)

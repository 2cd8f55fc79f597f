"""Known inputs, changed in a few places so that they stay consistent."""

from collections.abc import Iterator
from itertools import islice

from pieforge.inputs.generation.plain import shuffled
from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.mutation.mutate import Mutator

_ROUNDS = 400
_LARGEST = 2048
"""Bytes of the largest input that is changed, where there are smaller ones."""


def _propose(material: Material) -> Iterator[bytes]:
    if material.shape.plain:
        yield from islice(shuffled(material), _ROUNDS)
        return
    by_size = sorted(material.examples, key=lambda data: (len(data), data))
    parents = [data for data in by_size if len(data) <= _LARGEST] or by_size[:1]
    mutator = Mutator(material.shape, material.rng)
    for _ in range(_ROUNDS if parents else 0):
        parent = material.rng.choice(parents)
        child = mutator.mutated(parent, material.rng.choice((1, 1, 2, 4)))
        if child is not None:
            yield child


STRATUM = Stratum("known inputs, changed", _propose)

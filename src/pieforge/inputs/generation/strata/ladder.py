"""Random inputs of growing size: 1, 2, 4, and so on, to the largest."""

from collections.abc import Iterator

from pieforge.inputs.generation.building import build
from pieforge.inputs.generation.strata import Material, Stratum
from pieforge.inputs.generation.values import Scaled
from pieforge.inputs.grammar.input_grammar import Field


def _propose(material: Material) -> Iterator[bytes]:
    if material.shape.plain:
        return
    for data, _ in rungs(material):
        yield data


def rungs(material: Material) -> Iterator[tuple[bytes, int]]:
    """Yield an input for each size, the middle sizes first, with its size."""
    largest = max((_reach(field) for field in _sized(material)), default=1)
    sizes = [1 << power for power in range(largest.bit_length())] + [largest]
    order = sorted(range(len(sizes)), key=lambda i: (abs(2 * i - len(sizes)), i))
    for index in order:
        fraction = sizes[index] / largest
        data = build(material.shape, Scaled(material.rng, fraction))
        if data is not None:
            yield data, sizes[index]


def _sized(material: Material) -> list[Field]:
    shape = material.shape
    counters = [field for field in shape.fields() if field.name in shape.counters]
    return counters or list(shape.fields())


def _reach(field: Field) -> int:
    return max(1, field.high)


STRATUM = Stratum("a ladder of sizes", _propose)

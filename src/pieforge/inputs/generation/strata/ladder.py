"""Random inputs of growing size: 1, 2, 4, and so on, to the largest."""

from collections.abc import Iterator

from pieforge.inputs.generation.building import build_input
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import FractionFill
from pieforge.inputs.grammar.input_grammar import InputField


def _propose(context: GenerationContext) -> Iterator[bytes]:
    if context.grammar.unstructured:
        return
    for data, _ in generate_by_size(context):
        yield data


def generate_by_size(context: GenerationContext) -> Iterator[tuple[bytes, int]]:
    """Yield an input for each size, the middle sizes first, with its size."""
    largest = max((_get_max_size(field) for field in _find_size_fields(context)), default=1)
    sizes = [1 << power for power in range(largest.bit_length())] + [largest]
    order = sorted(range(len(sizes)), key=lambda i: (abs(2 * i - len(sizes)), i))
    for index in order:
        fraction = sizes[index] / largest
        data = build_input(context.grammar, FractionFill(context.rng, fraction))
        if data is not None:
            yield data, sizes[index]


def _find_size_fields(context: GenerationContext) -> list[InputField]:
    grammar = context.grammar
    counters = [field for field in grammar.iter_fields() if field.name in grammar.counters]
    return counters or list(grammar.iter_fields())


def _get_max_size(field: InputField) -> int:
    return max(1, field.high)


STRATUM = Stratum("a ladder of sizes", _propose)

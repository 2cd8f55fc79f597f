"""Random inputs of all orders of magnitude: sizes 1, 2, 4, and so on, to the largest."""

from collections.abc import Iterator

from pieforge.inputs.generation.building import build_inputs
from pieforge.inputs.generation.strata import GenerationContext, Stratum
from pieforge.inputs.generation.values import FractionFill


def _generate_fills(context: GenerationContext) -> Iterator[FractionFill]:
    """Yield a fill for each size, the middle sizes first."""
    fields = context.grammar.counter_fields or context.grammar.iter_fields()
    largest = max((1, *(field.high for field in fields)))
    sizes = [*(1 << power for power in range(largest.bit_length())), largest]
    for index in sorted(range(len(sizes)), key=lambda i: (abs(2 * i - len(sizes)), i)):
        yield FractionFill(context.rng, sizes[index] / largest)


STRATUM = Stratum(
    "a ladder of sizes",
    lambda context: build_inputs(context.grammar, _generate_fills(context)),
)

"""Inputs that led a program to new edges: `inputs.fuzzing.fuzzer` finds them."""

from collections.abc import Iterator

from pieforge.inputs.generation.strata import GenerationContext, Stratum


def _propose(context: GenerationContext) -> Iterator[bytes]:
    return iter(context.offered)


STRATUM = Stratum("inputs that reach new edges", _propose, _propose)

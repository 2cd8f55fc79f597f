"""Inputs that led a program to new edges: a search finds them (`inputs.coverage`), none is made."""

from collections.abc import Iterator

from pieforge.inputs.generation.strata import Material, Stratum


def _propose(material: Material) -> Iterator[bytes]:
    yield from material.offered


STRATUM = Stratum("inputs that reach new edges", _propose)

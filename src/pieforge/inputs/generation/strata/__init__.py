"""Kinds of inputs that tell programs apart, one a file: the file's name is the stratum's."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.plugins import discover
from pieforge.syntax.tokens import SourceText


@dataclass(frozen=True)
class GenerationContext:
    """What inputs are made of.

    Attributes:
        grammar: Of the problem's inputs; its ranges are the limits.
        examples: Inputs that are known to be valid.
        programs: Texts of the programs under comparison; none where any program may come.
        offered: Inputs that somebody found for this stratum, in the order to be tried.
        rng: The only source of chance.
    """

    grammar: InputGrammar
    examples: tuple[bytes, ...]
    programs: tuple[SourceText, ...]
    offered: tuple[bytes, ...]
    rng: random.Random


@dataclass(frozen=True)
class Stratum:
    """One kind of inputs.

    Attributes:
        title: What these inputs are, for reports.
        propose: Yields inputs one by one, the most promising first; it may go on without end, may
            repeat itself, and need not be right about what is valid.
        weight: How many inputs it gives for one of a stratum of weight 1.
        reads_programs: Whether the programs under comparison matter to it.
    """

    title: str
    propose: Callable[[GenerationContext], Iterator[bytes]]
    weight: int = 1
    reads_programs: bool = False


def discover_strata() -> Mapping[str, Stratum]:
    """Return the known strata by name."""
    return cast("Mapping[str, Stratum]", discover("pieforge.inputs.generation.strata", "STRATUM"))

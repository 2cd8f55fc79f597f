"""Kinds of inputs that distinguish programs, one per file: its name is the name of the stratum."""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.plugins import discover
from pieforge.syntax.tokens import SourceText


@dataclass(frozen=True)
class GenerationContext:
    """What inputs are made of.

    Attributes:
        grammar: Grammar of the problem's inputs; its ranges are the limits.
        examples: Inputs that are known to be valid.
        programs: Texts of the programs under comparison; empty where inputs are for any program.
        offered: Inputs that were found elsewhere for this stratum, in the order to be tried.
        rng: The only source of randomness.
    """

    grammar: InputGrammar
    examples: tuple[bytes, ...]
    programs: tuple[SourceText, ...]
    offered: tuple[bytes, ...]
    rng: random.Random


Source = Callable[[GenerationContext], Iterator[bytes]]
"""Yields inputs one by one, the most promising first.

It may be infinite, may repeat inputs, and may yield invalid ones.
"""


@dataclass(frozen=True)
class Stratum:
    """One kind of inputs.

    Attributes:
        title: What these inputs are, for reports.
        from_grammar: Makes inputs of a known grammar.
        from_words: Makes inputs where no grammar is known, out of the words of examples.
        weight: How many inputs it gives for one of a stratum of weight 1.
        reads_programs: Whether it depends on the programs under comparison.
    """

    title: str
    from_grammar: Source
    from_words: Source = lambda _: iter(())
    weight: int = 1
    reads_programs: bool = False

    def propose(self, context: GenerationContext) -> Iterator[bytes]:
        """Return inputs (see `Source`)."""
        source = self.from_words if context.grammar.unstructured else self.from_grammar
        return source(context)


def discover_strata() -> Mapping[str, Stratum]:
    """Return the known strata by name."""
    return discover("pieforge.inputs.generation.strata", "STRATUM", Stratum)

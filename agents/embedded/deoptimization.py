"""The embedded author as a de-optimizer: puts anti-patterns of the dictionary into a program."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from pieforge.lessons.patterns import discover_patterns, find_rewrites, identify_patterns

_MAX_PROGRAMS = 64
"""Programs that are considered after each anti-pattern."""
_DEEPER = 6.0
"""A site that is repeated more often makes the program slower; one that is not may still do."""


@dataclass(frozen=True)
class SlowedProgram:
    """A slower program, and what it does in words."""

    code: str
    changes: tuple[str, ...]


def slow_down(
    code: str,
    examples: Sequence[tuple[str, str]],
    language: str,
    *,
    n: int,
    rng: random.Random,
) -> list[SlowedProgram]:
    """Return up to `n` slower versions of a program, each with all anti-patterns of the examples.

    Args:
        code: The fast program.
        examples: (fast, slow) programs; the anti-patterns that lead from one to the other are found
            in the dictionary.
        language: Key of their language.
        n: Number of programs.
        rng: Source of randomness; it chooses the sites, those in more loops more often.
    """
    patterns = [key for pair in examples for key in identify_patterns(*pair, language)]
    programs = {code: tuple[str, ...]()}
    for key in patterns:
        title = discover_patterns()[key].title
        found: dict[str, tuple[int, tuple[str, ...]]] = {}
        for text, changes in programs.items():
            for rewrite in find_rewrites(key, text, language):
                found.setdefault(rewrite.code, (rewrite.depth, (*changes, title)))
        # A draw without replacement, in which a site in one more loop is _DEEPER times as likely.
        draw = {text: rng.random() ** (_DEEPER ** -found[text][0]) for text in sorted(found)}
        chosen = sorted(found, key=lambda text: -draw[text])[:_MAX_PROGRAMS]
        programs = {text: found[text][1] for text in chosen}
    if not patterns:
        return []
    return [SlowedProgram(text, changes) for text, changes in list(programs.items())[:n]]

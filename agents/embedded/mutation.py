"""The embedded author: random edits of a program's syntax tree."""

import math
import random
from dataclasses import dataclass

from pieforge.agents.embedded.edit import Edit
from pieforge.agents.embedded.edits import find_edits
from pieforge.agents.embedded.grammar import EditGrammar

_ATTEMPTS_PER_PROGRAM = 20
"""Number of attempts for each requested program: some draws repeat or break the syntax."""


@dataclass(frozen=True)
class Mutant:
    """An edited program, with its changes in words."""

    code: str
    changes: tuple[str, ...]


def generate_mutants(
    code: str, grammar: EditGrammar, *, n: int, rng: random.Random, temperature: float
) -> list[Mutant]:
    """Return up to `n` different programs that differ from `code` by one to three edits.

    Each parses without an error node. At temperature 0 there is one program, with the edit of the
    highest weight. A higher temperature makes the choice more uniform, and a second and a third
    edit more likely.

    Args:
        code: The program to edit.
        grammar: Its language.
        n: Number of programs.
        rng: Source of randomness; the same state gives the same programs.
        temperature: From 0 to 2.
    """
    source = code.encode()
    # Checked first, because it limits the size of what `find_edits` parses.
    if not grammar.has_valid_syntax(source):
        return []
    edits = find_edits(source, grammar)
    if not edits:
        return []
    mutants: dict[str, Mutant] = {}
    for attempt in range(n * _ATTEMPTS_PER_PROGRAM if temperature else len(edits)):
        if len(mutants) == (n if temperature else 1):
            break
        chosen = _draw_edits(edits, rng, temperature) if temperature else [_rank(edits)[attempt]]
        changed = _apply_edits(source, chosen)
        if changed != source and grammar.has_valid_syntax(changed):
            text = changed.decode()
            mutants.setdefault(text, Mutant(text, tuple(edit.description for edit in chosen)))
    return list(mutants.values())


def _rank(edits: list[Edit]) -> list[Edit]:
    return sorted(edits, key=lambda edit: -edit.weight)


def _draw_edits(edits: list[Edit], rng: random.Random, temperature: float) -> list[Edit]:
    """Draw one edit by weight, then up to two more that do not overlap with the earlier ones."""
    crowd: dict[int, int] = {}
    for edit in edits:
        crowd[edit.start] = crowd.get(edit.start, 0) + 1
    # A position with many possible edits must not suppress one with a single edit.
    weights = [(edit.weight / math.sqrt(crowd[edit.start])) ** (1 / temperature) for edit in edits]
    chosen: list[Edit] = []
    more = min(0.5, 0.25 * temperature)
    while len(chosen) < 3:
        edit = rng.choices(edits, weights)[0]
        if all(edit.end <= other.start or other.end <= edit.start for other in chosen):
            chosen.append(edit)
        if rng.random() >= more:
            break
    return sorted(chosen, key=lambda edit: edit.start)


def _apply_edits(source: bytes, chosen: list[Edit]) -> bytes:
    for edit in reversed(chosen):  # from the end, so that positions stay valid
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source

"""The embedded author: seeded edits of a program's syntax tree."""

import math
import random
from dataclasses import dataclass

from pieforge.agents.embedded.edit import Edit
from pieforge.agents.embedded.edits import find_edits
from pieforge.agents.embedded.grammar import EditGrammar

_ATTEMPTS_PER_PROGRAM = 20


@dataclass(frozen=True)
class Mutant:
    """A program and what was changed to get it."""

    code: str
    changes: tuple[str, ...]


def generate_mutants(
    code: str, grammar: EditGrammar, *, n: int, rng: random.Random, temperature: float
) -> list[Mutant]:
    """Return up to `n` different programs that differ from `code` by one to three edits.

    Each parses without an error node. At temperature 0 the most promising edit
    alone is made; the higher the temperature, the flatter the choice and the
    likelier a second and third edit.

    Args:
        code: The program to vary.
        grammar: Its language.
        n: Programs asked for.
        rng: Decides; the same state gives the same programs.
        temperature: From 0 to 2.
    """
    source = code.encode()
    # First of all, because it limits the size of what `find_edits` parses.
    if not grammar.has_valid_syntax(source):
        return []
    known = find_edits(source, grammar)
    if not known:
        return []
    found: dict[str, Mutant] = {}
    for attempt in range(n * _ATTEMPTS_PER_PROGRAM if temperature else len(known)):
        if len(found) == (n if temperature else 1):
            break
        chosen = _draw_edits(known, rng, temperature) if temperature else [_rank(known)[attempt]]
        changed = _apply_edits(source, chosen)
        if changed != source and grammar.has_valid_syntax(changed):
            text = changed.decode()
            found.setdefault(text, Mutant(text, tuple(edit.description for edit in chosen)))
    return list(found.values())


def _rank(known: list[Edit]) -> list[Edit]:
    return sorted(known, key=lambda edit: -edit.weight)


def _draw_edits(known: list[Edit], rng: random.Random, temperature: float) -> list[Edit]:
    """Draw one edit by weight, then perhaps more that do not touch those before."""
    crowd: dict[int, int] = {}
    for edit in known:
        crowd[edit.start] = crowd.get(edit.start, 0) + 1
    # A place with many possible edits must not crowd out one with a single edit.
    weights = [(edit.weight / math.sqrt(crowd[edit.start])) ** (1 / temperature) for edit in known]
    chosen: list[Edit] = []
    more = min(0.5, 0.25 * temperature)
    while len(chosen) < 3:
        edit = rng.choices(known, weights)[0]
        if all(edit.end <= other.start or other.end <= edit.start for other in chosen):
            chosen.append(edit)
        if rng.random() >= more:
            break
    return sorted(chosen, key=lambda edit: edit.start)


def _apply_edits(source: bytes, chosen: list[Edit]) -> bytes:
    for edit in reversed(chosen):
        source = source[: edit.start] + edit.text + source[edit.end :]
    return source

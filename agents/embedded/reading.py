"""The prompt, read back into its parts: what a model would see, and no more."""

from dataclasses import dataclass

from pieforge.agents.fences import FencedBlock, parse_blocks


@dataclass(frozen=True)
class AuthorPrompt:
    """Two programs, of which the second is to be departed from."""

    first: str
    second: str
    fence: str
    """Language of the second, as its fence names it."""


@dataclass(frozen=True)
class OptimizerPrompt:
    """A slow program, and (slow, fast) examples in the prompt's order."""

    program: str
    examples: tuple[tuple[str, str], ...]
    fence: str


def parse_prompt(text: str) -> AuthorPrompt | OptimizerPrompt | None:
    """Return what a prompt asks, by its headings, or None where they say nothing known."""
    found: dict[str, FencedBlock] = {}
    for block in parse_blocks(text):
        # The first block under a heading is the one it announces.
        if block.closed:
            found.setdefault(block.heading, block)
    if "code 1" in found and "code 2" in found:
        second = found["code 2"]
        return AuthorPrompt(found["code 1"].text, second.text, second.info)
    if "slow program" in found:
        program = found["slow program"]
        return OptimizerPrompt(program.text, _collect_examples(found), program.info)
    return None


def _collect_examples(found: dict[str, FencedBlock]) -> tuple[tuple[str, str], ...]:
    pairs = []
    number = 1
    while {f"example {number}: slow", f"example {number}: fast"} <= found.keys():
        slow, fast = found[f"example {number}: slow"], found[f"example {number}: fast"]
        pairs.append((slow.text, fast.text))
        number += 1
    return tuple(pairs)

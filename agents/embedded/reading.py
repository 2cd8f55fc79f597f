"""Parse a prompt into its parts: the engine sees only what a model would see."""

from dataclasses import dataclass

from pieforge.agents.fences import FencedBlock, parse_blocks


@dataclass(frozen=True)
class AuthorPrompt:
    """Two programs, of which the second is to be varied."""

    first: str
    second: str
    fence: str
    """Language of the second program, by the word after its fence."""


@dataclass(frozen=True)
class OptimizerPrompt:
    """A slow program, and (slow, fast) examples in the prompt's order."""

    program: str
    examples: tuple[tuple[str, str], ...]
    fence: str


@dataclass(frozen=True)
class DeoptimizerPrompt:
    """A fast program, and (fast, slow) examples of what to do to it."""

    program: str
    examples: tuple[tuple[str, str], ...]
    fence: str


def parse_prompt(text: str) -> AuthorPrompt | OptimizerPrompt | DeoptimizerPrompt | None:
    """Return the parts of a prompt by its headings, or None if it is neither role's prompt."""
    blocks: dict[str, FencedBlock] = {}
    for block in parse_blocks(text):
        # Only the first block below a heading belongs to it.
        if block.closed:
            blocks.setdefault(block.heading, block)
    if "code 1" in blocks and "code 2" in blocks:
        second = blocks["code 2"]
        return AuthorPrompt(blocks["code 1"].text, second.text, second.info)
    if "slow program" in blocks:
        program = blocks["slow program"]
        return OptimizerPrompt(program.text, _collect_examples(blocks), program.info)
    if "fast program" in blocks:
        program = blocks["fast program"]
        examples = tuple((fast, slow) for slow, fast in _collect_examples(blocks))
        return DeoptimizerPrompt(program.text, examples, program.info)
    return None


def _collect_examples(blocks: dict[str, FencedBlock]) -> tuple[tuple[str, str], ...]:
    pairs = []
    number = 1
    while {f"example {number}: slow", f"example {number}: fast"} <= blocks.keys():
        slow, fast = blocks[f"example {number}: slow"], blocks[f"example {number}: fast"]
        pairs.append((slow.text, fast.text))
        number += 1
    return tuple(pairs)

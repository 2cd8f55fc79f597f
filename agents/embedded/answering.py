"""Answer a prompt with replies in prose, in the form of a model's replies.

Replies are part of an answer: a change of their text needs a new version in `ENGINE`.
"""

import random

from pieforge.agents.embedded.deoptimization import SlowedProgram, slow_down
from pieforge.agents.embedded.grammar import find_grammar, find_language
from pieforge.agents.embedded.merge import MergeCandidate, merge_examples
from pieforge.agents.embedded.mutation import Mutant, generate_mutants
from pieforge.agents.embedded.reading import (
    AuthorPrompt,
    DeoptimizerPrompt,
    OptimizerPrompt,
    parse_prompt,
)
from pieforge.agents.fences import format_block
from pieforge.records import digest


def answer_prompt(prompt: str, *, n: int, seed: int, temperature: float) -> list[str]:
    """Return `n` replies; the same arguments give the same replies.

    If there are fewer different programs than `n`, the remaining replies have no program.
    """
    asked = parse_prompt(prompt)
    if asked is None:
        return [
            _format_refusal(
                "I see no task of mine: I write programs after two others, or from a slow one."
            )
        ] * n
    grammar = find_grammar(asked.fence)
    if grammar is None:
        return [_format_refusal(f"I know C++ and Python, not {asked.fence or 'unnamed code'}.")] * n
    if isinstance(asked, AuthorPrompt):
        rng = random.Random(digest("author", prompt, str(seed)))  # noqa: S311
        mutants = generate_mutants(asked.second, grammar, n=n, rng=rng, temperature=temperature)
        replies = [_format_author_reply(mutant, asked) for mutant in mutants]
        return _pad_replies(replies, n, "I find nothing in code 2 that I could change.")
    if isinstance(asked, DeoptimizerPrompt):
        rng = random.Random(digest("deoptimizer", prompt, str(seed)))  # noqa: S311
        slowed = slow_down(asked.program, asked.examples, find_language(asked.fence), n=n, rng=rng)
        replies = [_format_slowed_reply(program, asked) for program in slowed]
        return _pad_replies(replies, n, "I find no place for what the examples show.")
    merged = merge_examples(asked.program, asked.examples, grammar, n=n)
    replies = [_format_optimizer_reply(candidate, asked) for candidate in merged]
    return _pad_replies(replies, n, "None of the examples shows me how to make it faster.")


def _pad_replies(replies: list[str], n: int, excuse: str) -> list[str]:
    if replies:
        excuse = "I have no further version to offer."
    return [*replies, *[_format_refusal(excuse)] * (n - len(replies))]


def _format_author_reply(mutant: Mutant, asked: AuthorPrompt) -> str:
    changes = "; ".join(mutant.changes)
    return (
        f"This program reads the input of code 2 but {changes}.\n\n"
        f"{format_block(mutant.code, asked.fence)}\n"
    )


def _format_slowed_reply(program: SlowedProgram, asked: DeoptimizerPrompt) -> str:
    what = "; ".join(program.changes)
    return f"This program {what}.\n\n{format_block(program.code, asked.fence)}\n"


def _format_optimizer_reply(candidate: MergeCandidate, asked: OptimizerPrompt) -> str:
    return (
        f"It follows example {candidate.example}: {candidate.explanation}.\n\n"
        f"{format_block(candidate.code, asked.fence)}\n"
    )


def _format_refusal(reason: str) -> str:
    return f"I cannot offer a program. {reason}\n"

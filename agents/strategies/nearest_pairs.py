"""The optimizer sees the pairs most similar to the slow program, as in PIE's retrieval prompts."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="optimizer.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.NEAREST,
)

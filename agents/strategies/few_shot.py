"""The optimizer sees the same pairs for every program of a language."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="optimizer.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.FIRST,
)

"""The optimizer sees the slow program, and which of its lines take how much of its time."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="profile_guided.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.NEAREST,
    shows_hot_lines=True,
)

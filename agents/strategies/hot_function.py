"""The optimizer sees the outline of the slow program, and rewrites its hottest function alone."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="hot_function.md.j2",
    sample=SAMPLE_REPLY,
    shows_hot_function=True,
)

"""The author writes a program whose task is harder to make fast than that of its parent."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(role="author", template="harder.md.j2", sample=SAMPLE_REPLY)

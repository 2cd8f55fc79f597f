"""The optimizer sees the slow program alone."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(role="optimizer", template="optimizer.md.j2", sample=SAMPLE_REPLY)

"""PIE's self-play prompt (arXiv 2302.07867): a program that reads the same and computes another."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(role="author", template="author.md.j2", sample=SAMPLE_REPLY)

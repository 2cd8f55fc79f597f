"""The prompt of training rows with `--tag-speed`: it asks for the best score, without examples."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(role="optimizer", template="best_score.md.j2", sample=SAMPLE_REPLY)

"""The author writes a program in another language than that of its parent."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(
    role="author",
    template="other_language.md.j2",
    sample=SAMPLE_REPLY,
    changes_language=True,
)

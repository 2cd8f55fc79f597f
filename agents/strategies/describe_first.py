"""The author first describes the new task in words, then writes its program."""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(
    role="author",
    template="describe_first.md.j2",
    sample="Given n numbers, print their product.\n\n" + SAMPLE_REPLY,
)

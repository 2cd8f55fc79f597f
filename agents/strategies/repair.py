"""The optimizer is told what is wrong with its program, and asked for a corrected one."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="optimizer.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.NEAREST,
    turns=2,
    until_right=True,
)

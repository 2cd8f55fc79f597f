"""The optimizer is shown its fastest right program, and asked for a faster one."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="optimizer.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.NEAREST,
    turns=3,
)

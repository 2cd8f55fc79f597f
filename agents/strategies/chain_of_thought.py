"""The optimizer first says what is slow and what would be faster, then writes the program."""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="chain_of_thought.md.j2",
    sample=f"1. It calls `slow()`.\n\n```cpp\nslow();\n```\n\n2. `fast()` does.\n\n{SAMPLE_REPLY}",
    examples=ExampleChoice.NEAREST,
)

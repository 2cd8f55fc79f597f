"""Examples are tagged by how fast their fast program is; a program of the best tenth is asked for.

After PIE's performance-conditioned generation (section 4.2 of arXiv 2302.07867).
"""

from pieforge.agents.strategies import SAMPLE_REPLY, ExampleChoice, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="performance_conditioned.md.j2",
    sample=SAMPLE_REPLY,
    examples=ExampleChoice.NEAREST,
)

"""The optimizer follows pseudocode that was asked once for all programs of a problem.

After Think-and-Execute (arXiv 2404.02575).
"""

from pieforge.agents.strategies import SAMPLE_REPLY, Strategy

STRATEGY = Strategy(
    role="optimizer",
    template="pseudocode.md.j2",
    sample=SAMPLE_REPLY,
    plan="pseudocode_plan.md.j2",
)

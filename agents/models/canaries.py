"""Canary prompts: whether an endpoint still serves what it served in the last run.

After "Hardware and Software Platform Inference" (HSPI): another model, precision or
serving stack shows in the answers at temperature 0 and in their log-probabilities.
"""

from typing import ClassVar

from pieforge.agents.models.request import Message
from pieforge.records import FrozenModel, Record, TokenUsage

PROMPTS = tuple(
    Message(role="user", content=text)
    for text in (
        "Continue with digits only: 3.14159265358979",
        "Name twelve prime numbers greater than 1000, separated by commas.",
        "Write a C function that returns the greatest common divisor of two ints. Code only.",
    )
)
MAX_TOKENS = 48
"""Of one answer."""
_NOISE = 0.1
"""Difference of log-probabilities that the order of sums in a batch can make."""


class CanaryAnswer(FrozenModel):
    """The answer to one canary prompt."""

    text: str
    logprobs: tuple[float, ...] = ()
    """Of its tokens; empty where the endpoint offers none."""


class CanaryAnswers(Record):
    """An endpoint's answers, in the order of `PROMPTS`."""

    KIND: ClassVar[str] = "canary_answers"

    model: str
    """The model's name in the answers."""
    answers: tuple[CanaryAnswer, ...]
    usage: TokenUsage = TokenUsage()
    usd: float | None = None
    """Price of these calls; None if it is unknown."""


class EndpointChange(Record):
    """That an endpoint no longer answers as before; the subject is its address and model."""

    KIND: ClassVar[str] = "endpoint_change"

    change: str


def describe_change(before: CanaryAnswers, now: CanaryAnswers) -> str:
    """Return what differs between two sets of answers; empty if they may be of one model."""
    if before.model != now.model:
        return f"the model calls itself {now.model!r}, before {before.model!r}"
    pairs = list(zip(before.answers, now.answers, strict=False))
    differ = sum(one.text != other.text for one, other in pairs)
    if differ:
        return f"{differ} of {len(pairs)} answers at temperature 0 differ"
    most = max(
        (
            abs(a - b)
            for one, other in pairs
            for a, b in zip(one.logprobs, other.logprobs, strict=False)
        ),
        default=0.0,
    )
    return f"log-probabilities differ by up to {most:.2f}" if most > _NOISE else ""

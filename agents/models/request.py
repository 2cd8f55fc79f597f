"""A model call as data: what is sent, in canonical form, and what comes back."""

import json
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from pieforge.records import FrozenModel, Record, TokenUsage, digest


class Message(FrozenModel):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class ModelRequest(FrozenModel):
    """Everything that decides a model's answer, and nothing else.

    Time limits and retries are not part of it, nor is the key that pays for the
    call: an answer is found in the ledger whatever they are.
    """

    endpoint: str
    """Base URL, or the name and version of an engine that runs in this process."""
    model: str
    messages: tuple[Message, ...]
    n: int
    """Choices asked for."""
    temperature: float
    top_p: float
    seed: int
    max_tokens: int
    """Limit on the tokens of one choice."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request's body, for what a server knows beyond OpenAI's."""

    def serialize(self) -> str:
        """Return the request as JSON with sorted keys and no spaces: equal requests, equal text."""
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True
        )

    def compute_key(self) -> str:
        """Return the SHA-256, in hex, of the canonical form."""
        return digest("model-request", self.serialize())


class ModelAnswer(FrozenModel):
    """One answer."""

    text: str
    finish_reason: str
    """The endpoint's word: `stop`, or `length` where the limit on tokens was reached."""


class Completion(Record):
    """What a request came to: at most `n` choices, and what they cost."""

    KIND: ClassVar[str] = "completion"

    choices: tuple[ModelAnswer, ...]
    usage: TokenUsage
    """Tokens of all calls that it took, where an endpoint had to be asked more than once."""
    model: str
    """The model's name as the endpoint gives it."""

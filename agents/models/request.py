"""A model call as data: the request in canonical form, and the completion."""

import json
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from pieforge.records import FrozenModel, Record, TokenUsage, digest


class Message(FrozenModel):
    """One message of a chat."""

    role: Literal["system", "user", "assistant"]
    content: str


class ModelRequest(FrozenModel):
    """Everything that determines a model's answer, and nothing else.

    Time limits, retries and the API key are not part of it: a cached answer does not depend on
    them.
    """

    endpoint: str
    """Base URL, or the name and version of an engine that runs in this process."""
    model: str
    messages: tuple[Message, ...]
    n: int
    """Number of choices to return."""
    temperature: float
    top_p: float
    seed: int
    max_tokens: int
    """Limit on the tokens of one choice."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request's body, which OpenAI's API does not have."""

    def serialize(self) -> str:
        """Return the canonical form: JSON with sorted keys and no spaces."""
        return json.dumps(
            self.model_dump(mode="json"), sort_keys=True, separators=(",", ":"), ensure_ascii=True
        )

    def compute_key(self) -> str:
        """Return the SHA-256, in hex, of the canonical form."""
        return digest("model-request", self.serialize())


class AskedCall(Record):
    """A request that was sent, under its key: what was asked for an answer."""

    KIND: ClassVar[str] = "model_call"

    role: Literal["author", "optimizer", "tester"]
    request: ModelRequest


class ModelAnswer(FrozenModel):
    """One answer."""

    text: str
    finish_reason: str
    """The endpoint's reason: `stop`, or `length` if the token limit was reached."""


class Completion(Record):
    """The result of a request: at most `n` choices, and their tokens."""

    KIND: ClassVar[str] = "completion"

    choices: tuple[ModelAnswer, ...]
    usage: TokenUsage
    """Tokens of all calls, if the request had to be sent more than once."""
    model: str
    """The model's name in the endpoint's answer."""

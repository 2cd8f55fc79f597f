"""A model call as data: the request in canonical form, and the completion."""

import json
from typing import ClassVar, Literal

from pydantic import Field, JsonValue

from pieforge.records import FrozenModel, Record, TokenUsage, digest

RoleName = Literal["author", "optimizer", "tester"]


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
    omit: tuple[str, ...] = ()
    """Parameters that are not sent."""

    def serialize(self) -> str:
        """Return the canonical form: JSON with sorted keys and no spaces.

        An empty `omit` is left out: ledgers have keys from before this field.
        """
        values = self.model_dump(mode="json", exclude=None if self.omit else {"omit"})
        return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=True)

    def estimate_prompt_tokens(self) -> int:
        """Return about how many tokens the prompt has, rather too many: three bytes a token."""
        return sum(len(message.content.encode()) for message in self.messages) // 3 + 16

    def estimate_tokens(self) -> int:
        """Return about how many tokens the request can use at most."""
        return self.estimate_prompt_tokens() + self.n * self.max_tokens

    def compute_key(self) -> str:
        """Return the SHA-256, in hex, of the canonical form."""
        return digest("model-request", self.serialize())


class AskedCall(Record):
    """A request that was sent, under its key: what was asked for an answer."""

    KIND: ClassVar[str] = "model_call"

    role: RoleName
    strategy: str = ""
    """How it was asked."""
    request: ModelRequest


class ModelAnswer(FrozenModel):
    """One answer."""

    text: str
    finish_reason: str
    """The endpoint's reason: `stop`, or `length` if the token limit was reached."""


class PromptRefusal(FrozenModel):
    """Why an endpoint refuses one prompt, but not every prompt."""

    message: str
    """The endpoint's words."""
    too_long: bool
    """Whether a shorter prompt may be accepted."""


class Completion(Record):
    """The result of a request: at most `n` choices, and what they took."""

    KIND: ClassVar[str] = "completion"

    choices: tuple[ModelAnswer, ...]
    usage: TokenUsage
    """Tokens of all calls, if the request had to be sent more than once."""
    model: str
    """The model's name in the endpoint's answer."""
    refusal: PromptRefusal | None = None
    """Set if the endpoint refuses the prompt; then there are no choices."""
    seconds: float = 0.0
    """From the request to the end of its answer, waits included."""
    usd: float | None = None
    """Price of the tokens; None if it is unknown."""
    is_shared: bool = False
    """Whether another run has paid for it."""

"""What a user sets about a model."""

from typing import Any

from pydantic import Field, JsonValue, model_validator

from pieforge.records import FrozenModel


class ModelSettings(FrozenModel):
    """One model endpoint and how it is asked.

    Without any setting the embedded engine answers. A `base_url` alone is
    enough to mean an OpenAI-compatible endpoint.
    """

    backend: str = "embedded"
    """Name of a file in agents/models: `embedded`, or `openai_compatible`."""
    base_url: str = ""
    """Address of the endpoint, such as `http://127.0.0.1:8080/v1`."""
    model: str = ""
    """The model's name at the endpoint; the embedded engine has only one."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; a server on loopback needs none."""
    n: int = Field(default=5, ge=1, le=128)
    """Choices to ask for in one request."""
    temperature: float = Field(default=1.0, ge=0, le=2)
    """Spread of the answers; 0 asks for the likeliest one."""
    top_p: float = Field(default=0.9, gt=0, le=1)
    """Share of the probability mass that answers are drawn from."""
    max_tokens: int = Field(default=4096, ge=1)
    """Limit on the tokens of one choice."""
    timeout_s: float = Field(default=120.0, gt=0)
    """Seconds for one call, from connecting to the last byte."""
    retries: int = Field(default=5, ge=0, le=20)
    """Further tries after a failure that may pass: connection, time limit, 408, 409, 429, 5xx."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request's body, for what a server knows beyond OpenAI's.

    `max_completion_tokens` here takes the place of `max_tokens`, as OpenAI's
    reasoning models ask for it."""

    @model_validator(mode="before")
    @classmethod
    def _infer_backend(cls, given: Any) -> Any:  # noqa: ANN401
        if isinstance(given, dict) and given.get("base_url") and "backend" not in given:
            return {**given, "backend": "openai_compatible"}
        return given

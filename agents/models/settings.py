"""The configuration of a model."""

from typing import Annotated, Any

from pydantic import Field, JsonValue, model_validator

from pieforge.records import FromUser, FrozenModel


class ModelSettings(FrozenModel):
    """One model endpoint and the parameters of requests.

    Without any setting the embedded engine answers. If `base_url` is set and `backend` is not, the
    backend is `openai_compatible`.
    """

    backend: Annotated[str, FromUser()] = "embedded"
    """Name of a file in agents/models: `embedded`, or `openai_compatible`."""
    base_url: Annotated[str, FromUser()] = ""
    """Address of the endpoint, such as `http://127.0.0.1:8080/v1`."""
    model: str = ""
    """The model's name at the endpoint; the embedded engine has only one."""
    api_key_env: Annotated[str, FromUser(required=False)] = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; a server on loopback needs none."""
    n: int = Field(default=5, ge=1, le=128)
    """Number of choices in one request."""
    temperature: float = Field(default=1.0, ge=0, le=2)
    """Sampling temperature; 0 selects the most probable answer."""
    top_p: float = Field(default=0.9, gt=0, le=1)
    """Share of the probability mass that tokens are sampled from."""
    max_tokens: int = Field(default=4096, ge=1)
    """Limit on the tokens of one choice."""
    timeout_s: float = Field(default=120.0, gt=0)
    """Seconds of one call, from connecting to the last byte."""
    retries: int = Field(default=5, ge=0, le=20)
    """Further tries after a transient failure: connection, timeout, 408, 409, 429, 5xx."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request's body, which OpenAI's API does not have.

    `max_completion_tokens` here replaces `max_tokens`; OpenAI's reasoning models require it."""

    @model_validator(mode="before")
    @classmethod
    def _infer_backend(cls, given: Any) -> Any:  # noqa: ANN401
        if isinstance(given, dict) and given.get("base_url") and "backend" not in given:
            return {**given, "backend": "openai_compatible"}
        return given

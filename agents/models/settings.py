"""The configuration of endpoints and of the roles that use them."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    JsonValue,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from pieforge.errors import ConfigError
from pieforge.plugins import choose
from pieforge.records import FromUser, FrozenModel, derive_seed

Omittable = Literal["temperature", "top_p", "seed", "n", "max_tokens", "stream"]


class EndpointSettings(FrozenModel):
    """A model endpoint; roles name it by `endpoint` or `endpoints`, or give the same keys.

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
    timeout_s: float = Field(default=120.0, gt=0)
    """Seconds of one call, from connecting to the last byte."""
    retries: int = Field(default=5, ge=0, le=20)
    """Further tries after a transient failure: connection, timeout, 408, 409, 429, 5xx, a broken
    answer."""
    outage_s: float = Field(default=1800.0, gt=0)
    """Seconds for which calls wait while the endpoint is down, before they stay open."""
    requests_per_minute: float | None = Field(default=None, gt=0)
    """Limit on requests per minute, tries included."""
    tokens_per_minute: float | None = Field(default=None, gt=0)
    """Limit on tokens per minute, by an estimate: prompt, and `max_tokens` of each choice."""
    mode: Literal["live", "batch"] = "live"
    """`batch`: requests are collected over a round and sent to the endpoint's batch API, which is
    cheaper and answers within a day. The command ends, and `--resume` collects the answers."""
    batch_wait_s: Annotated[float, FromUser(required=False)] = Field(default=0.0, ge=0)
    """Seconds for which the command waits for the batches that it sent, before it ends."""
    context_tokens: int | None = Field(default=None, ge=256)
    """Tokens of prompt and answer together. Longer prompts lose examples, then the ends of
    descriptions."""
    usd_per_million_prompt_tokens: float | None = Field(default=None, ge=0)
    """Price; by default from genai-prices, by address and model."""
    usd_per_million_completion_tokens: float | None = Field(default=None, ge=0)
    """Price; by default from genai-prices, by address and model."""
    omit: tuple[Omittable, ...] = ()
    """Parameters that are not sent, of `temperature`, `top_p`, `seed`, `n`, `max_tokens` and
    `stream`. One that the endpoint refuses is left out without this, too."""
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    """Further fields of the request's body, which OpenAI's API does not have.

    `max_completion_tokens` here replaces `max_tokens`."""

    @property
    def has_own_price(self) -> bool:
        """Whether a price is set."""
        prices = (self.usd_per_million_prompt_tokens, self.usd_per_million_completion_tokens)
        return prices != (None, None)

    @model_validator(mode="before")
    @classmethod
    def _infer_backend(cls, given: Any) -> Any:  # noqa: ANN401
        if isinstance(given, dict) and given.get("base_url") and "backend" not in given:
            return {**given, "backend": "openai_compatible"}
        return given


class ModelSettings(EndpointSettings):
    """One role's model: its endpoint, and the parameters of requests."""

    endpoint: Annotated[str, FromUser()] = ""
    """Name of a table `[endpoints.NAME]`; the role's own keys override the table's."""
    endpoints: Annotated[dict[str, float], FromUser()] = Field(default_factory=dict)
    """Several such names with weights, as in `{ small = 3, large = 1 }`: each request goes to one,
    chosen at random by its seed."""
    strategies: dict[str, float] = Field(default_factory=dict)
    """How the role asks: names with weights, as in `{ nearest_pairs = 2, instruction = 1 }`. Each
    request uses one, chosen at random by its seed. By default `pie` (author) or `nearest_pairs`
    (optimizer)."""
    bandit: bool = False
    """Whether author or optimizer asks those endpoints and strategies more often that gave more
    kept pairs for their cost; their weights then count for nothing."""
    n: int = Field(default=5, ge=1, le=128)
    """Number of choices in one request."""
    temperature: float = Field(default=1.0, ge=0, le=2)
    """Sampling temperature; 0 selects the most probable answer."""
    top_p: float = Field(default=0.9, gt=0, le=1)
    """Share of the probability mass that tokens are sampled from."""
    max_tokens: int | None = Field(default=None, ge=1)
    """Limit on the tokens of one choice; by default 1024, and one for each character of the program
    to be varied or replaced, which is two to four times its tokens."""

    @model_serializer(mode="wrap")
    def _keep_overrides(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Leave out the keys that come from a table: written out, they would override it."""
        values: dict[str, Any] = serialize(self)
        if not (self.endpoint or self.endpoints):
            return values
        inherited = EndpointSettings.model_fields.keys() - self.model_fields_set
        return {key: value for key, value in values.items() if key not in inherited}

    @property
    def is_embedded(self) -> bool:
        """Whether the embedded engine answers."""
        return self.backend == "embedded" and not (self.endpoint or self.endpoints)

    def resolve(
        self, tables: Mapping[str, EndpointSettings]
    ) -> tuple[tuple[float, "ModelSettings"], ...]:
        """Return the role's settings at each of its endpoints, with their weights.

        Args:
            tables: The tables `[endpoints.NAME]`, by name.

        Raises:
            ConfigError: There is no table of that name, or a weight is not above 0.
        """
        if self.endpoint and self.endpoints:
            raise ConfigError(
                "endpoint and endpoints are both set",
                where=f"endpoint = {self.endpoint!r}",
                fix="keep one of them",
            )
        for name, weight in self.endpoints.items():
            if not 0 < weight < float("inf"):
                raise ConfigError(
                    f"endpoints.{name} = {weight} is no weight", fix="set a number above 0"
                )
        weights = self.endpoints or ({self.endpoint: 1.0} if self.endpoint else {})
        resolved = []
        for name, weight in weights.items():
            table = choose("endpoint", name, tables)
            own = {key for key in self.model_fields_set if key in EndpointSettings.model_fields}
            update = {key: getattr(table, key) for key in table.model_fields_set - own}
            resolved.append((weight, self.model_copy(update=update)))
        return tuple(resolved) or ((1.0, self),)


def draw_index(weights: tuple[float, ...], seed: int, what: str) -> int:
    """Return the position of a weight, at random by a seed and by what is drawn."""
    point = derive_seed(what, str(seed)) / (1 << 31) * sum(weights)
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
    return len(weights) - 1

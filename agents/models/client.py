"""The model of a role: one endpoint, or several with weights."""

import ipaddress
from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType
from typing import Self

import httpx2

from pieforge.agents.models.backend import Backend
from pieforge.agents.models.canaries import CanaryAnswers
from pieforge.agents.models.endpoint import CallLimits, Endpoint
from pieforge.agents.models.failures import EndpointAddress
from pieforge.agents.models.prices import compute_price
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.models.settings import EndpointSettings, ModelSettings, draw_index
from pieforge.errors import ConfigError
from pieforge.logs import hide
from pieforge.plugins import choose, discover
from pieforge.records import TokenUsage

_MIN_ANSWER_TOKENS = 1024
"""Tokens of an answer in addition to those of the program in it."""
_NO_TABLES: Mapping[str, EndpointSettings] = MappingProxyType({})


class ChatModel:
    """A model that answers chat requests; use it with `async with`.

    Args:
        settings: The parameters of requests.
        endpoints: The endpoints.
        weights: Their shares of the requests.
    """

    def __init__(
        self,
        settings: ModelSettings,
        endpoints: Sequence[Endpoint],
        weights: tuple[float, ...] = (1.0,),
    ) -> None:
        self.settings = settings
        self.endpoints = tuple(endpoints)
        self._weights = weights

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for endpoint in self.endpoints:
            await endpoint.close()

    def build_request(
        self,
        messages: tuple[Message, ...],
        *,
        seed: int,
        n: int | None = None,
        program_chars: int = 0,
        endpoint: int | None = None,
    ) -> ModelRequest:
        """Return a request with this model's settings; nothing is sent.

        Args:
            messages: The prompt.
            seed: Seed of the sampling; it also chooses the endpoint, if there are several.
            n: Number of choices; the setting if it is None.
            program_chars: Characters of the program that the answer is to be like.
            endpoint: Position of the endpoint; the seed chooses if it is None.
        """
        chosen = self.endpoints[self.draw_endpoint(seed) if endpoint is None else endpoint]
        max_tokens = _MIN_ANSWER_TOKENS + program_chars
        return self._build_for(chosen, messages, seed, n, max_tokens)

    def draw_endpoint(self, seed: int) -> int:
        """Return the position of the endpoint that a seed chooses."""
        return draw_index(self._weights, seed, "endpoint")

    def _build_for(
        self,
        endpoint: Endpoint,
        messages: tuple[Message, ...],
        seed: int,
        n: int | None,
        max_tokens: int,
    ) -> ModelRequest:
        return ModelRequest(
            endpoint=endpoint.url,
            model=endpoint.model,
            messages=messages,
            n=self.settings.n if n is None else n,
            temperature=self.settings.temperature,
            top_p=self.settings.top_p,
            seed=seed,
            max_tokens=self.settings.max_tokens or max_tokens,
            extra_body=endpoint.settings.extra_body,
            omit=tuple(sorted(endpoint.settings.omit)),
        )

    def fits(self, request: ModelRequest) -> bool:
        """Return whether a request fits the context of its endpoint, by an estimate."""
        context = self._get_endpoint(request).settings.context_tokens
        needed = request.estimate_prompt_tokens() + request.max_tokens
        return context is None or needed <= context

    def estimate_usd(self, request: ModelRequest, *, prompts: int = 1) -> float | None:
        """Return about what a request costs if all answers take all their tokens, or None.

        Args:
            request: The request.
            prompts: How often its prompt is sent.
        """
        usage = TokenUsage(
            prompt_tokens=prompts * request.estimate_prompt_tokens(),
            completion_tokens=request.n * request.max_tokens,
        )
        return compute_price(usage, self._get_endpoint(request).settings, request.model)

    def find_batch_endpoint(self, request: ModelRequest) -> Endpoint | None:
        """Return the endpoint of a request, if it answers in batches."""
        endpoint = self._get_endpoint(request)
        return endpoint if endpoint.settings.mode == "batch" else None

    async def complete(self, request: ModelRequest) -> Completion:
        """Send a request to its endpoint; see `Endpoint.complete`."""
        return await self._get_endpoint(request).complete(request)

    async def ask_canaries(self) -> AsyncIterator[tuple[EndpointAddress, CanaryAnswers]]:
        """Yield the answers of each endpoint that has an address; see `Endpoint.ask_canaries`."""
        for endpoint in self.endpoints:
            if "://" in endpoint.url:
                request = self._build_for(endpoint, (), 0, 1, _MIN_ANSWER_TOKENS)
                if (found := await endpoint.ask_canaries(request)) is not None:
                    yield endpoint.address, found

    def _get_endpoint(self, request: ModelRequest) -> Endpoint:
        wanted = (request.endpoint, request.model)
        found = (it for it in self.endpoints if (it.url, it.model) == wanted)
        return next(found, self.endpoints[0])


def open_model(
    settings: ModelSettings,
    environ: Mapping[str, str],
    *,
    tables: Mapping[str, EndpointSettings] = _NO_TABLES,
    limits: CallLimits | None = None,
) -> ChatModel:
    """Return the model that the settings describe; nothing is sent yet.

    Args:
        settings: The endpoint and the parameters of requests.
        environ: The environment variables, for the key.
        tables: The endpoints that the settings may name.
        limits: Limits that clients share; none if None.

    Raises:
        ConfigError: The backend or an endpoint is unknown, or an address, a model or a key is
            missing.
    """
    limits = limits or CallLimits()
    resolved = settings.resolve(tables)
    endpoints = [_open_endpoint(each, environ, limits) for _, each in resolved]
    return ChatModel(settings, endpoints, tuple(weight for weight, _ in resolved))


def _open_endpoint(
    settings: ModelSettings, environ: Mapping[str, str], limits: CallLimits
) -> Endpoint:
    known = discover("pieforge.agents.models", "BACKEND", Backend)
    backend = choose("model backend", settings.backend, known)
    if not backend.in_process:
        key = _resolve_api_key(settings, environ)
        # No proxy from the environment for a loopback address: it could not reach that.
        use_proxy = not _is_loopback(_parse_host(settings.base_url))
        return Endpoint(settings, backend, key, limits, use_proxy=use_proxy)
    if settings.base_url:
        raise ConfigError(
            f"the backend {settings.backend!r} runs in this process and takes no base_url",
            where=f"base_url = {settings.base_url}",
            fix='remove base_url, or set backend = "openai_compatible"',
        )
    return Endpoint(settings, backend, "none", limits, use_proxy=False)


def _resolve_api_key(settings: ModelSettings, environ: Mapping[str, str]) -> str:
    host = _parse_host(settings.base_url)
    if not settings.model:
        raise ConfigError(
            "no model is set", where=settings.base_url, fix='set model = "NAME" next to base_url'
        )
    key = environ.get(settings.api_key_env, "")
    if not key and not _is_loopback(host):
        raise ConfigError(
            f"the environment variable {settings.api_key_env} holds no key",
            where=settings.base_url,
            fix=f"export {settings.api_key_env}=... (any word if the server needs no key)",
        )
    hide(key)  # from logs and messages
    return key or "none"


def _parse_host(base_url: str) -> str:
    """Return the host of an endpoint's address.

    Raises:
        ConfigError: It is no http address.
    """
    try:
        address = httpx2.URL(base_url)
        port = 1 if address.port is None else address.port
        if address.userinfo:
            raise ConfigError(
                f"base_url holds a name or a password: {address.host}",
                fix="leave them out, and put the key into the variable that api_key_env names: "
                "run.toml and the ledger keep base_url",
            )
        if address.scheme in {"http", "https"} and address.host and 0 < port < 1 << 16:
            return address.host
        reason = ""
    except httpx2.InvalidURL as error:
        reason = f" ({error})"
    raise ConfigError(
        f"base_url is not an http address: {base_url!r}{reason}",
        fix='set base_url = "http://HOST:PORT/v1", with a port up to 65535',
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

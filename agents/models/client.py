"""The client of all models: OpenAI's, over the network or within this process."""

import asyncio
import ipaddress
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import nullcontext
from typing import Any, Self, cast

import httpx2
import openai
from pydantic import BaseModel, Field
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from pieforge.agents.models.backend import Backend
from pieforge.agents.models.failures import (
    EndpointAddress,
    compute_wait_s,
    explain_error,
    is_transient,
)
from pieforge.agents.models.request import Completion, Message, ModelAnswer, ModelRequest
from pieforge.agents.models.settings import ModelSettings
from pieforge.errors import ConfigError, EndpointError
from pieforge.logs import hide
from pieforge.plugins import choose, discover
from pieforge.records import TokenUsage, derive_seed

_logger = logging.getLogger(__name__)

_IN_PROCESS_URL = "http://embedded.invalid/v1"
_MAX_ANSWER_BYTES = 32 << 20
"""Largest body of a response: 128 choices of 50,000 tokens would fit."""


class _AnswerMessage(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _AnswerMessage
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int = 0
    completion_tokens: int = 0


class _Answer(BaseModel):
    """The fields of a chat completion that pieforge reads; servers differ in the others."""

    choices: list[_Choice] = Field(min_length=1)
    usage: _Usage | None = None
    model: str | None = None


class _LimitedBody(httpx2.AsyncByteStream):
    """The body of a response; more than `_MAX_ANSWER_BYTES` of it raise an EndpointError."""

    def __init__(self, body: httpx2.AsyncByteStream, address: EndpointAddress) -> None:
        self._body = body
        self._address = address

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for part in self._body:
            size += len(part)
            if size > _MAX_ANSWER_BYTES:
                raise EndpointError(
                    f"the model endpoint's answer is larger than {_MAX_ANSWER_BYTES >> 20} MiB",
                    where=str(self._address),
                    fix="lower n or max_tokens, or correct base_url",
                )
            yield part

    async def aclose(self) -> None:
        await self._body.aclose()


class ChatModel:
    """A model that answers chat requests; use it with `async with`.

    Args:
        settings: The endpoint and the parameters of requests.
        backend: The way to reach the endpoint.
        api_key: The key, or any word for a server that needs none.
        pause: Waits between tries; tests replace it.
        calls: Limits the number of concurrent requests, retries included, of all clients that
            share it; no limit if None.
    """

    def __init__(
        self,
        settings: ModelSettings,
        backend: Backend,
        api_key: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
        calls: asyncio.Semaphore | None = None,
    ) -> None:
        self.settings = settings
        self.endpoint = backend.engine or settings.base_url.rstrip("/")
        self.model = settings.model or backend.model
        self._address = EndpointAddress(self.endpoint, self.model, settings.api_key_env)
        self._pause = pause
        self._calls = calls or nullcontext()
        transport = backend.transport() if backend.transport else None
        is_local = not backend.in_process and _is_loopback(_parse_host(settings.base_url))
        self._client = openai.AsyncOpenAI(
            base_url=_IN_PROCESS_URL if backend.in_process else settings.base_url,
            api_key=api_key,
            max_retries=0,  # `_call` retries, and logs it
            timeout=settings.timeout_s,
            # No proxy from the environment: it could not reach this machine's loopback address.
            http_client=httpx2.AsyncClient(
                transport=transport,
                trust_env=not (backend.in_process or is_local),
                headers={"accept-encoding": "identity"},
                event_hooks={"response": [self._limit_answer]},
            ),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def _limit_answer(self, response: httpx2.Response) -> None:
        """Limit the size of a body before any of it is read; error messages have one, too."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EndpointError(  # a small body can decompress to any size
                "the model endpoint compresses its answers, although it is asked not to",
                where=str(self._address),
                fix="switch compression off in the server, or in the proxy in front of it",
            )
        response.stream = _LimitedBody(
            cast("httpx2.AsyncByteStream", response.stream), self._address
        )

    def build_request(
        self, messages: tuple[Message, ...], *, seed: int, n: int | None = None
    ) -> ModelRequest:
        """Return a request with this model's settings; nothing is sent."""
        return ModelRequest(
            endpoint=self.endpoint,
            model=self.model,
            messages=messages,
            n=self.settings.n if n is None else n,
            temperature=self.settings.temperature,
            top_p=self.settings.top_p,
            seed=seed,
            max_tokens=self.settings.max_tokens,
            extra_body=self.settings.extra_body,
        )

    async def complete(self, request: ModelRequest) -> Completion:
        """Send a request as often as needed to get its `n` choices, and return them.

        Some servers (llama.cpp's, `transformers serve`) ignore `n` and return one choice for each
        call. The request is repeated, with another seed each time, at most `n` times in total.

        Raises:
            ConfigError: The endpoint refuses the key, the model or a setting.
            EndpointError: The endpoint failed in all tries, or its answer cannot be parsed.
        """
        async with self._calls:
            return await self._collect_choices(request)

    async def _collect_choices(self, request: ModelRequest) -> Completion:
        choices: list[ModelAnswer] = []
        usage = TokenUsage()
        model = request.model
        for call in range(request.n):
            # The request's own seed first, then derived ones: with the same seed a server that
            # ignores `n` would repeat its answer.
            words = ("further-call", str(request.seed), str(call))
            seed = derive_seed(*words, digits=7) if call else request.seed
            answer = await self._call(request, request.n - len(choices), seed)
            for choice in answer.choices:
                # JSON can escape half of a surrogate pair, which UTF-8 cannot encode.
                raw = (choice.message.content or "").encode(errors="surrogatepass")
                text = raw.decode(errors="replace")
                choices.append(ModelAnswer(text=text, finish_reason=choice.finish_reason or "stop"))
            if answer.usage is not None:
                usage += TokenUsage(**answer.usage.model_dump())
            model = answer.model or model
            if len(choices) >= request.n:
                break
        return Completion(choices=tuple(choices[: request.n]), usage=usage, model=model)

    async def _call(self, request: ModelRequest, n: int, seed: int) -> _Answer:
        tries = self.settings.retries + 1
        retrying = AsyncRetrying(
            retry=retry_if_exception(is_transient),
            stop=stop_after_attempt(tries),
            wait=compute_wait_s,
            sleep=self._pause,
            before_sleep=self._log_retry,
            reraise=True,
        )
        try:
            return self._read(await retrying(self._send, request, n, seed))
        except (openai.OpenAIError, TimeoutError) as error:
            raise explain_error(error, self._address, tries) from error

    def _log_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        data = {"endpoint": self.endpoint, "model": self.model, "error": str(error)}
        wait_s = round(state.upcoming_sleep, 1)
        _logger.warning(
            "call failed, try %d follows in %s s",
            state.attempt_number + 1,
            wait_s,
            extra={"data": data},
        )

    async def _send(self, request: ModelRequest, n: int, seed: int) -> str:
        # OpenAI's reasoning models refuse a request with `max_tokens`.
        limit = openai.omit if "max_completion_tokens" in request.extra_body else request.max_tokens
        messages: Any = [message.model_dump() for message in request.messages]
        # The client's own time limit restarts with each byte: a server that sends slowly could
        # hold a call forever.
        async with asyncio.timeout(self.settings.timeout_s):
            raw = await self._client.chat.completions.with_raw_response.create(
                model=request.model,
                messages=messages,
                n=n,
                seed=seed,
                temperature=request.temperature,
                top_p=request.top_p,
                max_tokens=limit,
                extra_body=request.extra_body or None,
            )
            return raw.http_response.text

    def _read(self, text: str) -> _Answer:
        try:
            return _Answer.model_validate(json.loads(text))
        except (ValueError, RecursionError) as error:
            beginning = " ".join(text.split())[:200]
            raise EndpointError(
                f"the model endpoint's answer is not a chat completion: {beginning!r}",
                where=str(self._address),
                fix="correct base_url: it must serve /chat/completions (it usually ends in /v1)",
            ) from error


def open_model(
    settings: ModelSettings, environ: Mapping[str, str], *, calls: asyncio.Semaphore | None = None
) -> ChatModel:
    """Return the model that the settings describe; nothing is sent yet.

    Args:
        settings: The endpoint and the parameters of requests.
        environ: The environment variables, for the key.
        calls: See `ChatModel`.

    Raises:
        ConfigError: The backend is unknown, or an address, a model or a key is missing.
    """
    known = cast("Mapping[str, Backend]", discover("pieforge.agents.models", "BACKEND"))
    backend = choose("model backend", settings.backend, known)
    if backend.in_process:
        if settings.base_url:
            raise ConfigError(
                f"the backend {settings.backend!r} runs in this process and takes no base_url",
                where=f"base_url = {settings.base_url}",
                fix='remove base_url, or set backend = "openai_compatible"',
            )
        return ChatModel(settings, backend, "none", calls=calls)
    return ChatModel(settings, backend, _resolve_api_key(settings, environ), calls=calls)


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

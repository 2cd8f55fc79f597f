"""One endpoint: sends requests, streams answers, retries, and adapts to what the server takes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from time import monotonic
from typing import Any, cast

import httpx2
import openai
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_random_exponential

from pieforge.agents.models.answers import ReceivedAnswer, read_answer
from pieforge.agents.models.backend import Backend
from pieforge.agents.models.canaries import MAX_TOKENS, PROMPTS, CanaryAnswer, CanaryAnswers
from pieforge.agents.models.failures import (
    CallFailure,
    EndpointAddress,
    FailureKind,
    classify_error,
    explain_failure,
)
from pieforge.agents.models.pacing import AdaptiveLimit, CircuitBreaker
from pieforge.agents.models.prices import compute_price
from pieforge.agents.models.request import (
    Completion,
    Message,
    ModelAnswer,
    ModelRequest,
    PromptRefusal,
)
from pieforge.agents.models.settings import ModelSettings
from pieforge.errors import EndpointError
from pieforge.records import TokenUsage, derive_seed

Pause = Callable[[float], Awaitable[None]]

_logger = logging.getLogger(__name__)

_IN_PROCESS_URL = "http://embedded.invalid/v1"
_MAX_ANSWER_BYTES = 32 << 20
"""Largest body of a response: 128 choices of 50,000 tokens would fit."""
_MAX_WAIT_S = 60.0
_MAX_BUSY_WAIT_S = 2.0
_GENERAL_STATUS = frozenset({401, 404, 405})
"""Refusals that have nothing to do with the prompt."""
_MAY_CONCERN_PROMPT = frozenset(
    {FailureKind.TOO_LONG, FailureKind.FILTERED, FailureKind.REFUSED, FailureKind.PARAMETER}
)
_PROBE = (Message(role="user", content="Say OK."),)


class CallLimits:
    """Limits that clients share: on all calls together, and for each endpoint and model.

    Args:
        calls: Most concurrent calls, of all endpoints together; no limit if None.
        pause: Waits between tries; tests replace it.
    """

    def __init__(self, calls: int | None = None, pause: Pause = asyncio.sleep) -> None:
        self.most = calls
        self.pause = pause
        self.calls = nullcontext() if calls is None else asyncio.Semaphore(calls)
        self._paces: dict[str, Pace] = {}

    def get_pace(self, address: EndpointAddress, settings: ModelSettings) -> "Pace":
        """Return the limits of an endpoint and model, the same for all their clients."""
        return self._paces.setdefault(str(address), Pace(address, settings, self))


class Pace:
    """The limits of one endpoint and model."""

    def __init__(
        self, address: EndpointAddress, settings: ModelSettings, limits: CallLimits
    ) -> None:
        self.concurrency = AdaptiveLimit(limits.most or float("inf"))
        self.breaker = CircuitBreaker(address, self.concurrency, settings.outage_s, limits.pause)
        self.answers = 0
        """Answers so far."""
        self._requests = _create_limiter(settings.requests_per_minute)
        self._tokens = _create_limiter(settings.tokens_per_minute)

    async def wait_for_rate(self, request: ModelRequest) -> None:
        """Wait until the limits per minute allow a request."""
        for limiter, amount in ((self._requests, 1), (self._tokens, request.estimate_tokens())):
            if limiter is not None:
                await limiter.acquire(min(amount, limiter.max_rate))


def _create_limiter(per_minute: float | None) -> AsyncLimiter | None:
    """Return a limiter without bursts of more than a second's share, or of one request."""
    if per_minute is None:
        return None
    return AsyncLimiter(max(1.0, per_minute / 60), 60 * max(1.0, per_minute / 60) / per_minute)


def _fill_in_usage(request: ModelRequest, completion: Completion) -> TokenUsage:
    """Return the endpoint's counts, and estimates for what it does not say.

    Otherwise a server that counts nothing would be without a price, and without a budget.
    """
    usage = completion.usage
    if not completion.choices:
        return usage
    written = sum(len(choice.text.encode()) for choice in completion.choices) // 3 + 1
    return TokenUsage(
        prompt_tokens=usage.prompt_tokens or request.estimate_prompt_tokens(),
        completion_tokens=usage.completion_tokens or written,
    )


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


class Endpoint:
    """A connection to one endpoint and model.

    Args:
        settings: The endpoint, and the parameters of requests.
        backend: The way to reach it.
        api_key: The key, or any word for a server that needs none.
        limits: Limits that clients share.
        use_proxy: Whether to use the proxy that the environment names.
    """

    def __init__(
        self,
        settings: ModelSettings,
        backend: Backend,
        api_key: str,
        limits: CallLimits,
        *,
        use_proxy: bool,
    ) -> None:
        self.settings = settings
        self.url = backend.engine or settings.base_url.rstrip("/")
        self.model = settings.model or backend.model
        self.address = EndpointAddress(self.url, self.model, settings.api_key_env)
        self._limits = limits
        self._pace = limits.get_pace(self.address, settings)
        self._left_out: set[str] = set()
        """Parameters that the server refused."""
        self._said: set[str] = set()
        self.client = openai.AsyncOpenAI(
            base_url=_IN_PROCESS_URL if backend.in_process else settings.base_url,
            api_key=api_key,
            max_retries=0,  # `_try_repeatedly` retries, and logs it
            timeout=settings.timeout_s,
            http_client=httpx2.AsyncClient(
                transport=backend.transport() if backend.transport else None,
                trust_env=use_proxy,
                headers={"accept-encoding": "identity"},
                # `CallLimits` limits the connections.
                limits=httpx2.Limits(max_connections=None, max_keepalive_connections=None),
                event_hooks={"response": [self._limit_answer]},
            ),
        )

    @property
    def has_price(self) -> bool:
        """Whether the price of its calls is known."""
        return compute_price(TokenUsage(), self.settings, self.model) is not None

    async def close(self) -> None:
        """Close the connections."""
        await self.client.close()

    async def _limit_answer(self, response: httpx2.Response) -> None:
        """Limit the size of a body before any of it is read; error messages have one, too."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EndpointError(  # a small body can decompress to any size
                "the model endpoint compresses its answers, although it is asked not to",
                where=str(self.address),
                fix="switch compression off in the server, or in the proxy in front of it",
            )
        response.stream = _LimitedBody(
            cast("httpx2.AsyncByteStream", response.stream), self.address
        )

    async def complete(self, request: ModelRequest) -> Completion:
        """Send a request as often as needed to get its `n` choices, and return them.

        Some servers (llama.cpp's, `transformers serve`) ignore `n` and return one choice for each
        call. The request is repeated, with another seed each time, at most `n` times in total.

        A refusal that concerns this prompt alone is a completion with a `refusal`: a tiny prompt
        with the same settings shows whether it does.

        Raises:
            ConfigError: The endpoint refuses the key, the model or a setting.
            EndpointError: The endpoint failed in all tries, or its answer cannot be parsed.
        """
        began = monotonic()
        try:
            completion = await self._collect_choices(request)
        except CallFailure as failure:
            if failure.status in _GENERAL_STATUS or failure.kind not in _MAY_CONCERN_PROMPT:
                raise self.explain(failure) from failure
            if not await self._answers_probe(request):
                raise self.explain(failure) from failure
            too_long = failure.kind is FailureKind.TOO_LONG
            _logger.info("prompt refused", extra={"data": {"error": str(failure)}})
            refusal = PromptRefusal(message=str(failure), too_long=too_long)
            completion = Completion(
                choices=(), usage=TokenUsage(), model=request.model, refusal=refusal
            )
        return self.add_price(request, completion, monotonic() - began)

    def add_price(
        self, request: ModelRequest, completion: Completion, seconds: float
    ) -> Completion:
        """Return a completion with its tokens, their price, and the time that it took."""
        usage = _fill_in_usage(request, completion)
        update = {
            "seconds": round(seconds, 3),
            "usage": usage,
            "usd": compute_price(usage, self.settings, self.model),
        }
        return completion.model_copy(update=update)

    async def ask_canaries(self, request: ModelRequest) -> CanaryAnswers | None:
        """Send the canary prompts, with a request's other settings.

        Returns:
            The answers; None if the endpoint does not answer, which it may do later, or answers at
            another temperature than 0.

        Raises:
            ConfigError: The endpoint refuses the key, the model or a setting.
        """
        settings = {"temperature": 0.0, "max_tokens": MAX_TOKENS, "n": 1, "seed": 0}
        found = []
        try:
            for message in PROMPTS:
                asked = request.model_copy(update={"messages": (message,), **settings})
                found.append(await self._ask_with_logprobs(asked))
        except CallFailure as failure:
            if failure.is_transient:
                return None
            raise self.explain(failure) from failure
        if "temperature" in self._left_out | set(request.omit):
            return None
        answers = tuple(
            CanaryAnswer(text=answer.choices[0].text, logprobs=answer.logprobs) for answer in found
        )
        usage = sum((answer.usage for answer in found), TokenUsage())
        return CanaryAnswers(
            model=found[0].model or self.model,
            answers=answers,
            usage=usage,
            usd=compute_price(usage, self.settings, self.model),
        )

    async def _ask_with_logprobs(self, request: ModelRequest) -> ReceivedAnswer:
        more = request.model_copy(update={"extra_body": {**request.extra_body, "logprobs": True}})
        try:
            return await self._ask(more, 1, request.seed)
        except CallFailure as failure:
            if failure.kind not in _MAY_CONCERN_PROMPT or failure.status in _GENERAL_STATUS:
                raise
            return await self._ask(request, 1, request.seed)

    async def _answers_probe(self, request: ModelRequest) -> bool:
        try:
            await self._ask(request.model_copy(update={"messages": _PROBE}), 1, request.seed)
        except CallFailure as failure:
            if failure.kind in _MAY_CONCERN_PROMPT or failure.status in _GENERAL_STATUS:
                return False
            raise self.explain(failure) from failure
        return True

    def explain(self, failure: CallFailure) -> Exception:
        """Return the error for the user."""
        return explain_failure(failure, self.address, self.settings.retries + 1)

    async def _collect_choices(self, request: ModelRequest) -> Completion:
        choices: list[ModelAnswer] = []
        usage = TokenUsage()
        model = request.model
        for call in range(request.n):
            # The request's own seed first, then derived ones: with the same seed a server that
            # ignores `n` would repeat its answer.
            words = ("further-call", str(request.seed), str(call))
            seed = derive_seed(*words, digits=7) if call else request.seed
            answer = await self._ask(request, request.n - len(choices), seed)
            choices += answer.choices
            usage += answer.usage
            model = answer.model or model
            if len(choices) >= request.n:
                break
        texts = {choice.text for choice in choices}
        if (
            len(choices) > 1
            and len(texts) == 1
            and len(choices[0].text) > 1
            and request.temperature
        ):
            self._say_once(
                "equal answers",
                f"all answers are equal at temperature {request.temperature}: does the endpoint "
                "ignore n, seed or temperature?",
            )
        return Completion(choices=tuple(choices[: request.n]), usage=usage, model=model)

    async def _ask(self, request: ModelRequest, n: int, seed: int) -> ReceivedAnswer:
        """Return the answer to one call, without the parameters that the server refuses."""
        while True:
            try:
                return await self._try_repeatedly(request, n, seed)
            except CallFailure as failure:
                name = failure.parameter
                if not name or name in self._left_out | set(request.omit):
                    raise
                self._left_out.add(name)
                self._say_once(
                    name, f"the endpoint refuses {name}: it is asked without ({failure})"
                )

    def _say_once(self, subject: str, message: str) -> None:
        if subject not in self._said:
            self._said.add(subject)
            _logger.warning("%s", message, extra={"data": {"endpoint": str(self.address)}})

    async def _try_repeatedly(self, request: ModelRequest, n: int, seed: int) -> ReceivedAnswer:
        used = 0

        async def try_once() -> ReceivedAnswer:
            nonlocal used
            answers = self._pace.answers
            try:
                return await self._try(request, n, seed)
            except CallFailure as failure:
                # A call that is one too many is not given up while others are answered, and none
                # is given up during an outage: the circuit breaker decides.
                is_served = failure.kind is FailureKind.BUSY and self._pace.answers > answers
                used += not (is_served or self._pace.breaker.is_open)
                raise

        retrying = AsyncRetrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, CallFailure) and error.is_transient
            ),
            stop=lambda _: used > self.settings.retries,
            wait=self._compute_wait_s,
            sleep=self._limits.pause,
            before_sleep=self._log_retry,
            reraise=True,
        )
        return await retrying(try_once)

    def _compute_wait_s(self, state: RetryCallState) -> float:
        """Return the seconds before the next try.

        They are those that the server asks for; otherwise exponential with random jitter.
        """
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, CallFailure) and error.retry_after_s is not None:
            return min(error.retry_after_s, self.settings.outage_s)
        # The number of concurrent calls adapts to 429: a long wait would only leave places empty.
        is_busy = isinstance(error, CallFailure) and error.kind is FailureKind.BUSY
        longest_s = _MAX_BUSY_WAIT_S if is_busy else _MAX_WAIT_S
        return float(wait_random_exponential(multiplier=0.5, max=longest_s)(state))

    def _log_retry(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        data = {"endpoint": self.url, "model": self.model, "error": str(error)}
        # One too many is part of finding out how many calls the endpoint takes.
        is_busy = isinstance(error, CallFailure) and error.kind is FailureKind.BUSY
        _logger.log(
            logging.INFO if is_busy else logging.WARNING,
            "call failed, try %d follows in %s s",
            state.attempt_number + 1,
            round(state.upcoming_sleep, 1),
            extra={"data": data},
        )

    async def _try(self, request: ModelRequest, n: int, seed: int) -> ReceivedAnswer:
        pace = self._pace
        async with pace.breaker.admit(), pace.concurrency.occupy(), self._limits.calls:
            await pace.wait_for_rate(request)
            try:
                answer = await self._send(request, n, seed)
            except (openai.OpenAIError, httpx2.HTTPError, TimeoutError) as error:
                raise classify_error(error) from error
            pace.answers += 1
            return answer

    def build_body(
        self, request: ModelRequest, n: int, seed: int, *, stream: bool = True
    ) -> dict[str, Any]:
        """Return the fields of a request's body, without those that the server refuses."""
        left_out = self._left_out | set(request.omit)
        values: dict[str, Any] = {
            "n": n,
            "seed": seed,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "max_tokens": request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        if "max_tokens" in self._left_out and "max_tokens" not in request.omit:
            # OpenAI's reasoning models refuse a request with `max_tokens`.
            values["max_completion_tokens"] = request.max_tokens
        if "stream" in left_out or not stream:
            left_out = left_out | {"stream"}
            left_out = left_out | {"stream_options"}
        if "max_completion_tokens" in request.extra_body:
            left_out = left_out | {"max_tokens", "max_completion_tokens"}
        return {
            "messages": [message.model_dump() for message in request.messages],
            **{name: value for name, value in values.items() if name not in left_out},
            **request.extra_body,
        }

    async def _send(self, request: ModelRequest, n: int, seed: int) -> ReceivedAnswer:
        # The client's own time limit restarts with each byte: a server that sends slowly could
        # hold a call forever. A request that is given up closes its connection, at which servers
        # that stream stop writing.
        async with (
            asyncio.timeout(self.settings.timeout_s),
            self.client.chat.completions.with_streaming_response.create(
                model=request.model,
                messages=[],
                # All of it: the client would walk through its own arguments for twice the CPU time.
                extra_body=self.build_body(request, n, seed),
            ) as response,
        ):
            return await read_answer(response.http_response.aiter_bytes())

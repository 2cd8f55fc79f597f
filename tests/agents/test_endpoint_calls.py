"""Endpoints that stream, refuse, fail and recover, as real servers on loopback."""

import asyncio
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Answer, Answers, Handler, Serve, Server, chunk

from pieforge.agents.models.canaries import CanaryAnswers, describe_change
from pieforge.agents.models.client import ChatModel, open_model
from pieforge.agents.models.endpoint import CallLimits
from pieforge.agents.models.failures import CallFailure, FailureKind
from pieforge.agents.models.pacing import AdaptiveLimit
from pieforge.agents.models.prices import ModelPrice, compute_price, record_prices
from pieforge.agents.models.request import Completion, Message
from pieforge.agents.models.settings import EndpointSettings, ModelSettings
from pieforge.errors import ConfigError, EndpointError
from pieforge.files import read_jsonl
from pieforge.records import TokenUsage

HELLO = (Message(role="user", content="hello"),)


async def no_pause(_seconds: float) -> None:
    await asyncio.sleep(0)


def open_on(server: Server, *, calls: int | None = None, **settings: object) -> ChatModel:
    values = {"base_url": server.base_url, "model": "tiny", **settings}
    limits = CallLimits(calls, pause=no_pause)
    return open_model(ModelSettings.model_validate(values), {}, limits=limits)


async def ask(model: ChatModel, *, seed: int = 5, n: int = 1) -> Completion:
    return await model.complete(model.build_request(HELLO, seed=seed, n=n))


async def read(server: Server, **settings: object) -> Completion:
    async with open_on(server, **settings) as model:
        return await ask(model)


END = chunk(finish_reason="stop")
STREAMS: dict[str, tuple[Answer, str]] = {
    "chunks": (Answers.stream(chunk("he"), chunk("llo"), END), "hello"),
    "chunks without an end mark": (Answers.stream(chunk("hello"), END, done=False), "hello"),
    "chunks without a finish reason": (Answers.stream(chunk("hello")), "hello"),
    "comments and blank content": (
        Answers.stream(": keep-alive", chunk(""), chunk("hello"), chunk(None), "event: x", END),
        "hello",
    ),
    "no blank after data": (
        Answers.stream('data:{"choices":[{"delta":{"content":"hello"}}]}'),
        "hello",
    ),
    "content as parts": (
        Answers.stream(chunk([{"type": "text", "text": "he"}, {"text": "llo"}, {"x": 1}]), END),
        "hello",
    ),
    "reasoning in its own field": (
        Answers.stream(
            {"choices": [{"index": 0, "delta": {"reasoning_content": "Hm."}}]}, chunk("hello"), END
        ),
        "hello",
    ),
    "an answer in the field for reasoning": (
        Answers.stream({"choices": [{"index": 0, "delta": {"reasoning": "hello"}}]}, END),
        "hello",
    ),
    "half a surrogate pair in each chunk": (
        Answers.stream(chunk("\ud83d"), chunk("\ude00"), END),
        "\U0001f600",
    ),
    "unknown fields": (
        Answers.stream(
            {"x": [1], "choices": [{"index": 0, "delta": {"content": "hello", "y": 2}}]}
        ),
        "hello",
    ),
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_streamed_answer_is_put_together(name: str, serve: Serve) -> None:
    answer, text = STREAMS[name]
    server = serve(answer)
    found = await read(server)
    assert [choice.text for choice in found.choices] == [text]
    assert len(server.asked) == 1
    assert server.asked[0]["stream"] is True


async def test_the_choices_of_a_stream_are_told_by_their_index(serve: Serve) -> None:
    events = [chunk("b", index=1), chunk("a"), chunk("c", index=1), chunk(finish_reason="length")]
    server = serve(Answers.stream(*events))
    async with open_on(server) as model:
        found = await ask(model, n=2)
    assert [(it.text, it.finish_reason) for it in found.choices] == [
        ("a", "length"),
        ("bc", "stop"),
    ]


ESTIMATE = (17, 1)
USAGES: dict[str, tuple[object, tuple[int, int]]] = {
    "none": (None, ESTIMATE),
    "null fields": ({"prompt_tokens": None, "completion_tokens": None}, ESTIMATE),
    "one of the two": ({"prompt_tokens": 7}, (7, ESTIMATE[1])),
    "fractions": ({"prompt_tokens": 9.6, "completion_tokens": 2.0}, (10, 2)),
    "words": ({"prompt_tokens": "many", "completion_tokens": -3}, ESTIMATE),
    "a list": ([1, 2], ESTIMATE),
    "more fields": ({"prompt_tokens": 4, "completion_tokens": 2, "cost": {}}, (4, 2)),
}


@pytest.mark.parametrize("name", USAGES)
async def test_usage_never_spoils_an_answer(name: str, serve: Serve) -> None:
    usage, counts = USAGES[name]
    found = await read(serve(Answers.stream(chunk("hi"), END, {"choices": [], "usage": usage})))
    assert found.choices[0].text == "hi"
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == counts


FAULTS: dict[str, Answer] = {
    "429": Answers.error(429),
    "429 with seconds": Answers.error(429, retry_after="3"),
    "429 with milliseconds": Answers.error(429, retry_after_ms="3"),
    "429 with a date": Answers.error(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"),
    "429 with a header that cannot be read": Answers.error(429, retry_after="soon"),
    "408": Answers.error(408),
    "409": Answers.error(409),
    "500": Answers.error(500),
    "503": Answers.error(503),
    "529": Answers.error(529),
    "a hang-up": Answers.hang_up(),
    "a reset": Answers.reset(),
    "half a body": Answers.half("hello"),
    "silence": Answers.stall(0.6),
    "no JSON": Answers.text("<html>"),
    "JSON that is cut off": Answers.text('{"choices": ['),
    "no body": Answers.text(""),
    "no choices": Answers.text('{"choices": []}'),
    "choices without a message": Answers.text('{"choices": [{}]}'),
    "choices that are null": Answers.text('{"choices": null}'),
    "an error with status 200": Answers.text('{"error": {"message": "busy", "code": 502}}'),
    "an error as a word": Answers.text('{"error": "overloaded"}'),
    "an error in a stream": Answers.stream(chunk("he"), {"error": {"message": "lost"}}),
    "a stream without its end": Answers.stream(chunk("he"), done=False),
    "a stream with a broken event": Answers.stream(chunk("he"), "data: {", END),
    "an empty stream": Answers.stream(),
}


@pytest.mark.parametrize("name", FAULTS)
async def test_after_a_passing_fault_the_same_request_is_sent_again(
    name: str, serve: Serve
) -> None:
    server = serve(FAULTS[name], FAULTS[name], Answers.choices("hello"))
    found = await read(server, timeout_s=0.5)
    assert [choice.text for choice in found.choices] == ["hello"]
    assert len(server.asked) == 3
    assert server.asked[0] == server.asked[2]


REFUSED_PARAMETERS: dict[str, tuple[str, str, str]] = {
    "seed": ("Unsupported parameter: 'seed'", "seed", ""),
    "temperature": ("'temperature' does not support 0.7 with this model.", "temperature", ""),
    "top_p": ("Unrecognized request argument supplied: top_p", "top_p", ""),
    "n": ("Unknown parameter: 'n'.", "n", ""),
    "max_tokens": (
        "Unsupported parameter: 'max_tokens' is not supported with this model. "
        "Use 'max_completion_tokens' instead.",
        "max_tokens",
        "max_completion_tokens",
    ),
    "stream_options": ("extra fields not permitted: stream_options", "stream_options", ""),
    "stream": ("stream is not supported", "stream", ""),
}


@pytest.mark.parametrize("name", REFUSED_PARAMETERS)
async def test_a_parameter_that_a_server_refuses_is_left_out_and_said_once(
    name: str, serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    message, refused, instead = REFUSED_PARAMETERS[name]

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        reply = Answers.error(400, message) if refused in body else Answers.choices("hi")
        reply(handler, body)

    server = serve(answer)
    async with open_on(server) as model:
        for seed in (1, 2):
            assert (await ask(model, seed=seed)).choices[0].text == "hi"
    assert [refused in body for body in server.asked] == [True, False, False]
    assert not instead or server.asked[1][instead] == server.asked[0][refused]
    assert len([each for each in caplog.records if "refuses" in each.message]) == 1


async def test_omitted_parameters_are_not_sent_and_are_part_of_the_key(serve: Serve) -> None:
    server = serve(Answers.choices("hi"))
    omit = ["seed", "n", "top_p", "temperature", "max_tokens", "stream"]
    async with open_on(server, omit=omit) as model, open_on(server) as plain:
        request = model.build_request(HELLO, seed=1, n=1)
        await model.complete(request)
        other = plain.build_request(HELLO, seed=1, n=1)
        assert request.compute_key() != other.compute_key()
    assert set(server.asked[0]) == {"model", "messages"}


TOO_LONG = "This model's maximum context length is 4096 tokens."


def refuse(status: int, message: str, *, code: str = "", all_prompts: bool = False) -> Answer:
    """Answer tiny prompts alone, or none."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        tiny = len(body["messages"][0]["content"]) < 10
        reply = Answers.choices("hi") if tiny and not all_prompts else None
        (reply or Answers.error(status, message, code))(handler, body)

    return answer


@pytest.mark.parametrize(
    ("status", "message", "code", "too_long"),
    [
        (400, TOO_LONG, "context_length_exceeded", True),
        (400, TOO_LONG, "", True),
        (413, "Payload Too Large", "", True),
        (422, "the request exceeds the available context size", "", True),
        (400, "The response was filtered", "content_filter", False),
        (403, "flagged by moderation", "", False),
        (400, "I do not like it", "", False),
    ],
)
async def test_a_refusal_of_one_prompt_is_an_answer_and_one_of_all_an_error(
    serve: Serve, status: int, message: str, code: str, *, too_long: bool
) -> None:
    long = (Message(role="user", content="x" * 100),)
    async with open_on(serve(refuse(status, message, code=code))) as model:
        found = await model.complete(model.build_request(long, seed=1))
    assert found.choices == ()
    assert found.refusal is not None
    assert (found.refusal.message, found.refusal.too_long) == (message, too_long)
    async with open_on(serve(refuse(status, message, code=code, all_prompts=True))) as model:
        with pytest.raises(ConfigError, match=message):
            await model.complete(model.build_request(long, seed=1))


async def test_an_outage_is_said_once_and_waited_out(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    down = [Answers.error(503)] * 30
    server = serve(Answers.choices("hi"), *down, Answers.choices("hi"))
    async with open_on(server, retries=12) as model:
        await ask(model)
        found = await asyncio.gather(*(ask(model, seed=seed) for seed in range(8)))
    assert [each.choices[0].text for each in found] == ["hi"] * 8
    said = [each.message for each in caplog.records if "endpoint" in each.message]
    assert [message.split(" after")[0] for message in said] == [
        "the endpoint does not answer: calls wait until it does",
        "the endpoint answers again",
    ]


async def test_an_outage_that_lasts_leaves_its_calls_open(serve: Serve) -> None:
    server = serve(Answers.choices("hi"), Answers.error(503))
    async with open_on(server, retries=12, outage_s=0.001) as model:
        await ask(model)
        with pytest.raises(EndpointError, match="has not answered for"):
            await ask(model)
    assert len(server.asked) <= 13


async def test_concurrency_settles_just_below_what_an_endpoint_takes() -> None:
    limit, places, refused, most = AdaptiveLimit(64), 12, 0, 0
    under_way = 0

    async def call() -> None:
        nonlocal under_way, refused, most
        async with limit.occupy():
            if under_way >= places:
                refused += 1
                raise CallFailure(FailureKind.BUSY, "too many")
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.001)
            under_way -= 1

    async def insist() -> None:
        while True:
            try:
                return await call()
            except CallFailure:
                await asyncio.sleep(0.002)

    await asyncio.gather(*(insist() for _ in range(2000)))
    assert most == places, "it uses all places"
    assert refused < 200, "it finds them by few refusals"
    assert places // 2 <= limit.size <= places + 2


async def test_a_burst_without_an_answer_halves_the_calls_at_once() -> None:
    limit = AdaptiveLimit()

    async def refuse(turn: asyncio.Event) -> None:
        async with limit.occupy():
            await turn.wait()
            raise CallFailure(FailureKind.BUSY, "too many")

    sizes = []
    for _ in range(3):
        turn = asyncio.Event()
        calls = [asyncio.create_task(refuse(turn)) for _ in range(int(limit.size))]
        await asyncio.sleep(0)
        turn.set()
        await asyncio.gather(*calls, return_exceptions=True)
        sizes.append(limit.size)
    assert sizes == [3, 1, 1], "one cut for each burst"


class Mixture:
    """Fails a third of the requests at first, each in another way, and answers them in the end."""

    def __init__(self) -> None:
        self.asked: Counter[int] = Counter()
        self._lock = threading.Lock()

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        content = body["messages"][0]["content"]
        if not content.startswith("request "):  # the tiny prompt after a refusal
            return Answers.choices("OK")(handler, body)
        number = int(content.removeprefix("request "))
        with self._lock:
            self.asked[number] += 1
            turn = self.asked[number]
        faults = [fault for name, fault in FAULTS.items() if name != "silence"]
        if number % 3 == 0 and turn <= 1 + number % 2:
            faults[number // 3 % len(faults)](handler, body)
        elif number % 50 == 1:
            Answers.error(400, TOO_LONG, "context_length_exceeded")(handler, body)
        else:
            Answers.stream(chunk(f"answer {number}"), END)(handler, body)
        return None


@pytest.mark.slow
async def test_of_a_thousand_requests_none_is_lost_none_doubled_and_each_is_explained(
    serve: Serve,
) -> None:
    mixture = Mixture()
    async with open_on(serve(mixture), calls=16) as model:

        async def ask_for(number: int) -> Completion:
            message = Message(role="user", content=f"request {number}")
            return await model.complete(model.build_request((message,), seed=number, n=1))

        found = await asyncio.gather(*(ask_for(number) for number in range(1000)))
    for number, each in enumerate(found):
        if number % 50 == 1:
            assert each.refusal is not None
            assert each.choices == ()
        else:
            assert [choice.text for choice in each.choices] == [f"answer {number}"]
    expected = {n: 1 if n % 3 else 2 + n % 2 for n in range(1000)}
    assert mixture.asked == expected


async def test_a_request_that_is_given_up_is_cancelled(serve: Serve) -> None:
    noticed = threading.Event()

    def write_forever(handler: Handler, body: dict[str, Any]) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "text/event-stream")
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b'data: {"choices": []}\n\n')
                time.sleep(0.01)
        except OSError:
            noticed.set()

    async with open_on(serve(write_forever)) as model:
        task = asyncio.create_task(ask(model))
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(noticed.wait, 10)


async def test_equal_answers_at_a_temperature_above_zero_are_noticed_once(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_on(serve(Answers.choices("the same"))) as model:
        for seed in (1, 2):
            await ask(model, seed=seed, n=2)
    assert len([each for each in caplog.records if "answers are equal" in each.message]) == 1


async def test_requests_per_minute_are_limited(serve: Serve) -> None:
    server = serve(Answers.choices("hi"))
    async with open_on(server, requests_per_minute=60) as model:
        asked = [asyncio.create_task(ask(model, seed=seed)) for seed in range(3)]
        done, waiting = await asyncio.wait(asked, timeout=0.5)
        for task in waiting:
            task.cancel()
        assert len(done) <= 1
    assert len(server.asked) == 1


def test_a_role_takes_its_endpoints_from_tables_and_its_own_keys_first() -> None:
    tables = {
        "a": EndpointSettings(base_url="http://127.0.0.1:1/v1", model="small", retries=1),
        "b": EndpointSettings(base_url="http://127.0.0.1:2/v1", model="large", omit=("n",)),
    }
    [(_, one)] = ModelSettings(endpoint="a", retries=3, temperature=0.5).resolve(tables)
    assert (one.model, one.retries, one.temperature) == ("small", 3, 0.5)
    assert one.backend == "openai_compatible"
    model = open_model(ModelSettings(endpoints={"a": 3, "b": 1}), {}, tables=tables)
    requests = [model.build_request(HELLO, seed=seed) for seed in range(400)]
    assert 250 < sum(request.model == "small" for request in requests) < 350
    assert {request.omit for request in requests if request.model == "large"} == {("n",)}
    assert requests == [model.build_request(HELLO, seed=seed) for seed in range(400)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"endpoint": "smal"}, "no endpoint called 'smal'"),
        ({"endpoints": {"small": 0}}, "no weight"),
        ({"endpoint": "small", "endpoints": {"small": 1}}, "both set"),
    ],
)
def test_endpoints_that_cannot_be_used_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ModelSettings.model_validate(settings).resolve({"small": EndpointSettings()})


def test_prices_come_from_the_configuration_or_the_providers_list() -> None:
    usage = TokenUsage(prompt_tokens=1_000_000, completion_tokens=500_000)
    own = EndpointSettings(
        base_url="http://127.0.0.1:1/v1",
        usd_per_million_prompt_tokens=2,
        usd_per_million_completion_tokens=8,
    )
    assert compute_price(usage, own, "m") == 6
    hosted = EndpointSettings(base_url="https://api.openai.com/v1")
    listed = compute_price(usage, hosted, "gpt-4o-mini")
    assert listed is not None
    assert 0.1 < listed < 2
    assert compute_price(usage, hosted, "no-such-model") is None
    assert compute_price(usage, EndpointSettings(base_url="http://127.0.0.1:1"), "gpt-4o") is None
    assert compute_price(usage, EndpointSettings(), "pieforge-embedded") == 0


def test_the_prices_that_a_run_counts_with_are_recorded_once_each(tmp_path: Path) -> None:
    hosted = {"base_url": "https://api.openai.com/v1", "model": "gpt-4o"}
    path = tmp_path / "prices.jsonl"
    for more in ({}, {"usd_per_million_prompt_tokens": 2.0}, {}):
        settings = ModelSettings.model_validate(hosted | more)
        record_prices(path, open_model(settings, {"OPENAI_API_KEY": "k"}).endpoints)
    known, own = map(ModelPrice.model_validate, read_jsonl(path))
    assert known.source.startswith("genai-prices ")
    assert (known.usd_per_million_prompt_tokens or 0) > 0
    assert own.source == "configuration"
    assert (own.usd_per_million_prompt_tokens, own.usd_per_million_completion_tokens) == (2.0, 0.0)


def answer_canaries(text: str, logprob: float, model: str = "m") -> Answer:
    """Return a server's answer with log-probabilities, where they are asked for."""

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        more = {"logprobs": {"content": [{"logprob": logprob}]}} if body.get("logprobs") else {}
        first = chunk(text, **more) | {"model": model}
        Answers.stream(first, END)(handler, body)

    return answer


async def ask_canaries(server: Server, **settings: object) -> CanaryAnswers | None:
    async with open_on(server, **settings) as model:
        return next(iter([found async for _, found in model.ask_canaries()]), None)


async def test_canaries_show_another_model_other_answers_and_other_probabilities(
    serve: Serve,
) -> None:
    before = await ask_canaries(serve(answer_canaries("1", -0.5)))
    assert before is not None
    assert [answer.logprobs for answer in before.answers] == [(-0.5,)] * 3
    expected = {
        "log-probabilities differ by up to 0.30": answer_canaries("1", -0.8),
        "": answer_canaries("1", -0.55),
        "3 of 3 answers at temperature 0 differ": answer_canaries("2", -0.5),
        "the model calls itself 'n', before 'm'": answer_canaries("1", -0.5, model="n"),
    }
    for change, answer in expected.items():
        now = await ask_canaries(serve(answer))
        assert now is not None
        assert describe_change(before, now) == change


async def test_canaries_of_servers_that_refuse_probabilities_fail_or_refuse(serve: Serve) -> None:
    def without_logprobs(handler: Handler, body: dict[str, Any]) -> None:
        refuses = "logprobs" in body
        reply = Answers.error(400, "logprobs are not offered") if refuses else Answers.choices("1")
        reply(handler, body)

    server = serve(without_logprobs)
    found = await ask_canaries(server)
    assert found is not None
    assert [answer.logprobs for answer in found.answers] == [()] * 3
    assert {body["temperature"] for body in server.asked} == {0}
    assert await ask_canaries(serve(Answers.error(503)), retries=0) is None
    assert await ask_canaries(serve(Answers.choices("1")), omit=("temperature",)) is None
    with pytest.raises(ConfigError, match="wrong key"):
        await ask_canaries(serve(Answers.error(401, "wrong key")))

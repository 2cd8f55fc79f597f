"""The client with a real server that answers, refuses, stalls and drops connections."""

import asyncio
import gzip
import threading
import time
from typing import Any

import pytest
from scripted_server import Answers, Handler, Serve, Server, completion

from pieforge.agents.models.client import ChatModel, open_model
from pieforge.agents.models.endpoint import CallLimits
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.models.settings import ModelSettings
from pieforge.errors import ConfigError, EndpointError

HELLO = (Message(role="user", content="hello"),)


class Pauses(list[float]):
    """Records the waits instead of waiting."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


async def ask(server: Server, *, n: int = 1, **settings: object) -> tuple[Completion, Pauses]:
    pauses = Pauses()
    model = opened(server, limits=CallLimits(pause=pauses), **settings)
    async with model:
        return await model.complete(model.build_request(HELLO, seed=5, n=n)), pauses


def opened(server: Server, *, limits: CallLimits | None = None, **settings: object) -> ChatModel:
    return open_model(
        ModelSettings.model_validate({"base_url": server.base_url, "model": "tiny", **settings}),
        {"OPENAI_API_KEY": "k"},
        limits=limits,
    )


async def test_an_answer_comes_with_its_text_usage_and_model(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("hi"))
    completion, _ = await ask(server, temperature=0.5, max_tokens=9, extra_body={"top_k": 4})
    assert [choice.text for choice in completion.choices] == ["hi"]
    assert (completion.usage.prompt_tokens, completion.usage.completion_tokens) == (10, 3)
    assert completion.model == "tiny-2026"
    assert server.keys == ["Bearer k"]
    sent = server.asked[0]
    assert sent["messages"] == [{"role": "user", "content": "hello"}]
    assert (sent["seed"], sent["n"], sent["temperature"]) == (5, 1, 0.5)
    assert (sent["max_tokens"], sent["top_k"]) == (9, 4)


async def test_a_lone_surrogate_in_an_answer_is_replaced(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("half \ud83d, whole \U0001f600"))
    completion, _ = await ask(server)
    [answer] = completion.choices
    assert answer.text.startswith("half \N{REPLACEMENT CHARACTER}")
    assert answer.text.endswith(", whole \U0001f600")
    assert completion.model_dump_json()


async def test_one_call_is_enough_where_the_server_honours_n(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.as_many_as_asked())
    completion, _ = await ask(server, n=4)
    assert len(completion.choices) == 4
    assert len(server.asked) == 1


async def test_a_server_that_ignores_n_is_asked_again_with_other_seeds(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.one_whatever_n())
    completion, _ = await ask(server, n=3)
    assert len({choice.text for choice in completion.choices}) == 3
    assert [sent["n"] for sent in server.asked] == [3, 2, 1]
    assert server.asked[0]["seed"] == 5
    assert completion.usage.prompt_tokens == 30


async def test_more_choices_than_asked_are_cut(serve: Serve, answers: type[Answers]) -> None:
    completion, _ = await ask(serve(answers.choices("a", "b", "c")), n=2)
    assert [choice.text for choice in completion.choices] == ["a", "b"]


async def test_two_failures_of_the_server_are_survived(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.error(500), answers.error(503), answers.choices("hi"))
    completion, pauses = await ask(server)
    assert completion.choices[0].text == "hi"
    assert len(pauses) == 2


@pytest.mark.parametrize(
    ("header", "value", "seconds"), [("retry_after", "7", 7), ("retry_after_ms", "250", 0.25)]
)
async def test_a_retry_after_header_is_respected(
    serve: Serve, answers: type[Answers], header: str, value: str, seconds: float
) -> None:
    server = serve(answers.error(429, **{header: value}), answers.choices("hi"))
    _, pauses = await ask(server)
    assert pauses == [seconds]


async def test_a_retry_after_header_with_a_date_is_respected(
    serve: Serve, answers: type[Answers]
) -> None:
    past = "Wed, 21 Oct 2015 07:28:00 GMT"
    server = serve(answers.error(429, retry_after=past), answers.choices("hi"))
    _, pauses = await ask(server)
    assert pauses == [0]


async def test_a_spent_quota_is_not_tried_again(serve: Serve, answers: type[Answers]) -> None:
    server = serve(answers.error(429, "You exceeded your quota", "insufficient_quota"))
    with pytest.raises(EndpointError, match="quota") as caught:
        await ask(server)
    assert len(server.asked) == 1
    assert "credit" in caught.value.fix


async def test_a_permanent_failure_names_the_address_the_model_and_the_fix(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.error(503, "overloaded"))
    with pytest.raises(EndpointError, match="overloaded") as caught:
        await ask(server, retries=2)
    assert len(server.asked) == 3
    assert server.base_url in caught.value.where
    assert "tiny" in caught.value.where
    assert caught.value.fix


@pytest.mark.parametrize(
    ("status", "asked", "fix"),
    [(401, 1, "OPENAI_API_KEY"), (404, 1, "model"), (400, 2, "settings"), (403, 2, "OPENAI")],
)
async def test_a_refused_request_is_a_configuration_error_without_a_retry(
    serve: Serve, answers: type[Answers], status: int, asked: int, fix: str
) -> None:
    server = serve(answers.error(status, "refused"))
    with pytest.raises(ConfigError, match="refused") as caught:
        await ask(server)
    assert len(server.asked) == asked, "a refused prompt is compared with a tiny one"
    assert fix in caught.value.fix


async def test_a_stalling_server_is_given_up_after_the_time_limit(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.stall(3.0))
    with pytest.raises(EndpointError, match="time limit") as caught:
        await ask(server, timeout_s=1, retries=1)
    assert len(server.asked) == 2
    assert "timeout_s" in caught.value.fix


async def test_a_dropped_connection_is_tried_again(serve: Serve, answers: type[Answers]) -> None:
    server = serve(answers.hang_up(), answers.choices("hi"))
    completion, pauses = await ask(server)
    assert completion.choices[0].text == "hi"
    assert len(pauses) == 1


async def test_a_server_that_does_not_answer_is_named(serve: Serve, answers: type[Answers]) -> None:
    server = serve(answers.choices("hi"))
    server.shutdown()
    server.server_close()
    with pytest.raises(EndpointError, match="no answer of the model endpoint") as caught:
        await ask(server, retries=1)
    assert "base_url" in caught.value.fix


@pytest.mark.parametrize("text", ["<html>", "{}", '{"choices": []}', '{"choices": [{}]}', ""])
async def test_an_answer_that_cannot_be_read_is_quoted(
    serve: Serve, answers: type[Answers], text: str
) -> None:
    with pytest.raises(EndpointError, match="not a chat completion"):
        await ask(serve(answers.text(text)))


async def test_reasoning_models_get_their_own_limit_on_tokens(
    serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("hi"))
    await ask(server, extra_body={"max_completion_tokens": 100})
    assert server.asked[0]["max_completion_tokens"] == 100
    assert "max_tokens" not in server.asked[0]


def test_a_base_url_alone_means_an_openai_compatible_endpoint() -> None:
    assert ModelSettings(base_url="http://127.0.0.1:1/v1").backend == "openai_compatible"
    assert ModelSettings().backend == "embedded"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"backend": "embeded"}, "did you mean 'embedded'"),
        ({"backend": "embedded", "base_url": "http://127.0.0.1:1"}, "takes no base_url"),
        ({"backend": "openai_compatible", "model": "m"}, "not an http address"),
        ({"base_url": "http://127.0.0.1:1/v1"}, "no model"),
        ({"base_url": "http://models.invalid/v1", "model": "m"}, "OPENAI_API_KEY holds no key"),
        ({"base_url": "http://me:secret@127.0.0.1:1/v1", "model": "m"}, "a name or a password"),
    ],
)
def test_settings_that_cannot_work_are_refused_before_anything_is_sent(
    settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        open_model(ModelSettings.model_validate(settings), {})


async def test_a_server_on_loopback_needs_no_key(serve: Serve, answers: type[Answers]) -> None:
    server = serve(answers.choices("hi"))
    settings = ModelSettings(base_url=server.base_url, model="m", api_key_env="NONE_SUCH")
    async with open_model(settings, {}) as model:
        assert (await model.complete(model.build_request(HELLO, seed=0, n=1))).choices


def test_the_key_depends_on_all_that_decides_the_answer_and_on_nothing_else(serve: Serve) -> None:
    server = serve(lambda *_: None)
    plain = opened(server).build_request(HELLO, seed=1)
    assert (
        plain.compute_key()
        == opened(server, retries=1, timeout_s=3).build_request(HELLO, seed=1).compute_key()
    )
    changed = [
        plain.model_copy(update=update)
        for update in (
            {"endpoint": "other"},
            {"model": "other"},
            {"messages": ()},
            {"n": 99},
            {"temperature": 0.0},
            {"top_p": 0.5},
            {"seed": 2},
            {"max_tokens": 7},
            {"extra_body": {"top_k": 1}},
        )
    ]
    assert len({request.compute_key() for request in [plain, *changed]}) == 10


async def test_requests_and_completions_survive_json(serve: Serve, answers: type[Answers]) -> None:
    server = serve(answers.choices("ü\n"))
    completion, _ = await ask(server)
    assert Completion.model_validate_json(completion.model_dump_json()) == completion
    request = opened(server).build_request(HELLO, seed=1)
    assert ModelRequest.model_validate_json(request.serialize()) == request


class CountedAnswers:
    """Answers with a delay, and records the largest number of concurrent requests."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way = 0
        self.most = 0

    def __call__(self, handler: Handler, body: dict[str, Any]) -> None:
        with self._lock:
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        time.sleep(0.05)
        with self._lock:
            self._under_way -= 1
        handler.reply(200, completion(body, ["hi"]))


@pytest.mark.parametrize(("limit", "most"), [(2, 2), (None, 8)])
async def test_clients_that_share_a_limit_stay_within_it_together(
    limit: int | None, most: int, serve: Serve
) -> None:
    counted = CountedAnswers()
    server = serve(counted)
    settings = ModelSettings(base_url=server.base_url, model="tiny")
    limits = CallLimits(limit)
    async with (
        open_model(settings, {}, limits=limits) as first,
        open_model(settings, {}, limits=limits) as second,
    ):
        asked = [
            model.complete(model.build_request(HELLO, seed=seed, n=1))
            for model in (first, second)
            for seed in range(4)
        ]
        answered = await asyncio.gather(*asked)
    assert len(answered) == len(server.asked) == 8
    assert counted.most <= most
    assert counted.most > 1


async def test_a_key_that_a_server_repeats_is_in_no_answer_error_or_log(
    serve: Serve, answers: type[Answers], caplog: pytest.LogCaptureFixture
) -> None:
    key = "sk-planted-5f0e77"
    quoted = f"Bearer {key} is unknown"
    server = serve(
        answers.error(503, quoted),
        answers.choices(quoted),
        answers.error(400, quoted),
        answers.choices("OK"),
        answers.error(401, quoted),
    )
    settings = ModelSettings(base_url=server.base_url, model="m")
    async with open_model(settings, {"OPENAI_API_KEY": key}) as model:
        found = [await model.complete(model.build_request(HELLO, seed=k, n=1)) for k in range(2)]
        with pytest.raises(ConfigError) as caught:
            await model.complete(model.build_request(HELLO, seed=3, n=1))
    assert server.keys[0] == f"Bearer {key}"
    assert found[0].choices[0].text == "Bearer [hidden] is unknown"
    assert found[1].refusal is not None
    assert found[1].refusal.message == "Bearer [hidden] is unknown"
    written = [each.model_dump_json() for each in found] + [str(caught.value), caplog.text]
    assert not [text for text in written if key in text]


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_answer_that_is_too_large_is_refused_while_it_arrives(
    status: int, serve: Serve, answers: type[Answers]
) -> None:
    sent: list[int] = []

    def endless(handler: Handler, _: dict[str, Any]) -> None:
        handler.send_response(status)
        handler.end_headers()
        for _ in range(600):
            handler.wfile.write(b" " * (1 << 20))
            sent.append(1)

    server = serve(endless)
    with pytest.raises(EndpointError, match="larger than 32 MiB"):
        await ask(server, retries=2)
    assert len(server.asked) == 1
    assert len(sent) < 100


async def test_a_compressed_answer_is_refused(serve: Serve, answers: type[Answers]) -> None:
    bomb = gzip.compress(b" " * (64 << 20)).decode("latin-1")
    server = serve(lambda handler, _: handler.reply(200, bomb, content_encoding="gzip"))
    with pytest.raises(EndpointError, match="compresses its answers"):
        await ask(server)

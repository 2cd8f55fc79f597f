"""The contract of model backends, tested for every discovered one."""

import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pieforge.agents.author import Author, AuthorTask, ShownProblem
from pieforge.agents.embedded import MODEL
from pieforge.agents.embedded.app import respond
from pieforge.agents.models.backend import Backend
from pieforge.agents.models.client import ChatModel, open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Example, Optimizer, OptimizerTask
from pieforge.agents.replies import LanguageNames
from pieforge.errors import ConfigError
from pieforge.plugins import discover

CPP = LanguageNames(title="C++17", fence="cpp")
SLOW = """\
#include <cstdio>

int worth(int value) {
    return value % 7 + 2;
}

long long total(int n) {
    long long sum = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            sum += worth(i);
        }
    }
    return sum;
}

int main() {
    int n = 0;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    printf("%lld\\n", total(n));
    return 0;
}
"""
FAST = SLOW.replace(
    """        for (int j = 0; j < n; j++) {
            sum += worth(i);
        }
""",
    "        sum += 1LL * n * worth(i);\n",
)
TASK = AuthorTask(
    first=ShownProblem(description="Sum.", code=FAST),
    second=ShownProblem(description="Sum.", code=SLOW),
    language=CPP,
)


class EngineOverHttp(BaseHTTPRequestHandler):
    """The embedded engine behind a socket."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status, answer = respond("POST", self.path, body)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Print no log line."""


@pytest.fixture(scope="module")
def engine_url() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), EngineOverHttp) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


def model_of(backend: str, engine_url: str, **settings: object) -> ChatModel:
    place = {} if backend == "embedded" else {"base_url": engine_url, "model": MODEL}
    return open_model(ModelSettings.model_validate({"backend": backend, **place, **settings}), {})


@pytest.fixture(params=discover("pieforge.agents.models", "BACKEND", Backend))
async def model(request: pytest.FixtureRequest, engine_url: str) -> AsyncIterator[ChatModel]:
    async with model_of(request.param, engine_url) as opened:
        yield opened


def test_the_same_task_has_the_same_key(model: ChatModel) -> None:
    author = Author(model)
    assert (
        author.build_request(TASK, seed=3).compute_key()
        == author.build_request(TASK, seed=3).compute_key()
    )
    assert (
        author.build_request(TASK, seed=3).compute_key()
        != author.build_request(TASK, seed=4).compute_key()
    )


async def test_n_is_respected_and_the_same_request_gets_the_same_answer(model: ChatModel) -> None:
    author = Author(model)
    for n in (1, 4):
        request = author.build_request(TASK, seed=3, n=n)
        completion = await model.complete(request)
        assert len(completion.choices) == n
        again = await model.complete(request)
        assert (again.choices, again.usage) == (completion.choices, completion.usage)


async def test_usage_is_reported(model: ChatModel) -> None:
    completion = await model.complete(Author(model).build_request(TASK, seed=3))
    assert completion.usage.prompt_tokens > 100
    assert completion.usage.completion_tokens > 100
    assert completion.model == MODEL


async def test_an_answer_cut_at_the_limit_says_so(model: ChatModel) -> None:
    request = Author(model).build_request(TASK, seed=3, n=1).model_copy(update={"max_tokens": 20})
    completion = await model.complete(request)
    assert completion.choices[0].finish_reason == "length"
    assert completion.usage.completion_tokens == 20
    assert Author(model).parse_replies(TASK, completion)[0].fault == "cut_off"


async def test_author_and_optimizer_exchange_programs(model: ChatModel) -> None:
    author, optimizer = Author(model), Optimizer(model)
    written = author.parse_replies(
        TASK, await model.complete(author.build_request(TASK, seed=3, n=3))
    )
    assert all(reply.code for reply in written)
    for reply in written:
        task = OptimizerTask(
            program=reply.code or "", language=CPP, examples=(Example(slow=SLOW, fast=FAST),)
        )
        answer = await model.complete(optimizer.build_request(task, seed=3, n=2))
        assert any(faster.code for faster in optimizer.parse_replies(task, answer))


async def test_an_unknown_model_is_a_configuration_error(model: ChatModel) -> None:
    request = Author(model).build_request(TASK, seed=1).model_copy(update={"model": "none-such"})
    with pytest.raises(ConfigError, match="none-such"):
        await model.complete(request)


async def test_the_engine_gives_the_same_answer_in_process_and_over_http(engine_url: str) -> None:
    answers = []
    for backend in ("embedded", "openai_compatible"):
        async with model_of(backend, engine_url) as opened:
            request = Author(opened).build_request(TASK, seed=11, n=5)
            answers.append(await opened.complete(request))
    assert answers[0].choices == answers[1].choices
    assert answers[0].usage == answers[1].usage

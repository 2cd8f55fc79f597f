"""Calls that are answered in batches, by a real server on loopback, over a real ledger."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from batch_server import BatchServer
from loop import create_context
from scripted_server import completion

from pieforge.agents.models.client import open_model
from pieforge.agents.models.request import Completion, Message, ModelRequest
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Optimizer
from pieforge.config import BudgetSection, Config
from pieforge.errors import AwaitedAnswerError, BudgetError, ConfigError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.batch_calls import collect_batches, submit_awaited
from pieforge.graphs.budget import Budget
from pieforge.graphs.context import Context

FAILS: set[str] = set()
"""Prompts that fail for now."""


def respond(body: bytes) -> tuple[int, bytes]:
    asked = json.loads(body)
    prompt = asked["messages"][0]["content"]
    if prompt in FAILS:
        return 500, b'{"error": {"message": "try again"}}'
    if "long" in prompt:
        return 400, b'{"error": {"message": "maximum context length exceeded"}}'
    if "forbidden" in prompt:
        return 400, b'{"error": {"message": "the setting top_p is wrong"}}'
    return 200, completion(asked, [f"answer to {prompt}"] * asked["n"]).encode()


@asynccontextmanager
async def open_batched(
    executor: CachedExecutor, server: BatchServer, wait_s: float = 0.0
) -> AsyncIterator[Context]:
    """Open a context as a new command would, on the same ledger."""
    settings = ModelSettings(
        base_url=server.base_url, model="m", n=2, mode="batch", batch_wait_s=wait_s
    )
    async with open_model(settings, {}) as model:
        yield replace(create_context(executor, Config()), optimizer=Optimizer(model))


def create_request(context: Context, prompt: str) -> ModelRequest:
    return context.optimizer.model.build_request((Message(role="user", content=prompt),), seed=1)


async def ask_all(context: Context, *prompts: str) -> list[str]:
    """Ask, and return the first choice of each answer; `waits` for one that is to come."""
    found = []
    for prompt in prompts:
        try:
            answer = await context.ask(context.optimizer, create_request(context, prompt))
        except AwaitedAnswerError:
            found.append("waits")
        else:
            found.append(answer.refusal.message if answer.refusal else answer.choices[0].text)
    return found


@pytest.fixture
async def server() -> AsyncIterator[BatchServer]:
    async with AsyncExitStack() as stack:
        started = BatchServer(respond)
        stack.callback(started.server_close)
        stack.callback(started.shutdown)
        FAILS.clear()
        yield started


async def test_a_later_command_collects_what_an_earlier_one_sent_and_sends_what_is_missing(
    executor: CachedExecutor, server: BatchServer
) -> None:
    prompts = ("a", "b", "too long", "c")
    FAILS.add("c")
    async with open_batched(executor, server) as context:
        assert await ask_all(context, *prompts) == ["waits"] * 4
        assert not await submit_awaited(context)
        keys = {create_request(context, prompt).compute_key() for prompt in prompts}
    [batch_id] = server.batches
    assert {row["custom_id"] for row in server.get_rows(batch_id)} == keys
    body = server.get_rows(batch_id)[0]["body"]
    assert (body["model"], body["n"]) == ("m", 2)
    assert "stream" not in body
    async with open_batched(executor, server) as context:  # it has not ended
        assert not await collect_batches(context)
        assert await ask_all(context, *prompts) == ["waits"] * 4
        assert not await submit_awaited(context)
    assert len(server.batches) == 1
    server.end(batch_id)
    async with open_batched(executor, server) as context:
        assert await collect_batches(context)
        found = await ask_all(context, *prompts)
        assert found[:2] == ["answer to a", "answer to b"]
        assert "context length" in found[2]
        assert found[3] == "waits"
        answer = context.ledger.get(Completion, create_request(context, "a").compute_key())
        assert answer is not None
        assert (len(answer.choices), answer.usage.prompt_tokens) == (2, 10)
        await submit_awaited(context)
    [_, second] = server.batches
    assert [row["body"]["messages"][0]["content"] for row in server.get_rows(second)] == ["c"]
    FAILS.clear()
    server.end(second, "expired")  # with what it had answered
    async with open_batched(executor, server) as context:
        assert await collect_batches(context)
        assert await ask_all(context, "c") == ["answer to c"]
        assert not await submit_awaited(context)
    assert (len(server.batches), server.live) == (2, 0)


async def test_a_batch_whose_id_was_lost_is_not_paid_twice(
    executor: CachedExecutor, server: BatchServer, tmp_path: Path
) -> None:
    async with open_batched(executor, server) as context:
        await ask_all(context, "a", "b")
        await submit_awaited(context)
    context.ledger._db.execute("DELETE FROM stages WHERE stage = 'submitted_batch'")
    async with open_batched(executor, server) as context:
        await ask_all(context, "a", "b")
        await submit_awaited(context)
    assert len(server.batches) == 1


async def test_a_command_that_waits_goes_on_by_itself(
    executor: CachedExecutor, server: BatchServer
) -> None:
    server.polls = 2
    async with open_batched(executor, server, wait_s=60) as context:
        await ask_all(context, "a")
        assert await submit_awaited(context)
        assert await ask_all(context, "a") == ["answer to a"]


async def test_what_is_refused_for_every_prompt_is_an_error_after_the_answers_are_kept(
    executor: CachedExecutor, server: BatchServer
) -> None:
    async with open_batched(executor, server) as context:
        await ask_all(context, "a", "forbidden")
        await submit_awaited(context)
        server.end("batch-0")
        with pytest.raises(ConfigError, match="top_p"):
            await collect_batches(context)
        assert await ask_all(context, "a") == ["answer to a"]


async def test_what_a_batch_will_use_is_reserved(
    executor: CachedExecutor, server: BatchServer
) -> None:
    async with open_batched(executor, server) as context:
        own = replace(context, budget=Budget(BudgetSection(attempts=5), context.ledger))
        assert await ask_all(own, "a", "b") == ["waits"] * 2
        with pytest.raises(BudgetError):
            await ask_all(own, "c")

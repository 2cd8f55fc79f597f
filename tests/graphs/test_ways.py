"""A bandit over strategies and endpoints: calls to a server on loopback, over a real ledger."""

import asyncio
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from loop import create_context, create_slow
from scripted_server import Answers, Handler, Serve

from pieforge.agents.bandit import ArmRecord, choose_arm
from pieforge.agents.fences import format_block
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import EndpointSettings, ModelSettings
from pieforge.agents.optimizer import Optimizer
from pieforge.config import Config, RunSection
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.context import Context
from pieforge.graphs.nodes.ask import create_optimizer_task
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    KeptPair,
    OptimizeResult,
    ProgramReply,
)
from pieforge.graphs.state import format_batch_key
from pieforge.graphs.ways import BanditState, update_bandits
from pieforge.records import digest

STRATEGIES = {"instruction": 1.0, "chain_of_thought": 1.0, "search_replace": 1.0}
BATCHES, SIZE = 8, 10


def answer_one_strategy(handler: Handler, body: dict[str, Any]) -> None:
    """Give a program to those that ask to think first, to nobody else."""
    prompt = body["messages"][0]["content"]
    text = f"int main() {{ return {int(digest(prompt)[:4], 16)}; }}\n"
    thinks = "Think first" in prompt
    Answers.choices(format_block(text, "cpp") if thinks else "I cannot.")(handler, body)


async def play(context: Context, number: int, at_once: int) -> Counter[tuple[str, int | None]]:
    """Play one batch: each program that is answered is kept. Return how often each way was used."""
    batch = format_batch_key(1, number)
    update_bandits(context, batch)
    used: Counter[tuple[str, int | None]] = Counter()
    places = asyncio.Semaphore(at_once)
    pairs: dict[str, KeptPair] = {}

    async def ask(index: int) -> None:
        slow = create_slow("p", "cpp17", f"int main() {{ {number}; {index}; }}\n")
        task, _ = create_optimizer_task(context, slow, 100 * number + index, batch)
        used[task.strategy, task.endpoint] += 1
        request = context.optimizer.build_request(task, seed=index)
        async with places:
            answer = await context.ask(context.optimizer, request, task.strategy)
        replies = tuple(
            ProgramReply.create("p", "cpp17", reply)
            for reply in context.optimizer.parse_replies(task, answer)
        )
        asked = OptimizeResult(
            replies=replies,
            example_ids=(),
            example_fast_ids=(),
            call_id=request.compute_key(),
            model="m",
        )
        candidate = CandidateResult(slow=slow, batch=batch, optimize=asked)
        context.ledger.put(candidate, slow.program_id)
        for fast in candidate.offered:
            pairs[slow.program_id] = KeptPair(
                record_id=slow.program_id,
                slow=slow,
                fast=fast,
                class_id="c",
                class_rank=1,
                speedup=9,
                enabled_by=(),
            )

    await asyncio.gather(*(ask(index) for index in range(SIZE)))
    kept = tuple(pairs[name] for name in sorted(pairs))
    context.ledger.put(CollectResult(pairs=kept, rejects=(), passed={}, open=()), batch)
    return used


@pytest.mark.parametrize("bandit", [True, False])
async def test_the_better_strategy_is_asked_more_often_whatever_runs_at_once(
    executor: CachedExecutor, serve: Serve, bandit: bool
) -> None:
    server = serve(answer_one_strategy)
    settings = ModelSettings(
        base_url=server.base_url, model="m", n=1, strategies=STRATEGIES, bandit=bandit
    )
    config = Config(run=RunSection(languages=("cpp17",)), optimizer=settings)
    found = []
    async with open_model(settings, {}) as model:
        for at_once in (1, 8):
            context = replace(create_context(executor, config), optimizer=Optimizer(model))
            found.append([await play(context, number, at_once) for number in range(BATCHES)])
    assert found[0] == found[1]
    late = sum(found[0][BATCHES // 2 :], Counter())
    share = late["chain_of_thought", 0 if bandit else None] / late.total()
    assert share > 0.8 if bandit else share < 0.5


async def test_endpoints_are_arms_too_and_cost_their_price(
    executor: CachedExecutor, serve: Serve
) -> None:
    server = serve(answer_one_strategy)
    prices = {"usd_per_million_prompt_tokens": 1.0, "usd_per_million_completion_tokens": 1.0}
    cheap = EndpointSettings(base_url=server.base_url, model="cheap", **prices)  # type: ignore[arg-type]
    expensive = cheap.model_copy(
        update={
            "model": "expensive",
            "usd_per_million_prompt_tokens": 50.0,
            "usd_per_million_completion_tokens": 50.0,
        }
    )
    expensive = EndpointSettings.model_validate(expensive.model_dump(exclude_unset=True))
    settings = ModelSettings(
        endpoints={"cheap": 1.0, "expensive": 5.0},
        strategies={"chain_of_thought": 1.0},
        bandit=True,
        n=1,
    )
    config = Config(optimizer=settings)
    async with open_model(settings, {}, tables={"cheap": cheap, "expensive": expensive}) as model:
        context = replace(create_context(executor, config), optimizer=Optimizer(model))
        used = [await play(context, number, 4) for number in range(BATCHES)]
        state = context.ledger.get(BanditState, format_batch_key(1, BATCHES - 1))
    assert used[-1]["chain_of_thought", 0] >= SIZE - 1
    assert {body["model"] for body in server.asked} == {"cheap", "expensive"}
    assert state is not None
    one, other = state.arms["optimizer"]
    assert other.cost / other.calls > 10 * one.cost / one.calls


def test_every_arm_is_tried_before_there_is_evidence() -> None:
    arms = [ArmRecord(strategy=name, endpoint=0) for name in STRATEGIES]
    chosen = Counter(choose_arm(arms, seed).strategy for seed in range(300))
    assert min(chosen[name] for name in STRATEGIES) > 60
    assert choose_arm(arms, 7) == choose_arm(arms, 7)

"""How a role asks: which strategy and endpoint, by weights or by what each gave so far."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import ClassVar, Literal, NamedTuple

from pieforge.agents.bandit import ArmRecord, choose_arm
from pieforge.agents.models.prices import compute_price
from pieforge.agents.models.request import AskedCall, Completion
from pieforge.agents.strategies import DEFAULTS, draw_strategy
from pieforge.graphs.context import Agent, Context
from pieforge.graphs.results import (
    AuthorResult,
    CandidateResult,
    CollectResult,
    PlanRoundResult,
)
from pieforge.graphs.state import format_batch_key
from pieforge.records import Record, derive_seed

BanditRole = Literal["author", "optimizer"]


class BanditState(Record):
    """What each way of asking gave in the batches before one; the subject is that batch."""

    KIND: ClassVar[str] = "bandit"

    arms: Mapping[BanditRole, tuple[ArmRecord, ...]]
    """By role; a role without a bandit has none."""


class Way(NamedTuple):
    """How one call is made."""

    strategy: str
    endpoint: int | None
    """Position among the role's endpoints; None if the request's seed chooses."""


def choose_way(context: Context, role: BanditRole, seed: int, batch: str) -> Way:
    """Return the strategy and the endpoint of a call.

    Args:
        context: The run's dependencies.
        role: Who asks.
        seed: The call's.
        batch: Its batch's subject in the ledger: earlier batches alone count, so that the choice
            does not depend on the order in which calls are answered.
    """
    settings = getattr(context.config, role)
    state = context.ledger.get(BanditState, batch) if settings.bandit else None
    if state is None:
        return Way(draw_strategy(role, settings.strategies, seed), None)
    arm = choose_arm(state.arms[role], derive_seed("bandit", role, str(seed)))
    return Way(arm.strategy, arm.endpoint)


def update_bandits(context: Context, batch: str) -> None:
    """Write down what each way of asking gave before a batch, for the roles that have a bandit."""
    agents: dict[BanditRole, Agent] = {"author": context.author, "optimizer": context.optimizer}
    active = {role: agent for role, agent in agents.items() if getattr(context.config, role).bandit}
    if active:
        kept = Counter(
            program.call_id
            for key, end in context.ledger.iter_results(CollectResult)
            if key < batch
            for pair in end.pairs
            if not pair.surplus
            for program in (pair.slow, pair.fast)
        )
        arms = {
            role: _sum_arms(context, role, agent, batch, kept) for role, agent in active.items()
        }
        context.ledger.put(BanditState(arms=arms), batch)


def _sum_arms(
    context: Context, role: BanditRole, agent: Agent, batch: str, kept: Mapping[str, int]
) -> tuple[ArmRecord, ...]:
    endpoints = agent.model.endpoints
    names = list(getattr(context.config, role).strategies) or [DEFAULTS[role]]
    calls: dict[tuple[str, int], list[tuple[str, Completion]]] = {
        arm: [] for arm in product(names, range(len(endpoints)))
    }
    places = {(it.url, it.model): place for place, it in enumerate(endpoints)}
    list_calls = _list_author_calls if role == "author" else _list_optimizer_calls
    for call_id in dict.fromkeys(list_calls(context, batch)):
        asked = context.ledger.get(AskedCall, call_id)
        answer = context.ledger.get(Completion, call_id)
        if asked is None or answer is None:
            continue
        place = places.get((asked.request.endpoint, asked.request.model), -1)
        if (asked.strategy, place) in calls:
            calls[asked.strategy, place].append((call_id, answer))
    # The list price, also of an answer that another run has paid for.
    prices = [
        compute_price(answer.usage, endpoints[place].settings, endpoints[place].model)
        for (_, place), found in calls.items()
        for _, answer in found
    ]
    is_priced = any(prices) and None not in prices
    costs = iter(prices)
    records = []
    for (strategy, place), found in calls.items():
        tokens = sum(it.usage.prompt_tokens + it.usage.completion_tokens for _, it in found)
        usd = sum(next(costs) or 0.0 for _ in found)
        records.append(
            ArmRecord(
                strategy=strategy,
                endpoint=place,
                calls=len(found),
                cost=usd if is_priced else float(tokens),
                kept=sum(kept[call_id] for call_id, _ in found),
            )
        )
    return tuple(records)


def _list_author_calls(context: Context, batch: str) -> Iterator[str]:
    for number, plan in context.ledger.iter_results(PlanRoundResult):
        for place, calls in enumerate(plan.batches):
            if format_batch_key(int(number), place) < batch:
                for call in calls:
                    answer = context.ledger.get(AuthorResult, call.call_id, call.compute_key())
                    yield from [answer.call_id] if answer is not None else []


def _list_optimizer_calls(context: Context, batch: str) -> Iterator[str]:
    for _, candidate in context.ledger.iter_results(CandidateResult):
        if candidate.batch < batch and (asked := candidate.optimize) is not None:
            yield from (asked.call_id, *asked.other_calls)

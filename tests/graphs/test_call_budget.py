"""Limits on what a run may use, over a real ledger."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pieforge.agents.models.request import AskedCall, Completion, Message, ModelRequest, RoleName
from pieforge.config import BudgetLimits, BudgetSection
from pieforge.errors import BudgetError
from pieforge.graphs.budget import Budget, SessionUse
from pieforge.ledger import Ledger
from pieforge.records import TokenUsage

USED = TokenUsage(prompt_tokens=60, completion_tokens=40)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def create_request(seed: int) -> ModelRequest:
    """Return a request that can take 16 tokens of prompt and 484 of answer."""
    messages = (Message(role="user", content=""),)
    settings = {"n": 1, "temperature": 1.0, "top_p": 1.0, "seed": seed, "max_tokens": 484}
    values = {"endpoint": "e", "model": "m", "messages": messages, **settings}
    return ModelRequest.model_validate(values)


async def ask(
    budget: Budget, ledger: Ledger, seed: int, role: RoleName = "author", usd: float | None = 0.5
) -> str:
    """Ask for a subject named like its seed, with an answer that costs a fifth of the estimate."""
    request, subject = create_request(seed), str(seed)
    rng = random.Random(seed)
    await asyncio.sleep(rng.random() / 100)  # before it asks
    try:
        async with budget.admit(role, request, usd, subject):
            await asyncio.sleep(rng.random() / 100)
            completion = Completion(choices=(), usage=USED, model="m", usd=usd and usd / 5)
            ledger.put(AskedCall(role=role, request=request), request.compute_key())
            ledger.put(completion, request.compute_key())
            budget.settle(role, request, completion)
    except BudgetError as error:
        return error.what
    return ""


@pytest.mark.parametrize(
    ("limits", "answered"),
    [
        (BudgetLimits(), 12),
        (BudgetLimits(attempts=7), 7),
        # The eighth is asked while 700 tokens are used: 500 more would be too many.
        (BudgetLimits(tokens=1199), 7),
        (BudgetLimits(tokens=1200), 8),
        (BudgetLimits(usd=0.9), 5),
    ],
)
async def test_calls_are_admitted_in_order_up_to_the_limit_however_many_run_at_once(
    limits: BudgetLimits, answered: int
) -> None:
    for section in (BudgetSection(**dict(limits)), BudgetSection(author=limits)):
        own = Ledger(Path(":memory:"))
        budget = Budget(section, own)
        subjects = [str(seed) for seed in range(12)]
        budget.queue(subjects)
        found = await asyncio.gather(*(ask(budget, own, seed) for seed in range(12)))
        assert [not error for error in found] == [True] * answered + [False] * (12 - answered)
        assert bool(budget.find_spent()) == (answered < 12)
        own.close()


async def test_a_call_waits_for_what_earlier_ones_leave_of_their_estimates(ledger: Ledger) -> None:
    budget = Budget(BudgetSection(usd=0.6), ledger)
    budget.queue(["0", "1"])
    assert await asyncio.gather(ask(budget, ledger, 0), ask(budget, ledger, 1)) == ["", ""]


async def test_a_subject_that_asks_nothing_lets_the_next_one_ask(ledger: Ledger) -> None:
    budget = Budget(BudgetSection(attempts=1), ledger)
    budget.queue(["0", "1"])
    waiting = asyncio.create_task(ask(budget, ledger, 1))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    budget.leave("0")
    assert await waiting == ""


async def test_a_new_session_goes_on_from_the_sums_over_the_ledger(ledger: Ledger) -> None:
    first = Budget(BudgetSection(attempts=2), ledger)
    assert await ask(first, ledger, 0) == ""
    first.add_simulation(3000)
    first.store_session()
    again = Budget(BudgetSection(attempts=2, simulator_cpu_hours=1), ledger)
    assert await ask(again, ledger, 1) == ""
    assert await ask(again, ledger, 2) == "budget.attempts is used up"
    assert again.find_overrun() == ""
    again.add_simulation(700)
    assert again.find_overrun() == "budget.simulator_cpu_hours"
    again.store_session()
    assert [use.simulator_cpu_s for _, use in ledger.iter_results(SessionUse)] == [3000, 700]
    assert Budget(BudgetSection(wall_hours=1e-9), ledger).find_overrun() == "budget.wall_hours"


async def test_a_roles_limit_does_not_hold_for_other_roles(ledger: Ledger) -> None:
    budget = Budget(BudgetSection(author=BudgetLimits(attempts=1)), ledger)
    assert await ask(budget, ledger, 0) == ""
    assert await ask(budget, ledger, 1) == "budget.author.attempts is used up"
    assert await ask(budget, ledger, 2, "optimizer") == ""
    assert budget.find_spent() == "budget.author.attempts"


async def test_canary_prompts_count_in_this_session_and_the_next(ledger: Ledger) -> None:
    first = Budget(BudgetSection(usd=1.0, tokens=1000), ledger)
    first.add_canaries(USED, 0.6)
    first.store_session()
    assert await ask(first, ledger, 0) == "budget.usd is used up"
    again = Budget(BudgetSection(usd=1.0), ledger)
    assert await ask(again, ledger, 0) == "budget.usd is used up"
    assert await ask(Budget(BudgetSection(usd=1.2), ledger), ledger, 0) == ""
    assert await ask(Budget(BudgetSection(tokens=599), ledger), ledger, 1) != ""

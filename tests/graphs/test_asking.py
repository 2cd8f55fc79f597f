"""Prompts that are too long for an endpoint, with a real server that refuses them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from scripted_server import Answer, Answers, Handler, Serve

from pieforge.agents.author import Author, AuthorTask, ShownProblem
from pieforge.agents.models.client import open_model
from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.agents.models.settings import ModelSettings
from pieforge.agents.optimizer import Example, Optimizer, OptimizerTask
from pieforge.agents.replies import LanguageNames
from pieforge.config import BudgetSection
from pieforge.graphs.asking import ask_role
from pieforge.graphs.budget import Budget
from pieforge.graphs.context import Agent, Context
from pieforge.ledger import Ledger

CPP = LanguageNames(title="C++17", fence="cpp")
EXAMPLES = tuple(Example(slow=f"int s{k};" + " " * 3000, fast=f"int f{k};") for k in range(4))
TASK = OptimizerTask(
    program="int p;\n", language=CPP, examples=EXAMPLES, description="About it. " * 400
)


def create_context(tmp_path: Path) -> Context:
    """Return a context that has only what asking takes."""
    ledger = Ledger(tmp_path / "ledger.sqlite")

    async def ask(agent: Agent, request: ModelRequest, *where: str, holds: bool) -> Completion:
        own = SimpleNamespace(
            ledger=ledger, earlier=None, shared=None, budget=Budget(BudgetSection(), ledger)
        )
        own.share = lambda *answer: Context.share(cast("Context", own), *answer)
        return await Context.ask(cast("Context", own), agent, request, *where, holds=holds)

    return cast("Context", SimpleNamespace(ask=ask, close=ledger.close))


def refuse_above(chars: int) -> Answer:
    def answer(handler: Handler, body: dict[str, Any]) -> None:
        fits = len(body["messages"][0]["content"]) <= chars
        message = "the prompt exceeds the maximum context length"
        reply = Answers.choices("int f;") if fits else Answers.error(400, message)
        reply(handler, body)

    return answer


async def test_examples_go_first_then_the_end_of_the_description(
    serve: Serve, tmp_path: Path
) -> None:
    context = create_context(tmp_path)
    for chars, examples in ((20_000, 4), (12_000, 2), (4_000, 0)):
        server = serve(refuse_above(chars))
        settings = ModelSettings(base_url=server.base_url, model="m", n=1)
        async with open_model(settings, {}) as model:
            asked, _, found = await ask_role(context, Optimizer(model), TASK, "", seed=1)
        assert found.choices[0].text == "int f;"
        assert asked.examples == EXAMPLES[:examples]
        is_cut = asked.description != TASK.description
        assert is_cut == (chars == 4_000)
        assert not is_cut or (asked.description or "").endswith("[...]")


async def test_a_context_that_is_known_saves_the_refusals(serve: Serve, tmp_path: Path) -> None:
    context = create_context(tmp_path)
    server = serve(refuse_above(12_000))
    settings = ModelSettings(base_url=server.base_url, model="m", n=1, context_tokens=4_500)
    async with open_model(settings, {}) as model:
        asked, _, _ = await ask_role(context, Optimizer(model), TASK, "", seed=1)
    assert len(server.asked) == 1
    assert 0 < len(asked.examples) < 4


async def test_a_prompt_that_stays_too_long_is_refused_as_data(
    serve: Serve, tmp_path: Path
) -> None:
    context = create_context(tmp_path)
    server = serve(refuse_above(100))
    problem = ShownProblem(description="About it. " * 100, code="int p;\n")
    task = AuthorTask(first=problem, second=problem, language=CPP)
    settings = ModelSettings(base_url=server.base_url, model="m", n=1)
    async with open_model(settings, {}) as model:
        author = Author(model)
        asked, _, found = await ask_role(context, author, task, "", seed=1)
        [reply] = author.parse_replies(asked, found)
    assert reply.fault == "refused"
    assert "context length" in reply.detail
    assert max(len(asked.first.description), len(asked.second.description)) < 220

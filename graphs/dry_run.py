"""A run before it is made: its calls, an upper estimate of their price, and some of the prompts."""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import ModelRequest
from pieforge.agents.strategies import discover_strategies
from pieforge.config import Config
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import plan_calls
from pieforge.graphs.nodes.ask import create_optimizer_task
from pieforge.graphs.nodes.author import create_author_task
from pieforge.graphs.run import open_context
from pieforge.graphs.run_folder import create_run_folder
from pieforge.records import FrozenModel

_PROMPTS = 2
"""Prompts of the author that are shown; there is one more of the optimizer."""


class RoleForecast(FrozenModel):
    """What a role's calls take at most."""

    role: str
    calls: int
    """The optimizer's: if every program of the author goes on to it."""
    prompt_tokens: int
    """An estimate, from the prompts of the first round."""
    completion_tokens: int
    """If every answer reaches its limit."""
    usd: float | None
    """Price of these tokens; None if it is unknown."""


class RunForecast(FrozenModel):
    """A run before it is made."""

    roles: tuple[RoleForecast, ...]
    prompts: tuple[str, ...]


async def forecast_run(config: Config) -> RunForecast:
    """Return what a run would ask; the problems are prepared, and no model is asked.

    Raises:
        PieforgeError: The run could not begin.
    """
    with TemporaryDirectory(prefix="pieforge-dry-run-") as name:
        folder = Path(name)
        create_run_folder(folder, config)
        async with open_context(folder, config, _ignore, _ignore, sees_corpus=True) as context:
            if context.corpus is not None:
                context.corpus.forget_run(folder.name)
            return _forecast(context)


def _ignore(_: Any) -> None:  # noqa: ANN401
    """Receive the progress and the export of a run that is not made."""


def _forecast(context: Context) -> RunForecast:
    calls = list(chain.from_iterable(plan_calls(context, 1).batches))
    author, optimizer = context.author, context.optimizer
    asked = [
        author.build_request(create_author_task(context, call, ""), seed=call.seed, n=call.n)
        for call in calls
    ]
    slow = [
        program
        for prepared in context.prepared.values()
        for program in prepared.accepted
        if program.program_id in prepared.slow.values()
    ]
    tasks = [create_optimizer_task(context, program, 0, "")[0] for program in slow]
    # A prompt of a later turn is longer by an answer; a plan is asked once for a problem.
    improved = [
        optimizer.build_request(task, seed=0)
        for task in tasks
        for _ in range(discover_strategies("optimizer")[task.strategy].turns)
    ]
    rounds = context.config.run.rounds
    programs = rounds * sum(call.n for call in calls)
    shown = [*asked[:_PROMPTS], *improved[:1]]
    return RunForecast(
        roles=(
            _sum_role("author", author.model, asked, rounds * len(asked)),
            _sum_role(
                "optimizer",
                optimizer.model,
                improved,
                programs * len(improved) // max(1, len(tasks)),
            ),
        ),
        prompts=tuple(request.messages[0].content for request in shown),
    )


def _sum_role(
    role: str, model: ChatModel, samples: Iterable[ModelRequest], calls: int
) -> RoleForecast:
    """Return what a number of calls like the samples takes."""
    requests = list(samples)
    share = calls / max(1, len(requests))
    prices = [model.estimate_usd(request) for request in requests]
    known = [usd for usd in prices if usd is not None]
    return RoleForecast(
        role=role,
        calls=calls,
        prompt_tokens=round(share * sum(it.estimate_prompt_tokens() for it in requests)),
        completion_tokens=round(share * sum(it.n * it.max_tokens for it in requests)),
        usd=share * sum(known) if len(known) == len(prices) else None,
    )

"""Ask a role's model with a prompt that its endpoint takes."""

import logging
from typing import Protocol, TypeVar

from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.graphs.context import Agent, Context


class _Task(Protocol):
    @property
    def strategy(self) -> str: ...


Task = TypeVar("Task", bound=_Task)

_logger = logging.getLogger(__name__)


class _Role(Agent, Protocol[Task]):
    """What author and optimizer have in common."""

    def build_request(self, task: Task, *, seed: int, n: int | None = None) -> ModelRequest: ...

    def shorten(self, task: Task) -> Task | None: ...


async def ask_role(
    context: Context,
    role: _Role[Task],
    task: Task,
    subject: str,
    *,
    seed: int,
    n: int | None = None,
    holds: bool = False,
) -> tuple[Task, ModelRequest, Completion]:
    """Return the task as it was asked, its request and the answer.

    A prompt that does not fit the endpoint's context, by an estimate or by the endpoint's word, is
    shortened until it does, or until there is nothing left to leave out.

    Args:
        context: The run's dependencies.
        role: Who asks.
        task: What for.
        subject: The id of the same; see `Context.ask`.
        seed: Seed of the sampling.
        n: Answers to ask for; the role's setting if it is None.
        holds: Whether the subject will ask again; see `Context.ask`.

    Raises:
        BudgetError: The run's budget does not allow the call.
        ConfigError: The endpoint refuses every request.
        EndpointError: The endpoint failed.
    """
    steps = 0
    while True:
        request = role.build_request(task, seed=seed, n=n)
        shorter = role.shorten(task)
        if shorter is None or role.model.fits(request):
            completion = await context.ask(role, request, task.strategy, subject, holds=holds)
            is_refused = completion.refusal is not None and completion.refusal.too_long
            if shorter is None or not is_refused:
                break
        task, steps = shorter, steps + 1
    if steps:
        data = {"steps": steps, "prompt": request.compute_key()}
        _logger.info("prompt shortened to fit the context", extra={"data": data})
    return task, request, completion

"""The node `author`: new programs, asked of the author."""

from langgraph.runtime import Runtime

from pieforge.agents.author import AuthorTask, Shown
from pieforge.agents.models.request import ModelRequest
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import planned_calls
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Call
from pieforge.graphs.state import BatchState, CallState


@leaves_open("call")
async def author(state: CallState, runtime: Runtime[Context]) -> BatchState:
    """Ask the author for new programs."""
    context = runtime.context
    calls = planned_calls(context, state["round"], state["batch"])
    call = next(call for call in calls if call.call_id == state["call"])
    _, request = author_request(context, call)
    await context.ask(context.author.model, request)
    runtime.stream_writer({"stage": "author", "programs": call.n})
    return {}


def author_request(context: Context, call: Call) -> tuple[AuthorTask, ModelRequest]:
    """Return a planned call as the author's task and the request that it becomes."""
    task = AuthorTask(
        first=_shown(context, call.first),
        second=_shown(context, call.second),
        language=context.names(call.language),
    )
    return task, context.author.request(task, seed=call.seed, n=call.n)


def _shown(context: Context, program: str) -> Shown:
    source = context.workshop.source(program)
    statement = context.problems[source.problem_id].statement
    return Shown(description=statement, code=context.ledger.text(source.code))

"""The node `author`: new programs, asked of the author."""

from langgraph.runtime import Runtime

from pieforge.agents.author import AuthorTask, ShownProblem
from pieforge.agents.models.request import ModelRequest
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import AuthorCall
from pieforge.graphs.state import BatchState, CallState


@leave_pending("call")
async def author(state: CallState, runtime: Runtime[Context]) -> BatchState:
    """Ask the author for new programs."""
    context = runtime.context
    calls = get_planned_calls(context, state["round"], state["batch"])
    call = next(call for call in calls if call.call_id == state["call"])
    _, request = build_author_request(context, call)
    await context.ask(context.author.model, request)
    runtime.stream_writer({"stage": "author", "programs": call.n})
    return {}


def build_author_request(context: Context, call: AuthorCall) -> tuple[AuthorTask, ModelRequest]:
    """Return a planned call as the author's task and the request that it becomes."""
    task = AuthorTask(
        first=_show_problem(context, call.first),
        second=_show_problem(context, call.second),
        language=context.get_language_names(call.language),
    )
    return task, context.author.build_request(task, seed=call.seed, n=call.n)


def _show_problem(context: Context, program: str) -> ShownProblem:
    source = context.executor.get_source(program)
    statement = context.problems[source.problem_id].statement
    return ShownProblem(description=statement, code=context.ledger.get_text(source.code))

"""The node `author`: new programs, asked of the author."""

from langgraph.runtime import Runtime

from pieforge.agents.author import AntiPattern, AuthorTask, DeoptimizerTask, ShownProblem
from pieforge.agents.models.settings import draw_index
from pieforge.agents.strategies import DEFAULTS, discover_strategies, draw_strategy
from pieforge.errors import EndpointError
from pieforge.graphs.asking import ask_role
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.language_names import name_language
from pieforge.graphs.pending import catch_failure
from pieforge.graphs.results import AuthorCall, AuthorResult, ProgramReply
from pieforge.graphs.state import BatchState, CallState
from pieforge.lessons.patterns import discover_patterns, show_example
from pieforge.records import Pending


async def author(state: CallState, runtime: Runtime[Context]) -> BatchState:
    """Ask the author for new programs."""
    context = runtime.context
    calls = get_planned_calls(context, state["round"], state["batch"])
    call = next(call for call in calls if call.call_id == state["call"])
    found = await catch_failure(ask_author(context, call), call.call_id, runtime)
    context.budget.leave(call.call_id)
    if isinstance(found, Pending):
        return {"open": [found]}
    context.ledger.put(found, call.call_id, call.compute_key())
    runtime.stream_writer({"stage": "author", "programs": call.n})
    return {}


async def ask_author(context: Context, call: AuthorCall) -> AuthorResult:
    """Return the author's replies to a planned call.

    Raises:
        EndpointError: The model's endpoint failed, or had failed in a run that is judged again.
    """
    if context.recorded is not None:
        recorded = context.recorded.get(AuthorResult, call.call_id, call.compute_key())
        if recorded is None:
            raise EndpointError("the run that is judged again has no answer to this call")
        context.copy_recorded_call(recorded.call_id)
        return recorded
    task = create_author_task(context, call)
    language = _choose_way(context, call)[1]
    task, request, completion = await ask_role(
        context, context.author, task, call.call_id, seed=call.seed, n=call.n
    )
    return AuthorResult(
        replies=tuple(
            ProgramReply.create(call.problem_id, language, reply)
            for reply in context.author.parse_replies(task, completion)
        ),
        call_id=request.compute_key(),
        model=completion.model,
    )


def create_author_task(context: Context, call: AuthorCall) -> AuthorTask | DeoptimizerTask:
    """Return the author's task of a planned call."""
    language = name_language(context.executor.languages[call.language])
    if not call.patterns:
        strategy, own = _choose_way(context, call)
        return AuthorTask(
            first=_show_problem(context, call.first),
            second=_show_problem(context, call.second),
            language=name_language(context.executor.languages[own]),
            parent_language=language if own != call.language else None,
            strategy=strategy,
        )
    known = discover_patterns()
    shown = [(known[key], show_example(key, call.language)) for key in call.patterns]
    return DeoptimizerTask(
        program=context.get_program(call.second).code,
        language=language,
        examples=tuple(
            AntiPattern(description=pattern.description, fast=fast, slow=slow)
            for pattern, (fast, slow) in shown
        ),
    )


def _choose_way(context: Context, call: AuthorCall) -> tuple[str, str]:
    """Return the strategy of a call, and the language of the programs that it asks for.

    A problem whose programs are all in one language is asked about by the default strategy instead
    of one that changes the language.
    """
    name = draw_strategy("author", context.config.author.strategies, call.seed)
    if call.patterns or not discover_strategies("author")[name].changes_language:
        return name, call.language
    slow = context.prepared[call.problem_id].slow
    others = [it for it in context.config.run.languages if it in slow and it != call.language]
    if not others:
        return DEFAULTS["author"], call.language
    weights = tuple(1.0 for _ in others)
    return name, others[draw_index(weights, call.seed, "language")]


def _show_problem(context: Context, name: str) -> ShownProblem:
    program = context.get_program(name)
    statement = context.problems[program.problem_id].statement
    return ShownProblem(description=statement, code=program.code)

"""The node `author`: new programs, asked of the author."""

from contextlib import suppress

from langgraph.runtime import Runtime

from pieforge.agents.author import AntiPattern, AuthorTask, DeoptimizerTask, ShownProblem
from pieforge.agents.models.settings import draw_index
from pieforge.agents.strategies import DEFAULTS, discover_strategies
from pieforge.errors import EndpointError, PieforgeError
from pieforge.graphs.asking import ask_role
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.language_names import name_language
from pieforge.graphs.pending import catch_failure
from pieforge.graphs.results import AuthorCall, AuthorResult, ProgramReply
from pieforge.graphs.state import BatchState, CallState, format_batch_key
from pieforge.graphs.ways import choose_way
from pieforge.lessons.patterns import discover_patterns, show_example
from pieforge.records import Pending


async def author(state: CallState, runtime: Runtime[Context]) -> BatchState:
    """Ask the author for new programs."""
    context = runtime.context
    calls = get_planned_calls(context, state["round"], state["batch"])
    call = next(call for call in calls if call.call_id == state["call"])
    key = format_batch_key(state["round"], state["batch"])
    found = await catch_failure(ask_author(context, call, key), call.call_id, runtime)
    context.budget.leave(call.call_id)
    if isinstance(found, Pending):
        return {"open": [found]}
    context.ledger.put(found, call.call_id, call.compute_key())
    runtime.stream_writer({"stage": "author", "programs": call.n})
    return {}


def ask_ahead(context: Context, round_number: int, batch: int) -> None:
    """Begin the calls of a batch while an earlier one is judged; the node finds their answers.

    Only where they are sure to be needed, and the same as they will be then: not if a budget or
    enough pairs can end the run before, or if the author's bandit still learns.
    """
    config = context.config
    is_sure = not context.budget.is_limited and config.stop.kept is None
    if not is_sure or config.author.bandit or context.earlier is not None:
        return
    key = format_batch_key(round_number, batch)

    async def ask(call: AuthorCall) -> None:
        with suppress(PieforgeError):  # the node asks again, and reports it
            await ask_author(context, call, key)

    for call in get_planned_calls(context, round_number, batch):
        context.tasks.create_task(ask(call))


async def ask_author(context: Context, call: AuthorCall, batch: str) -> AuthorResult:
    """Return the author's replies to a planned call of a batch.

    Raises:
        EndpointError: The model's endpoint failed, or had failed in a run that is judged again.
    """
    if context.recorded is not None:
        recorded = context.recorded.get(AuthorResult, call.call_id, call.compute_key())
        if recorded is None:
            raise EndpointError("the run that is judged again has no answer to this call")
        context.copy_recorded_call(recorded.call_id)
        return recorded
    task = create_author_task(context, call, batch)
    language = call.language
    if isinstance(task, AuthorTask):
        language = _choose_language(context, call, task.strategy)
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


def create_author_task(
    context: Context, call: AuthorCall, batch: str
) -> AuthorTask | DeoptimizerTask:
    """Return the author's task of a planned call of a batch."""
    language = name_language(context.executor.languages[call.language])
    if not call.patterns:
        strategy, endpoint = choose_way(context, "author", call.seed, batch)
        own = _choose_language(context, call, strategy)
        if own == call.language and discover_strategies("author")[strategy].changes_language:
            strategy = DEFAULTS["author"]
        return AuthorTask(
            first=_show_problem(context, call.first),
            second=_show_problem(context, call.second),
            language=name_language(context.executor.languages[own]),
            parent_language=language if own != call.language else None,
            strategy=strategy,
            endpoint=endpoint,
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


def _choose_language(context: Context, call: AuthorCall, strategy: str) -> str:
    """Return the language of the programs that a call asks for, by its strategy.

    It is the parent's if the problem's programs are all in one language.
    """
    slow = context.prepared[call.problem_id].slow
    others = [it for it in context.config.run.languages if it in slow and it != call.language]
    if not others or not discover_strategies("author")[strategy].changes_language:
        return call.language
    return others[draw_index(tuple(1.0 for _ in others), call.seed, "language")]


def _show_problem(context: Context, name: str) -> ShownProblem:
    program = context.get_program(name)
    statement = context.problems[program.problem_id].statement
    return ShownProblem(description=statement, code=program.code)

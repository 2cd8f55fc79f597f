"""The node `ask`: one question to the optimizer about a slow program."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from pieforge.agents.hot_code import estimate_costs, find_hot_function, list_hot_lines
from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.agents.strategies import discover_strategies, draw_strategy
from pieforge.executors.jobs import ProfileJob
from pieforge.graphs.asking import ask_role
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import find_examples
from pieforge.graphs.language_names import name_language
from pieforge.graphs.promotion import get_optimizer
from pieforge.graphs.results import KnownPair, OptimizerTurn, ProgramReply
from pieforge.graphs.state import TurnsState
from pieforge.graphs.ways import choose_way
from pieforge.records import Program, ProgramText, derive_seed, digest


async def ask(state: TurnsState, runtime: Runtime[Context]) -> TurnsState:
    """Ask for the first time, or again with what became of the best answer so far."""
    context, slow, turns = runtime.context, state["slow"], state.get("turns", [])
    seed = int(digest(str(context.config.run.seed), slow.program_id)[:8], 16) % (1 << 31)
    if turns:
        last = turns[-1]
        asked_again = state["best"].asked_again
        task = last.task.model_copy(update={"earlier": asked_again, "turn": len(turns) + 1})
        ids, fast_ids, plan = last.example_ids, last.example_fast_ids, ""
    else:
        task, examples = create_optimizer_task(context, slow, seed, state["batch"])
        ids = tuple(example.record_id for example in examples)
        fast_ids = tuple(example.fast.program_id for example in examples)
        task, plan = await _ask_for_plan(context, slow, await _add_profile(context, slow, task))
    strategy = discover_strategies("optimizer")[task.strategy]
    optimizer = get_optimizer(context, slow.round)
    task, request, completion = await ask_role(
        context,
        optimizer,
        task,
        slow.program_id,
        seed=seed,
        holds=len(turns) + 1 < strategy.turns,
    )
    call_id = request.compute_key()
    turn = OptimizerTurn(
        task=task,
        example_ids=ids[: len(task.examples)],
        example_fast_ids=fast_ids[: len(task.examples)],
        call_id=call_id,
        plan_call_id=plan,
        completion=completion,
        replies=tuple(
            ProgramReply.create(slow.problem_id, slow.language, reply, call_id if turns else "")
            for reply in optimizer.parse_replies(task, completion)
        ),
    )
    return {"turns": [*turns, turn]}


def create_optimizer_task(
    context: Context, slow: Program, seed: int, batch: str
) -> tuple[OptimizerTask, Sequence[KnownPair]]:
    """Return the optimizer's task for a slow program of a batch, and the pairs that it shows."""
    optimizer = get_optimizer(context, slow.round)
    if optimizer is context.optimizer:
        strategy, endpoint = choose_way(context, "optimizer", seed, batch)
    else:  # with the prompts that it was trained on
        strategies = optimizer.model.settings.strategies
        strategy, endpoint = draw_strategy("optimizer", strategies, seed), None
    choice = discover_strategies("optimizer")[strategy].examples
    examples = find_examples(context, slow.round, slow, choice)
    task = OptimizerTask(
        program=slow.code,
        language=name_language(context.executor.languages[slow.language]),
        examples=tuple(
            Example(slow=e.slow.code, fast=e.fast.code, decile=e.decile) for e in examples
        ),
        strategy=strategy,
        endpoint=endpoint,
    )
    return task, examples


async def _add_profile(context: Context, slow: ProgramText, task: OptimizerTask) -> OptimizerTask:
    """Return the task with the hot code that its strategy shows."""
    strategy = discover_strategies("optimizer")[task.strategy]
    if not (strategy.shows_hot_lines or strategy.shows_hot_function):
        return task
    executor, prepared = context.executor, context.prepared[slow.problem_id]
    timed = prepared.timed[slow.language]
    tests = executor.get_named_inputs(prepared.selection)
    data = max((it.data for it in tests if it.name in timed), key=len)
    limits = executor.get_simulated_limits(slow.problem_id)
    costs = (await executor.execute_once(ProfileJob(slow, data, limits))).costs
    if strategy.shows_hot_lines:
        task = task.model_copy(update={"hot_lines": list_hot_lines(slow.code, costs)})
    if strategy.shows_hot_function:
        costs = costs or estimate_costs(slow.code, slow.language)
        hot = find_hot_function(slow.code, slow.language, costs)
        task = task.model_copy(update={"hot_function": hot})
    return task


async def _ask_for_plan(
    context: Context, slow: Program, task: OptimizerTask
) -> tuple[OptimizerTask, str]:
    """Return the task with the pseudocode for its problem, and the call that it came from.

    The call is the same for all programs of a problem in a language, so that it is made once.
    """
    if not discover_strategies("optimizer")[task.strategy].plan:
        return task, ""
    about = task.model_copy(
        update={
            "program": context.prepared[slow.problem_id].get_slow(slow.language).code,
            "description": context.problems[slow.problem_id].statement,
        }
    )
    words = (str(context.config.run.seed), slow.problem_id, slow.language)
    optimizer = get_optimizer(context, slow.round)
    request = optimizer.build_plan_request(about, seed=derive_seed("plan", *words))
    found = await context.ask(optimizer, request, task.strategy, slow.program_id, holds=True)
    text = next((choice.text for choice in found.choices), "")
    return task.model_copy(update={"pseudocode": text}), request.compute_key()

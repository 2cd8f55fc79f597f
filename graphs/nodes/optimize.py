"""The node `optimize`: fast versions of a slow program, asked of the optimizer or known."""

from collections.abc import Awaitable, Callable

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_kept_pairs
from pieforge.graphs.results import CandidateResult, OptimizeResult, OptimizerTurn
from pieforge.graphs.slower_versions import find_fast_program
from pieforge.records import Origin, Program

AskInTurns = Callable[[Context, Program, str], Awaitable[list[OptimizerTurn]]]
"""Asks the optimizer about a slow program of a batch, once or as often as its strategy says."""


async def optimize(
    candidate: CandidateResult, runtime: Runtime[Context], *, ask_in_turns: AskInTurns
) -> OptimizeResult:
    """Ask the optimizer for fast versions, as its strategy says.

    The fast version of a program that was made slower is known.

    Args:
        candidate: The slow program.
        runtime: With the run's dependencies.
        ask_in_turns: Asks, and asks again.
    """
    context, slow = runtime.context, candidate.slow
    if context.recorded is not None:
        before = context.recorded.get(CandidateResult, slow.program_id)
        result = before.optimize if before is not None else None
        # Without a reply: the run refused the program before its optimizer was asked.
        result = result or OptimizeResult(
            replies=(), example_ids=(), example_fast_ids=(), call_id="", model=""
        )
        for call_id in (result.call_id, *result.other_calls):
            context.copy_recorded_call(call_id)
    elif slow.origin is Origin.DEOPTIMIZER:
        result = OptimizeResult(
            replies=(),
            example_ids=(),
            example_fast_ids=(),
            call_id="",
            model="",
            known=find_fast_program(
                context, get_kept_pairs(context, slow.round), slow.parent_ids[0]
            ),
        )
    else:
        result = await _ask_optimizer(context, candidate, ask_in_turns)
    context.budget.leave(slow.program_id)
    runtime.stream_writer({"stage": "optimize", "candidates": len(result.candidates)})
    return result


async def _ask_optimizer(
    context: Context, candidate: CandidateResult, ask_in_turns: AskInTurns
) -> OptimizeResult:
    turns = await ask_in_turns(context, candidate.slow, candidate.batch)
    first = turns[0]
    return OptimizeResult(
        replies=tuple(reply for turn in turns for reply in turn.replies),
        example_ids=first.example_ids,
        example_fast_ids=first.example_fast_ids,
        call_id=first.call_id,
        model=first.completion.model,
        other_calls=tuple(
            call for call in (first.plan_call_id, *(turn.call_id for turn in turns[1:])) if call
        ),
    )

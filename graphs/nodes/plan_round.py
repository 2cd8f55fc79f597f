"""The node `plan_round`: the author calls of a round, planned from what earlier rounds kept."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.feedback import plan_round
from pieforge.graphs.state import RoundState


async def plan(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Plan the next round's author calls from what the earlier rounds kept."""
    context, number = runtime.context, state.get("round", 0) + 1
    result = plan_round(context, number)
    context.ledger.put(result, f"{number:03}")
    runtime.stream_writer(
        {"stage": "plan", "round": number, "calls": sum(map(len, result.batches))}
    )
    return {"round": number, "batch": 0, "batches": len(result.batches)}

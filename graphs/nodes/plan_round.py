"""The node `plan_round`: the author calls of a round, planned from what earlier rounds kept."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.feedback import plan_calls
from pieforge.graphs.results import PlanRoundResult
from pieforge.graphs.state import RoundState, format_round_key


async def plan_round(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Plan the next round's author calls from what the earlier rounds kept."""
    context, number = runtime.context, state.get("round", 0) + 1
    key = format_round_key(number)
    recorded = context.recorded.get(PlanRoundResult, key) if context.recorded else None
    result = recorded or plan_calls(context, number)
    context.ledger.put(result, key)
    calls = [call for batch in result.batches for call in batch]
    counts = {"calls": len(calls), "programs": sum(call.n for call in calls)}
    rounds = context.config.run.rounds
    runtime.stream_writer({"stage": "plan_round", "round": number, "rounds": rounds, **counts})
    return {"round": number, "batch": 0, "batches": len(result.batches)}

"""The node `feedback`: the kept pairs that the next round builds on."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.results import CollectResult, FeedbackResult
from pieforge.graphs.state import RoundState, format_round_key


async def feedback(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Hand everything kept so far to the next round: as seeds and as examples."""
    context, number = runtime.context, state["round"]
    kept = tuple(
        pair.record_id
        for key, end in context.ledger.iter_results(CollectResult)
        if int(key.split("/")[0]) <= number
        for pair in end.pairs
    )
    context.ledger.put(FeedbackResult(pairs=kept), format_round_key(number))
    runtime.stream_writer({"stage": "feedback", "pairs": len(kept)})
    return {}

"""The node `start_batch`: a batch's calls, taken out of the round's plan."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import fit_before
from pieforge.graphs.feedback import planned_calls
from pieforge.graphs.state import BatchState, batch_key


async def take(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Take the batch's calls out of the round's plan; fit what its candidates are predicted by."""
    await fit_before(runtime.context, batch_key(state["round"], state["batch"]))
    calls = planned_calls(runtime.context, state["round"], state["batch"])
    runtime.stream_writer(
        {"stage": "take", "round": state["round"], "programs": sum(call.n for call in calls)}
    )
    return {"calls": [call.call_id for call in calls], "programs": [], "members": []}

"""The node `start_batch`: the author calls of a batch."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.speedup_prediction import fit_batch_model
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.nodes.author import ask_ahead
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.graphs.ways import update_bandits


async def start_batch(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Take the batch's calls from the round's plan; fit the model that predicts its speedups."""
    await fit_batch_model(runtime.context, format_batch_key(state["round"], state["batch"]))
    update_bandits(runtime.context, format_batch_key(state["round"], state["batch"]))
    calls = get_planned_calls(runtime.context, state["round"], state["batch"])
    ask_ahead(runtime.context, state["round"], state["batch"] + 1)
    runtime.stream_writer(
        {"stage": "start_batch", "round": state["round"], "programs": sum(call.n for call in calls)}
    )
    runtime.context.budget.queue(call.call_id for call in calls)
    return {"calls": [call.call_id for call in calls], "programs": [], "members": []}

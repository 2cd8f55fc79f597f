"""The node `next_batch`: on to the next batch of a round."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.state import RoundState


async def next_batch(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Turn to the next batch."""
    return {"batch": state["batch"] + 1}

"""The node `next_batch`: count up."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.state import RoundState


async def next_batch(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Go on to the next batch of the round."""
    return {"batch": state["batch"] + 1}

"""The node `export`: the run folder's files, after each round."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.state import RoundState


async def export(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Write the run folder's files from the ledger."""
    runtime.context.export(runtime.context)
    runtime.stream_writer({"stage": "export"})
    return {"awaits": bool(runtime.context.awaited)}

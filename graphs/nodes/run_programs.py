"""The node `run_programs`: new programs on the first inputs of their format."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.state import BatchState, ProgramState


@leaves_open("program")
async def observe(state: ProgramState, runtime: Runtime[Context]) -> BatchState:
    """Compile a new program and run it on the first inputs of its format."""
    context = runtime.context
    source = context.workshop.source(state["program"])
    first = context.format_of(source.problem_id).first
    seen = await context.workshop.outcomes(state["program"], first)
    runtime.stream_writer({"stage": "observe", "verdict": str(seen[-1].verdict)})
    return {}

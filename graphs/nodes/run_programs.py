"""The node `run_programs`: new programs on the first inputs of their format."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.state import BatchState, ProgramState


@leave_pending("program")
async def run_programs(state: ProgramState, runtime: Runtime[Context]) -> BatchState:
    """Compile a new program and run it on the first inputs of its format."""
    context = runtime.context
    source = context.executor.get_source(state["program"])
    first = context.get_format(source.problem_id).first
    seen = await context.executor.run_inputs(state["program"], first)
    runtime.stream_writer({"stage": "run_programs", "verdict": str(seen[-1].verdict)})
    return {}

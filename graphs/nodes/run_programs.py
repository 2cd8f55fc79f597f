"""The node `run_programs`: new programs on the first inputs of their format."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.pending import catch_failure
from pieforge.graphs.state import BatchState, ProgramState
from pieforge.records import Pending


async def run_programs(state: ProgramState, runtime: Runtime[Context]) -> BatchState:
    """Compile a new program and run it on the first inputs of its format."""
    context = runtime.context
    program = context.get_program(state["program"])
    first = context.get_format(program.problem_id).first
    seen = await catch_failure(
        context.executor.run_inputs(program, first), program.program_id, runtime
    )
    if isinstance(seen, Pending):
        return {"open": [seen]}
    runtime.stream_writer({"stage": "run_programs", "verdict": str(seen[-1].verdict)})
    return {}

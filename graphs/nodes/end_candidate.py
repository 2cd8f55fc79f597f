"""The node `end_candidate`: what became of a slow program, written down once."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.state import CandidateOutput, CandidateState


async def end_candidate(state: CandidateState, runtime: Runtime[Context]) -> CandidateOutput:
    """Write the candidate's result; hand over instead what the infrastructure failed."""
    runtime.context.budget.leave(state["member"])
    if "pending" in state:
        return {"open": [state["pending"]]}
    runtime.context.ledger.put(state["candidate"], state["member"])
    return {}

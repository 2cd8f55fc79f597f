"""The node `vet`: what speaks against a slow program by itself."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_slow_text
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import VetResult
from pieforge.graphs.state import CandidateState


@leave_pending("member")
async def vet(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["optimize", "__end__"]]:
    """Check the slow program by itself: its text, sanitizer builds and perturbed re-runs."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.executor.get_source(member).problem_id]
    if seen := check_slow_text(context.executor, member):
        result = VetResult(reason=seen.reason, detail=seen.detail)
    else:
        result = await vet_program(context.executor, member, prepared.hidden, prepared.output_rules)
    context.ledger.put(result, member)
    sound = result.reason is None
    runtime.stream_writer({"stage": "vet", "sound": int(sound)})
    following: Literal["optimize", "__end__"] = "optimize" if sound else "__end__"
    return Command(goto=following)

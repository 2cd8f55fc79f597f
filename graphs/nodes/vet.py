"""The node `vet`: what speaks against a slow program by itself."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import against_slow
from pieforge.graphs.evidence.sanitizer_runs import vetted
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Vetted
from pieforge.graphs.state import CandidateState


@leaves_open("member")
async def vet(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["optimise", "__end__"]]:
    """Put the slow program under scrutiny; one that does wrong by itself leaves the pool."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.workshop.source(member).problem_id]
    if seen := against_slow(context.workshop, member):
        result = Vetted(reason=seen.reason, detail=seen.detail)
    else:
        result = await vetted(context.workshop, member, prepared.hidden, prepared.judging)
    context.ledger.put(result, member)
    sound = result.reason is None
    runtime.stream_writer({"stage": "vet", "sound": int(sound)})
    following: Literal["optimise", "__end__"] = "optimise" if sound else "__end__"
    return Command(goto=following)

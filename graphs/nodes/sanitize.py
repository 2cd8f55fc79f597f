"""The node `sanitize`: the confirmed candidates under sanitizers and in repeats."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import against_fresh_input
from pieforge.graphs.evidence.sanitizer_runs import first_sound
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Candidate, Scrutinised
from pieforge.graphs.state import CandidateState


@leaves_open("member")
async def scrutinise(state: CandidateState, runtime: Runtime[Context]) -> CandidateState:
    """Put the confirmed candidates under scrutiny, the fastest first, until one passes."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.workshop.source(member).problem_id]
    judged: list[Candidate] = []
    result = Scrutinised(candidates=())
    for name in state["fast"]:
        if seen := await against_fresh_input(context.workshop, prepared, member, name):
            judged.append(Candidate(program_id=name, reason=seen.reason, detail=seen.detail))
            continue
        result = await first_sound(context.workshop, prepared.hidden, prepared.judging, [name])
        judged += result.candidates
        if result.passed:
            break
    result = result.model_copy(update={"candidates": tuple(judged)})
    context.ledger.put(result, member)
    runtime.stream_writer({"stage": "scrutinise", "passed": int(bool(result.passed))})
    return {}

"""The node `sanitize`: the confirmed candidates under sanitizers and in repeats."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_fresh_input
from pieforge.graphs.evidence.sanitizer_runs import find_first_sound
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import JudgedCandidate, SanitizeResult
from pieforge.graphs.state import CandidateState


@leave_pending("member")
async def sanitize(state: CandidateState, runtime: Runtime[Context]) -> CandidateState:
    """Run the measured candidates in other builds and perturbed, the fastest first."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.executor.get_source(member).problem_id]
    judged: list[JudgedCandidate] = []
    result = SanitizeResult(candidates=())
    for name in state["fast"]:
        if seen := await check_fresh_input(context.executor, prepared, member, name):
            judged.append(JudgedCandidate(program_id=name, reason=seen.reason, detail=seen.detail))
            continue
        result = await find_first_sound(
            context.executor, prepared.hidden, prepared.output_rules, [name]
        )
        judged += result.candidates
        if result.passed:
            break
    result = result.model_copy(update={"candidates": tuple(judged)})
    context.ledger.put(result, member)
    runtime.stream_writer({"stage": "sanitize", "passed": int(bool(result.passed))})
    return {}

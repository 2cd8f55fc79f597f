"""The node `vet`: defects of a slow program, found without a fast one."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_slow_text
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.results import CandidateResult, VetResult


async def vet(candidate: CandidateResult, runtime: Runtime[Context]) -> VetResult:
    """Check the slow program by itself: its text, sanitizer builds and perturbed re-runs."""
    context, slow = runtime.context, candidate.slow
    if seen := check_slow_text(slow):
        result = VetResult(reason=seen.reason, detail=seen.detail)
    else:
        prepared = context.prepared[slow.problem_id]
        result = await vet_program(context.executor, slow, prepared.hidden, prepared.output_rules)
    runtime.stream_writer({"stage": "vet", "sound": int(result.passed)})
    return result

"""The node `vet`: defects of a slow program, found without a fast one."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_slow_text
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.evidence.whole_outputs import find_degenerate_field
from pieforge.graphs.results import CandidateResult, VetResult
from pieforge.records import RejectReason


async def vet(candidate: CandidateResult, runtime: Runtime[Context]) -> VetResult:
    """Check the slow program by itself: its text, builds and re-runs, and what its output says."""
    context, slow = runtime.context, candidate.slow
    if seen := check_slow_text(slow):
        result = VetResult(reason=seen.reason, detail=seen.detail)
    else:
        prepared = context.prepared[slow.problem_id]
        executor, tests = context.executor, prepared.all_inputs
        result = await vet_program(executor, slow, prepared.hidden, prepared.output_rules)
        if result.passed and slow.parent_ids:
            base = context.get_program(slow.parent_ids[0])
            if field := await find_degenerate_field(executor, slow, base, tests):
                result = VetResult(reason=RejectReason.DEGENERATE, detail=field)
    runtime.stream_writer({"stage": "vet", "sound": int(result.passed)})
    return result

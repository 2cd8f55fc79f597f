"""The node `vet`: defects of a slow program, found without a fast one."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_slow_text
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.evidence.whole_outputs import find_degenerate_field
from pieforge.graphs.results import CandidateResult, VetResult
from pieforge.records import Program, RejectReason, Verdict


async def vet(candidate: CandidateResult, runtime: Runtime[Context]) -> VetResult:
    """Check the slow program by itself: its text, what its output says, builds and re-runs."""
    result = await _find_defect(runtime.context, candidate.slow)
    runtime.stream_writer({"stage": "vet", "sound": int(result.passed)})
    return result


async def _find_defect(context: Context, slow: Program) -> VetResult:
    if seen := check_slow_text(slow):
        return VetResult(reason=seen.reason, detail=seen.detail)
    executor, prepared = context.executor, context.prepared[slow.problem_id]
    observed = await executor.observe(slow, prepared.hidden)
    if observed.verdict is Verdict.AC and slow.parent_ids:
        # Before the sanitizer builds: it reads outputs that are known by now.
        base = context.get_program(slow.parent_ids[0])
        if field := await find_degenerate_field(executor, slow, base, prepared.all_inputs):
            return VetResult(reason=RejectReason.DEGENERATE, detail=field)
    return await vet_program(executor, slow, prepared.hidden, prepared.output_rules)

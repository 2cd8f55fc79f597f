"""The node `sanitize`: measured candidates under sanitizers, in other builds, perturbed."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_fresh_input
from pieforge.graphs.evidence.sanitizer_runs import format_detail, sanitize_program
from pieforge.graphs.results import CandidateResult, JudgedCandidate, SanitizeResult, require


async def sanitize(candidate: CandidateResult, runtime: Runtime[Context]) -> SanitizeResult:
    """Run the measured candidates in other builds and perturbed, up to the first that is sound."""
    context, slow = runtime.context, candidate.slow
    prepared = context.prepared[slow.problem_id]
    judged: list[JudgedCandidate] = []
    result = SanitizeResult(candidates=())
    for fast in require(candidate.measure).fastest_first:
        # One more simulation is much less expensive than two more builds and their runs.
        if seen := await check_fresh_input(context.executor, prepared, slow, fast):
            judged.append(JudgedCandidate(program=fast, reason=seen.reason, detail=seen.detail))
            continue
        report = await sanitize_program(
            context.executor, fast, prepared.hidden, prepared.output_rules
        )
        detail = format_detail(report, prepared.hidden)
        judged.append(JudgedCandidate(program=fast, reason=report.reason, detail=detail))
        if report.reason is None:
            result = SanitizeResult(candidates=(), report=report)
            break
    result = result.model_copy(update={"candidates": tuple(judged)})
    runtime.stream_writer({"stage": "sanitize", "passed": int(result.passed)})
    return result

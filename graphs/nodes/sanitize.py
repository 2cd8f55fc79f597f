"""The node `sanitize`: measured candidates under sanitizers, in other builds, perturbed."""

from langgraph.runtime import Runtime

from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.hack_detection import check_fresh_input
from pieforge.graphs.evidence.implausible_ratio import (
    compare_on_more_inputs,
    explain_implausible_ratio,
)
from pieforge.graphs.evidence.sanitizer_runs import format_detail, sanitize_program
from pieforge.graphs.results import (
    CandidateResult,
    ComparedCandidate,
    JudgedCandidate,
    SanitizeResult,
    require,
)
from pieforge.lessons.patterns import identify_patterns
from pieforge.records import ProgramText


async def sanitize(candidate: CandidateResult, runtime: Runtime[Context]) -> SanitizeResult:
    """Run the measured candidates in other builds and perturbed, up to the first that is sound."""
    context, slow = runtime.context, candidate.slow
    prepared = context.prepared[slow.problem_id]
    judged: list[JudgedCandidate] = []
    result = SanitizeResult(candidates=())
    for fast in require(candidate.stress).fastest_first:
        # One more simulation is much less expensive than two more builds and their runs.
        before = require(candidate.measure).fast[fast.program_id]
        if seen := await check_fresh_input(context.executor, prepared, before, slow, fast):
            judged.append(JudgedCandidate(program=fast, reason=seen.reason, detail=seen.detail))
            continue
        implausible, compared = await _check_plausibility(context, candidate, fast)
        if compared is not None and compared.reason is not None:
            detail = f"{compared.detail}; tried because of {implausible}"
            judged.append(JudgedCandidate(program=fast, reason=compared.reason, detail=detail))
            continue
        report = await sanitize_program(
            context.executor, fast, prepared.hidden, prepared.output_rules
        )
        detail = format_detail(report, prepared.hidden)
        judged.append(JudgedCandidate(program=fast, reason=report.reason, detail=detail))
        if report.reason is None:
            result = SanitizeResult(
                candidates=(), report=report, implausible=implausible, compared=compared
            )
            break
    result = result.model_copy(update={"candidates": tuple(judged)})
    runtime.stream_writer({"stage": "sanitize", "passed": int(result.passed)})
    return result


async def _check_plausibility(
    context: Context, candidate: CandidateResult, fast: ProgramText
) -> tuple[str, ComparedCandidate | None]:
    """Compare a candidate on more inputs if its ratio is too high for its edit; say why it is."""
    slow, name = candidate.slow, fast.program_id
    before = candidate.get_compared(name)
    tests = require(context.ledger.get(Suite, before.tests_sha))
    implausible = explain_implausible_ratio(
        require(candidate.stress).speedups[name],
        candidate.get_costs(name)[1],
        context.executor.get_sizes(tests),
        identify_patterns(fast.code, slow.code, slow.language),
    )
    if not implausible:
        return "", None
    return implausible, await compare_on_more_inputs(context, slow, before)

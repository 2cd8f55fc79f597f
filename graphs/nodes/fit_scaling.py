"""The node `fit_scaling`: the kind of a kept pair's edit, and how its speedup changes with size."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import FitScalingResult, MeasureResult, SanitizeResult
from pieforge.graphs.state import CandidateState
from pieforge.lessons.edit_kind import classify_edit
from pieforge.measurement.scaling import compute_speedups, sort_by_cycles


@leave_pending("member")
async def fit_scaling(state: CandidateState, runtime: Runtime[Context]) -> CandidateState:
    """Measure the candidate that passed everything on smaller tests, and name the edit."""
    context, member = runtime.context, state["member"]
    ended = context.ledger.get(SanitizeResult, member)
    confirmed = context.ledger.get(MeasureResult, member)
    if ended is None or confirmed is None or not ended.passed:
        return {}
    executor, fast = context.executor, ended.passed
    source = executor.get_source(member)
    prepared = context.prepared[source.problem_id]
    measured = [(confirmed.slow, confirmed.fast[fast])]
    smaller = prepared.smaller[source.language]
    if smaller:
        slow_too, fast_too = [
            await executor.measure(program, prepared.selection, smaller)
            for program in (member, fast)
        ]
        measured.append((slow_too, fast_too))
    sizes = executor.get_sizes(prepared.selection)
    result = FitScalingResult(
        edit_kind=classify_edit(
            executor.get_code(member), executor.get_code(fast), source.language
        ),
        ratios=sort_by_cycles(
            [item for both in measured for item in compute_speedups(*both, sizes)]
        ),
    )
    context.ledger.put(result, member)
    runtime.stream_writer({"stage": "fit_scaling", "sizes": len(result.ratios)})
    return {}

"""What a kept pair's speedup is made of: the kind of its edit, and how it changes with the work."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Confirmed, Scaled, Scrutinised
from pieforge.graphs.state import CandidateState
from pieforge.lessons.edit_kind import edit_kind
from pieforge.measurement.scaling import by_work, ratios


@leaves_open("member")
async def scale(state: CandidateState, runtime: Runtime[Context]) -> CandidateState:
    """Measure the candidate that passed everything on smaller tests, and name the edit."""
    context, member = runtime.context, state["member"]
    ended = context.ledger.get(Scrutinised, member)
    confirmed = context.ledger.get(Confirmed, member)
    if ended is None or confirmed is None or not ended.passed:
        return {}
    workshop, fast = context.workshop, ended.passed
    source = workshop.source(member)
    prepared = context.prepared[source.problem_id]
    measured = [(confirmed.slow, confirmed.fast[fast])]
    smaller = prepared.smaller[source.language]
    if smaller:
        slow_too, fast_too = [
            await workshop.measured(program, prepared.selection, smaller)
            for program in (member, fast)
        ]
        measured.append((slow_too, fast_too))
    sizes = workshop.sizes(prepared.selection)
    result = Scaled(
        edit_kind=edit_kind(workshop.code(member), workshop.code(fast), source.language),
        ratios=by_work([item for both in measured for item in ratios(*both, sizes)]),
    )
    context.ledger.put(result, member)
    runtime.stream_writer({"stage": "scale", "sizes": len(result.ratios)})
    return {}

"""The node `confirm`: the confirming simulator's decision."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.simulated_race import judge_race, race_pair
from pieforge.graphs.evidence.speedup_prediction import get_time_model
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import ConfirmResult, JudgedCandidate, MeasureResult, SanitizeResult
from pieforge.graphs.state import CandidateState, format_batch_key
from pieforge.measurement.prediction.model import TimeModel


@leave_pending("member")
async def confirm(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["fit_scaling", "__end__"]]:
    """Race the candidate that passed, where another simulator than the counter decides."""
    context, member = runtime.context, state["member"]
    ended = context.ledger.get(SanitizeResult, member)
    if ended is None or not ended.passed:
        return Command(goto="__end__")
    confirmed = True
    if context.executor.has_separate_confirmer(context.executor.get_source(member).language):
        model = get_time_model(context, format_batch_key(state["round"], state["batch"]))
        result = await confirm_candidate(context, member, ended.passed, model)
        context.ledger.put(result, member)
        confirmed = result.candidates[0].reason is None
    runtime.stream_writer({"stage": "confirm", "confirmed": int(confirmed)})
    following: Literal["fit_scaling", "__end__"] = "fit_scaling" if confirmed else "__end__"
    return Command(goto=following)


async def confirm_candidate(
    context: Context, member: str, fast: str, model: TimeModel | None
) -> ConfirmResult:
    """Return the confirming simulator's word on a slow program and one candidate."""
    executor, section = context.executor, context.config.simulator
    language = executor.get_source(member).language
    prepared = context.prepared[executor.get_source(member).problem_id]
    before = context.ledger.get(MeasureResult, member)
    # What it was counted on before costs nothing more, and shows most of what the pair is about.
    rungs = dict.fromkeys((*prepared.size_ladder[language], *prepared.timed[language]))
    suite = prepared.all_inputs
    found = await race_pair(executor, section, (member, fast), suite, tuple(rungs), model)
    suites = (prepared.selection, prepared.hidden)
    reason, detail = judge_race(executor, section, (member, fast), suites, found)
    return ConfirmResult(
        candidates=(JudgedCandidate(program_id=fast, reason=reason, detail=detail),),
        by=executor.get_confirmer(language).name,
        choice=found.choice if found else None,
        race=found.race if found else None,
        predicted=before.predicted.get(fast) if before else None,
        audited=before is not None and fast in before.audited,
        samples=found.samples if found else (),
    )

"""The node `confirm`: the confirming simulator's decision."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.simulated_race import contest, decision
from pieforge.graphs.evidence.speedup_prediction import fitted
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Candidate, Confirmed, Scrutinised, Simulated
from pieforge.graphs.state import CandidateState, batch_key
from pieforge.measurement.prediction.model import Model


@leaves_open("member")
async def simulate(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["scale", "__end__"]]:
    """Race the candidate that passed scrutiny, where another simulator than the counter decides."""
    context, member = runtime.context, state["member"]
    ended = context.ledger.get(Scrutinised, member)
    if ended is None or not ended.passed:
        return Command(goto="__end__")
    confirmed = True
    if context.workshop.confirms_apart(context.workshop.source(member).language):
        model = fitted(context, batch_key(state["round"], state["batch"]))
        result = await simulated(context, member, ended.passed, model)
        context.ledger.put(result, member)
        confirmed = result.candidates[0].reason is None
    runtime.stream_writer({"stage": "simulate", "confirmed": int(confirmed)})
    following: Literal["scale", "__end__"] = "scale" if confirmed else "__end__"
    return Command(goto=following)


async def simulated(context: Context, member: str, fast: str, model: Model | None) -> Simulated:
    """Return the confirming simulator's word on a slow program and one candidate."""
    workshop, section = context.workshop, context.config.simulator
    language = workshop.source(member).language
    prepared = context.prepared[workshop.source(member).problem_id]
    before = context.ledger.get(Confirmed, member)
    # What it was counted on before costs nothing more, and shows most of what the pair is about.
    rungs = dict.fromkeys((*prepared.ladder[language], *prepared.timed[language]))
    suite = prepared.everything
    found = await contest(workshop, section, (member, fast), suite, tuple(rungs), model)
    suites = (prepared.selection, prepared.hidden)
    reason, detail = decision(workshop, section, (member, fast), suites, found)
    return Simulated(
        candidates=(Candidate(program_id=fast, reason=reason, detail=detail),),
        by=workshop.confirms(language).name,
        choice=found.choice if found else None,
        race=found.race if found else None,
        predicted=before.predicted.get(fast) if before else None,
        audited=before is not None and fast in before.audited,
        samples=found.samples if found else (),
    )

"""The node `confirm`: the confirming simulator's decision."""

from langgraph.runtime import Runtime

from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.simulated_race import judge_race, race_pair
from pieforge.graphs.evidence.speedup_prediction import get_time_model
from pieforge.graphs.results import CandidateResult, ConfirmResult, JudgedCandidate, require
from pieforge.measurement.prediction.model import TimeModel
from pieforge.records import ProgramText


async def confirm(candidate: CandidateResult, runtime: Runtime[Context]) -> ConfirmResult:
    """Race the candidate that passed; where the counter confirms, take over what it counted."""
    context, slow = runtime.context, candidate.slow
    [fast] = require(candidate.sanitize).accepted
    if context.executor.has_separate_confirmer(slow.language):
        model = get_time_model(context, candidate.batch)
        result = await confirm_by_race(context, candidate, fast, model)
    else:
        result = ConfirmResult(
            candidates=(JudgedCandidate(program=fast),),
            by=context.executor.counter.name,
            ratio=require(candidate.stress).speedups[fast.program_id],
        )
    pair = {"problem": slow.problem_id, "language": slow.language, "ratio": result.ratio}
    runtime.stream_writer({"stage": "confirm", "confirmed": int(result.passed), **pair})
    return result


async def confirm_by_race(
    context: Context, candidate: CandidateResult, fast: ProgramText, model: TimeModel | None
) -> ConfirmResult:
    """Return another simulator's decision on a slow program and one candidate."""
    executor, section, slow = context.executor, context.config.simulator, candidate.slow
    prepared = context.prepared[slow.problem_id]
    pair = slow, fast
    # The tests that it was counted on are cached already, and show most of the difference.
    counted = require(candidate.measure).slow.tests
    rungs = dict.fromkeys((*prepared.size_ladder[slow.language], *counted))
    tests, suites = prepared.all_inputs, [prepared.selection, prepared.hidden]
    if require(candidate.stress).shown_by[fast.program_id] == "stress":
        rungs = dict.fromkeys(candidate.get_costs(fast.program_id)[0].tests)
        compared = candidate.get_compared(fast.program_id)
        tests = require(context.ledger.get(Suite, compared.tests_sha))
        suites = [tests]
        for program in pair:
            await executor.observe(program, tests)
    found = await race_pair(executor, section, pair, tests, tuple(rungs), model)
    reason, detail = judge_race(executor, section, pair, suites, found)
    before = candidate.measure
    return ConfirmResult(
        candidates=(JudgedCandidate(program=fast, reason=reason, detail=detail),),
        by=executor.get_confirmer(slow.language).name,
        ratio=found.race.ratio if found else 0.0,
        choice=found.choice if found else None,
        race=found.race if found else None,
        estimate=found.estimate if found else None,
        predicted=before.predicted.get(fast.program_id) if before else None,
        audited=before is not None and fast.program_id in before.audited,
        samples=found.samples if found else (),
    )

"""One slow program on its way: fast versions asked for, verified, confirmed."""

from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.agents.tester import Tester
from pieforge.equivalence.program_pair import Programs
from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.adversarial_inputs import ask_tester
from pieforge.graphs.evidence.fuzzing import inputs_of, search
from pieforge.graphs.evidence.hack_detection import against_answers, against_text
from pieforge.graphs.evidence.output_equivalence import alike
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.problems.suites import judge_of_inputs
from pieforge.graphs.results import Candidate, Checked, Prepared
from pieforge.graphs.state import CandidateState
from pieforge.inputs import NamedInput


@leaves_open("member")
async def check(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["confirm", "__end__"]]:
    """Run the candidates beside the slow program: the known inputs first, then the hidden ones."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.workshop.source(member).problem_id]
    judged = [await _looked_at(context, prepared, member, name) for name in state["candidates"]]
    context.ledger.put(Checked(candidates=tuple(judged)), member)
    right = [candidate.program_id for candidate in judged if candidate.reason is None]
    runtime.stream_writer({"stage": "check", "right": len(right)})
    following: Literal["confirm", "__end__"] = "confirm" if right else "__end__"
    return Command(update={"right": right}, goto=following)


async def _looked_at(context: Context, prepared: Prepared, member: str, name: str) -> Candidate:
    """Read a candidate's text for hacks before it runs, and for its own answers after."""
    workshop, problem = context.workshop, context.problems[prepared.problem_id]
    if seen := await against_text(workshop, problem, member, name):
        return Candidate(program_id=name, reason=seen.reason, detail=seen.detail)
    candidate = await _judge(context, prepared, member, name)
    if candidate.reason is None and (
        seen := await against_answers(workshop, prepared.selection, member, name)
    ):
        return candidate.model_copy(update={"reason": seen.reason, "detail": seen.detail})
    return candidate


async def _judge(context: Context, prepared: Prepared, member: str, name: str) -> Candidate:
    candidate = Candidate(program_id=name, tests_sha=prepared.everything.sha)
    for suite in (prepared.selection, prepared.hidden):
        if candidate.reason is None:
            candidate = await _tried(context, prepared, member, candidate, suite)
    # These come last: what is cheap has already refused most of what is wrong.
    if candidate.reason is None and context.config.verification.search:
        found = await _searched(context, prepared, member, name)
        candidate = await _tried_further(context, prepared, member, candidate, found)
    if candidate.reason is None and context.tester is not None:
        found = await _given(context, prepared, member, name, context.tester)
        candidate = await _tried_further(context, prepared, member, candidate, found)
    return candidate


async def _tried(
    context: Context, prepared: Prepared, member: str, so_far: Candidate, suite: Suite
) -> Candidate:
    """Compare a candidate with the slow program on one more suite."""
    finding = await alike(context.workshop, prepared.judging, member, so_far.program_id, suite)
    where = suite.cases[finding.at].name if finding.at >= 0 else ""
    detail = " ".join(part for part in (where, finding.detail) if part)
    return so_far.model_copy(
        update={
            "reason": finding.reason,
            "detail": detail if finding.reason is not None else "",
            "equal_on": so_far.equal_on + finding.equal_on,
        }
    )


async def _searched(
    context: Context, prepared: Prepared, member: str, name: str
) -> list[NamedInput]:
    """Return the inputs on which a search that coverage guides took new ways through this pair."""
    workshop, problem = context.workshop, context.problems[prepared.problem_id]
    right = (*prepared.slow.values(), *prepared.fast.values())
    found = await search(
        workshop,
        (member, name),
        workshop.inputs(prepared.everything),
        prepared.shape,
        judge_of_inputs(workshop, problem, prepared.judging, right),
        runs=context.config.verification.search,
    )
    return inputs_of(workshop, found)


async def _given(
    context: Context, prepared: Prepared, member: str, name: str, tester: Tester
) -> list[NamedInput]:
    """Return the inputs that a model made for this very pair."""
    return await ask_tester(
        context.workshop,
        tester,
        lambda request: context.ask(tester.model, request),
        context.problems[prepared.problem_id],
        Programs(context.workshop, member, name, prepared.judging),
    )


async def _tried_further(
    context: Context,
    prepared: Prepared,
    member: str,
    so_far: Candidate,
    found: Sequence[NamedInput],
) -> Candidate:
    """Compare on inputs that were found for this very pair, and add them to its tests."""
    workshop = context.workshop
    before = context.ledger.get(Suite, so_far.tests_sha)
    assert before is not None  # noqa: S101  suites are kept under their names
    known = workshop.named(before)
    data = {item.data for item in known}
    fresh = [item for item in found if item.data not in data]
    if not fresh:
        return so_far
    judged = await _tried(context, prepared, member, so_far, workshop.suite(fresh))
    return judged.model_copy(update={"tests_sha": workshop.suite([*known, *fresh]).sha})

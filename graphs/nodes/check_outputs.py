"""The node `check_outputs`: which candidates do what the slow program does."""

from collections.abc import Sequence
from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.agents.tester import Tester
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.adversarial_inputs import find_adversarial_inputs
from pieforge.graphs.evidence.fuzzing import fuzz_pair, load_inputs
from pieforge.graphs.evidence.hack_detection import check_embedded_answers, check_fast_text
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.problems.suites import choose_input_check
from pieforge.graphs.results import CheckOutputsResult, JudgedCandidate, PreparedProblem
from pieforge.graphs.state import CandidateState
from pieforge.inputs import NamedInput


@leave_pending("member")
async def check_outputs(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["measure", "__end__"]]:
    """Compare the candidates with the slow program: on known inputs first, then on hidden ones."""
    context, member = runtime.context, state["member"]
    prepared = context.prepared[context.executor.get_source(member).problem_id]
    judged = [
        await _check_candidate(context, prepared, member, name) for name in state["candidates"]
    ]
    context.ledger.put(CheckOutputsResult(candidates=tuple(judged)), member)
    right = [candidate.program_id for candidate in judged if candidate.reason is None]
    runtime.stream_writer({"stage": "check_outputs", "right": len(right)})
    following: Literal["measure", "__end__"] = "measure" if right else "__end__"
    return Command(update={"right": right}, goto=following)


async def _check_candidate(
    context: Context, prepared: PreparedProblem, member: str, name: str
) -> JudgedCandidate:
    """Read a candidate's text for hacks before it runs, and for its own answers after."""
    executor, problem = context.executor, context.problems[prepared.problem_id]
    if seen := await check_fast_text(executor, problem, member, name):
        return JudgedCandidate(program_id=name, reason=seen.reason, detail=seen.detail)
    candidate = await _compare_candidate(context, prepared, member, name)
    if candidate.reason is None and (
        seen := await check_embedded_answers(executor, prepared.selection, member, name)
    ):
        return candidate.model_copy(update={"reason": seen.reason, "detail": seen.detail})
    return candidate


async def _compare_candidate(
    context: Context, prepared: PreparedProblem, member: str, name: str
) -> JudgedCandidate:
    candidate = JudgedCandidate(program_id=name, tests_sha=prepared.all_inputs.sha)
    for suite in (prepared.selection, prepared.hidden):
        if candidate.reason is None:
            candidate = await _compare_on_suite(context, prepared, member, candidate, suite)
    # These come last: what is cheap has already refused most of what is wrong.
    if candidate.reason is None and context.config.verification.search:
        found = await _fuzz_candidate(context, prepared, member, name)
        candidate = await _compare_on_new_inputs(context, prepared, member, candidate, found)
    if candidate.reason is None and context.tester is not None:
        found = await _ask_tester(context, prepared, member, name, context.tester)
        candidate = await _compare_on_new_inputs(context, prepared, member, candidate, found)
    return candidate


async def _compare_on_suite(
    context: Context, prepared: PreparedProblem, member: str, so_far: JudgedCandidate, suite: Suite
) -> JudgedCandidate:
    """Compare a candidate with the slow program on one more suite."""
    finding = await compare_outputs(
        context.executor, prepared.output_rules, member, so_far.program_id, suite
    )
    where = suite.cases[finding.at].name if finding.at >= 0 else ""
    detail = " ".join(part for part in (where, finding.detail) if part)
    return so_far.model_copy(
        update={
            "reason": finding.reason,
            "detail": detail if finding.reason is not None else "",
            "equal_on": so_far.equal_on + finding.equal_on,
        }
    )


async def _fuzz_candidate(
    context: Context, prepared: PreparedProblem, member: str, name: str
) -> list[NamedInput]:
    """Return the inputs on which a search that coverage guides took new ways through this pair."""
    executor, problem = context.executor, context.problems[prepared.problem_id]
    right = (*prepared.slow.values(), *prepared.fast.values())
    found = await fuzz_pair(
        executor,
        (member, name),
        executor.get_inputs(prepared.all_inputs),
        prepared.grammar,
        choose_input_check(executor, problem, prepared.output_rules, right),
        runs=context.config.verification.search,
    )
    return load_inputs(executor, found)


async def _ask_tester(
    context: Context, prepared: PreparedProblem, member: str, name: str, tester: Tester
) -> list[NamedInput]:
    """Return the inputs that a model made for this very pair."""
    return await find_adversarial_inputs(
        context.executor,
        tester,
        lambda request: context.ask(tester.model, request),
        context.problems[prepared.problem_id],
        ProgramPair(context.executor, member, name, prepared.output_rules),
    )


async def _compare_on_new_inputs(
    context: Context,
    prepared: PreparedProblem,
    member: str,
    so_far: JudgedCandidate,
    found: Sequence[NamedInput],
) -> JudgedCandidate:
    """Compare on inputs that were found for this very pair, and add them to its tests."""
    executor = context.executor
    before = context.ledger.get(Suite, so_far.tests_sha)
    assert before is not None  # noqa: S101  suites are kept under their names
    known = executor.get_named_inputs(before)
    data = {item.data for item in known}
    fresh = [item for item in found if item.data not in data]
    if not fresh:
        return so_far
    judged = await _compare_on_suite(context, prepared, member, so_far, executor.store_suite(fresh))
    return judged.model_copy(update={"tests_sha": executor.store_suite([*known, *fresh]).sha})

"""Slower versions of fast programs: planned, written, classified, paired with the fast program."""

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from loop import BATCH, create_context

from pieforge.config import Config, parse_config
from pieforge.executors.cached import CachedExecutor
from pieforge.export.run_files import export_run
from pieforge.graphs.classes.input_format import store_program
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import plan_calls
from pieforge.graphs.nodes.author import ask_author
from pieforge.graphs.nodes.collect import collect_batch
from pieforge.graphs.nodes.deduplicate import classify_batch
from pieforge.graphs.nodes.parse_replies import parse_batch
from pieforge.graphs.results import (
    AuthorCall,
    AuthorResult,
    CandidateResult,
    PlanRoundResult,
    PreparedProblem,
    require,
)
from pieforge.graphs.run import open_context
from pieforge.graphs.run_folder import create_run_folder
from pieforge.graphs.self_play import build_candidate_graph
from pieforge.graphs.slower_versions import plan_slower_versions
from pieforge.lessons.patterns import discover_patterns, list_rewrites, show_example
from pieforge.records import Origin, ProgramText

PROBLEM = "lanternoil"


def configure(deoptimizations: int) -> Config:
    run = {
        "problems": [PROBLEM],
        "languages": ["cpp17"],
        "attempts": 1,
        "deoptimizations": deoptimizations,
    }
    return parse_config({"run": run}, where="here")


@pytest.fixture
async def context(tmp_path: Path) -> AsyncIterator[Context]:
    config = configure(4)
    create_run_folder(tmp_path / "run", config)
    async with open_context(tmp_path / "run", config, lambda event: None, export_run) as opened:
        yield opened


def list_slower(context: Context, round_number: int) -> list[AuthorCall]:
    plan = plan_calls(context, round_number)
    context.ledger.put(plan, f"{round_number:03}")
    return [call for batch in plan.batches for call in batch if call.patterns]


def test_a_call_for_a_new_program_has_the_key_that_it_had_before_there_were_patterns() -> None:
    call = AuthorCall(
        call_id="1/p/0", problem_id="p", language="cpp17", first="a", second="b", n=3, seed=7
    )
    assert call.compute_key() == "35d554b01719893199a60166eca2c48f50ad9d57c7ef4f585916fff9e56c5348"
    slower = call.model_copy(update={"patterns": ("copied_dict",)})
    assert slower.compute_key() != call.compute_key()


async def test_no_slower_version_is_planned_where_no_slow_submission_chose_the_tests(
    executor: CachedExecutor,
) -> None:
    fast = ProgramText.create("p", "cpp17", show_example("list_for_vector", "cpp17")[0])
    store_program(executor.ledger, fast)
    planned = []
    for slow in ({"cpp17": "any"}, {}):
        prepared = PreparedProblem.model_construct(
            problem_id="p", slow=slow, fast={"cpp17": fast.program_id}
        )
        context = create_context(executor, configure(1), prepared={"p": prepared})
        planned.append([call.patterns for call in plan_slower_versions(context, (), 1)])
    assert len(planned[0]) == 1
    assert planned[1] == []


@pytest.mark.slow
async def test_a_slower_version_is_paired_with_the_program_that_it_was_made_from(
    context: Context,
) -> None:
    calls = list_slower(context, 1)
    assert {len(call.patterns) for call in calls} <= {1, 2}
    fast = context.prepared[PROBLEM].get_fast("cpp17")
    name = fast.program_id
    chosen = {"first": name, "second": name, "patterns": ("modulo_for_stride",)}
    call = calls[0].model_copy(update=chosen)
    answer = await ask_author(context, call, "")
    context.ledger.put(answer, call.call_id, call.compute_key())
    parsed = parse_batch(context, [call], 1, BATCH)
    context.ledger.put(parsed, BATCH)
    [slow] = parsed.programs
    assert slow.origin is Origin.DEOPTIMIZER
    assert slow.parent_ids == (fast.program_id,)
    await context.executor.run_inputs(slow, context.get_format(PROBLEM).first)
    # It behaves like a submission, and is nearly a copy of one: neither is a refusal here.
    classified, still_open = await classify_batch(context, BATCH)
    assert not still_open
    assert classified.members == (slow.program_id,)
    context.ledger.put(classified, BATCH)
    await build_candidate_graph().ainvoke(
        {"round": 1, "batch": 0, "member": slow.program_id}, context=context
    )
    candidate = require(context.ledger.get(CandidateResult, slow.program_id))
    assert candidate.offered == [fast]
    assert require(candidate.optimize).call_id == ""
    assert require(candidate.fit_scaling).edit_patterns == ("modulo_for_stride",)
    [pair] = collect_batch(context, BATCH, [slow.program_id], []).pairs
    assert pair.fast == fast
    assert pair.speedup >= 5


@pytest.mark.slow
async def test_the_plan_asks_for_no_more_than_there_are_sites_and_tries_other_patterns_first(
    context: Context,
) -> None:
    names = context.prepared[PROBLEM].all_fast["cpp17"]
    assert len(names) >= 2
    sites = {
        name: Counter(it.pattern for it in list_rewrites(context.get_program(name).code, "cpp17"))
        for name in names
    }
    calls = [call for number in range(1, 13) for call in list_slower(context, number)]
    asked = Counter((call.second, call.patterns) for call in calls)
    assert {key for each in sites.values() for key in each} == {
        key for _, keys in asked for key in keys
    }
    for (name, keys), times in asked.items():
        assert times <= min(sites[name][key] for key in keys)
    # No anti-patterns come a second time before all others that may reach the threshold.
    single = [call.patterns for call in calls if len(call.patterns) == 1]
    growing = [it for it in single if discover_patterns()[it[0]].kind == "asymptotic"]
    assert len(set(growing[: len(set(growing))])) == len(set(growing))
    again = plan_calls(context, 2)
    assert again == context.ledger.get(PlanRoundResult, "002")


@pytest.mark.slow
async def test_an_answer_that_is_no_program_is_a_reject(context: Context) -> None:
    call = list_slower(context, 1)[0]
    lost = call.model_copy(update={"second": context.prepared[PROBLEM].slow["cpp17"]})
    lost = lost.model_copy(update={"patterns": ("sort_by_hand",)})
    answer = await ask_author(context, lost, "")
    context.ledger.put(answer, lost.call_id, lost.compute_key())
    assert isinstance(answer, AuthorResult)
    parsed = parse_batch(context, [lost], 1, BATCH)
    assert not parsed.programs
    assert [reject.reason for reject in parsed.rejects] == ["no_code"]

"""Plans: which languages a run can be in, and which programs a round varies."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from loop import create_context, create_slow

from pieforge.config import Config, LessonsSection, RunSection, SimulatorSection
from pieforge.errors import ConfigError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import plan_calls
from pieforge.graphs.results import (
    AuthorCall,
    CollectResult,
    FeedbackResult,
    KeptPair,
    PreparedProblem,
)
from pieforge.graphs.run import check_languages
from pieforge.measurement.simulators import choose_confirmer, require_support
from pieforge.sandbox.languages import get_language


def test_a_run_in_a_language_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="cpp71") as caught:
        check_languages(Config(run=RunSection(languages=("cpp71",))))
    assert "cpp17" in caught.value.fix


def test_a_run_in_a_language_that_the_simulator_does_not_take_is_refused() -> None:
    with pytest.raises(ConfigError, match="cachegrind does not support Java"):
        check_languages(Config(run=RunSection(languages=("java",))))


def test_the_refusal_says_why_that_simulator_does_not_take_the_language() -> None:
    section = SimulatorSection(kind="gem5")
    with pytest.raises(ConfigError, match=r"gem5 does not support Java: .* hours of simulation"):
        check_languages(Config(run=RunSection(languages=("java",)), simulator=section))


def test_a_language_with_a_fallback_is_accepted_with_a_simulator_that_does_not_take_it() -> None:
    section = SimulatorSection(kind="gem5")
    check_languages(Config(run=RunSection(languages=("cpp17", "python")), simulator=section))
    assert choose_confirmer("gem5", get_language("python")) == "cachegrind"
    assert choose_confirmer("gem5", get_language("cpp17")) == "gem5"
    with pytest.raises(ConfigError, match="gem5 does not support Python: the interpreter's start"):
        require_support("gem5", get_language("python"))


def test_another_processors_simulator_takes_what_a_cross_compiler_builds_for_it() -> None:
    assert choose_confirmer("gem5", get_language("cpp17"), "riscv64") == "gem5"
    assert choose_confirmer("gem5", get_language("python"), "riscv64") == "cachegrind"
    with pytest.raises(ConfigError, match="does not support Rust: nothing builds it for riscv64"):
        choose_confirmer("gem5", get_language("rust"), "riscv64")
    with pytest.raises(ConfigError, match=r"C\+\+17 has no build for alpha"):
        get_language("cpp17").apply_cross_build("alpha")


PROBLEMS = ("hills", "lakes", "woods")


def context_of(executor: CachedExecutor, **lessons: int) -> Context:
    """Return the context of a run of three problems in two languages."""
    config = Config(
        run=RunSection(attempts=6, languages=("cpp17", "python")), lessons=LessonsSection(**lessons)
    )
    values: dict[str, Any] = {
        name: PreparedProblem.model_construct(
            problem_id=name,
            slow={each: f"{name}-{each}" for each in config.run.languages},
            fast={},
        )
        for name in PROBLEMS
    }
    return create_context(executor, config, prepared=values)


def keep(context: Context, clusters: Mapping[tuple[str, str], Sequence[str]]) -> dict[str, str]:
    """Keep pairs in round 1, given their clusters by problem and language.

    Returns:
        The cluster of each slow program by its id.
    """
    pairs = []
    for (problem_id, language), names in clusters.items():
        for at, cluster in enumerate(names):
            slow = create_slow(problem_id, language, f"{at}")
            pair = KeptPair.model_construct(
                record_id=slow.program_id, slow=slow, fast=slow, class_id="", class_rank=1
            )
            pairs.append(
                pair.model_copy(update={"speedup": 9.0, "enabled_by": (), "edit_cluster": cluster})
            )
    end = CollectResult(pairs=tuple(pairs), rejects=(), passed={}, open=())
    context.ledger.put(end, "001/0000")
    context.ledger.put(FeedbackResult(pairs=tuple(it.record_id for it in pairs)), "001")
    return {pair.slow.program_id: pair.edit_cluster for pair in pairs}


def plan(context: Context, number: int = 2) -> list[AuthorCall]:
    return [call for batch in plan_calls(context, number).batches for call in batch]


def count_programs(calls: Sequence[AuthorCall]) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for call in calls:
        group = call.problem_id, call.language
        counts[group] = counts.get(group, 0) + call.n
    return counts


async def test_a_first_round_asks_for_as_many_programs_for_each_problem(
    executor: CachedExecutor,
) -> None:
    calls = plan(context_of(executor), 1)
    assert set(count_programs(calls).values()) == {3}
    assert len(calls) == len({call.call_id for call in calls}) == 6


async def test_calls_go_from_problems_whose_edits_have_enough_pairs_to_those_with_the_most_room(
    executor: CachedExecutor,
) -> None:
    context = context_of(executor, per_cluster=2)
    groups = {(name, language): ["a", "a"] for name in PROBLEMS for language in ("cpp17", "python")}
    keep(context, groups | {("lakes", "python"): list("bcdefghijklmnopqrs")})
    calls = plan(context)
    assert count_programs(calls) == {("lakes", "python"): 18}
    assert len({call.call_id for call in calls}) == len(calls)
    assert len({call.seed for call in calls}) == len(calls)
    assert plan(context) == calls
    assert plan(context_of(executor, per_cluster=100)) != calls


async def test_no_call_moves_beyond_the_room_or_where_there_is_none(
    executor: CachedExecutor,
) -> None:
    groups = {(name, language): ["a", "a"] for name in PROBLEMS for language in ("cpp17", "python")}
    context = context_of(executor, per_cluster=2)
    keep(context, groups)
    assert set(count_programs(plan(context)).values()) == {3}
    keep(context, groups | {("lakes", "python"): ["b", "c", "d"]})
    counts = count_programs(plan(context))
    assert counts.pop(("lakes", "python")) == 6
    assert sorted(counts.values()) == [3, 3, 3, 3]


async def test_programs_whose_edit_is_in_the_fewest_pairs_are_varied_first(
    executor: CachedExecutor,
) -> None:
    context = context_of(executor, per_cluster=3)
    clusters = keep(context, {("hills", "cpp17"): ["a", "b", "b", "a", "a"]})
    varied = [clusters.get(c.second) for c in plan(context) if c.problem_id == "hills"]
    assert varied[:1] in (["b"], [None])  # the submission, in Python, where nothing was kept
    assert "b" in varied
    assert "a" not in varied
    keep(context, {("hills", "cpp17"): ["a"]})
    feedback = context.config.retrieval.model_copy(update={"kept_pairs": False})
    alone = create_context(
        executor,
        context.config.model_copy(update={"retrieval": feedback}),
        prepared=context.prepared,
    )
    assert {call.second for call in plan(alone)} == {
        f"{name}-{language}" for name in PROBLEMS for language in ("cpp17", "python")
    }

"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

from collections.abc import Iterator
from typing import Any

from pieforge.executors.records import Suite
from pieforge.export.row_measurements import read_measurements
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    FitScalingResult,
    KeptPair,
    require,
)
from pieforge.measurement.scaling import classify_growth, fit_exponent
from pieforge.records import Pair


def iter_kept_pairs(context: Context) -> Iterator[KeptPair]:
    """Yield the pairs kept so far, in the order in which they were kept."""
    for _, end in context.ledger.iter_results(CollectResult):
        yield from end.pairs


def build_rows(context: Context, kept: list[KeptPair]) -> Iterator[Pair]:
    """Turn kept pairs into rows; the run time bins compare them with each other."""
    candidates = {pair.record_id: load_candidate(context, pair) for pair in kept}
    decided = {name: read_measurements(context, it) for name, it in candidates.items()}
    seconds = {
        name: (found.convert_to_seconds(found.slow), found.convert_to_seconds(found.fast))
        for name, found in decided.items()
    }
    fastest: dict[str, float] = {}
    known: dict[tuple[str, str], list[float]] = {}
    for pair in kept:
        slow, fast = (sum(side.values()) for side in seconds[pair.record_id])
        fastest[pair.class_id] = min(fastest.get(pair.class_id, fast), fast)
        known.setdefault((pair.slow.problem_id, pair.slow.language), []).extend((slow, fast))
    # Deciles and rewards need the times of all pairs, so rows are built in a second pass.
    for pair in kept:
        slow_times, fast_times = seconds[pair.record_id]
        best = fastest[pair.class_id]
        others = known[pair.slow.problem_id, pair.slow.language]
        slow, fast = sum(slow_times.values()), sum(fast_times.values())
        yield Pair(
            src_agg_runtime=slow,
            tgt_agg_runtime=fast,
            fastest_agg_runtime=best,
            fastest_agg_runtime_updated=best,
            src_reward_updated=best / slow,
            target_reward_updated=best / fast,
            src_reward_updated_pct_bin=compute_decile(slow, others),
            target_reward_updated_pct_bin=compute_decile(fast, others),
            tc2time_src=slow_times,
            tc2time_tgt=fast_times,
            **_build_provenance(context, pair, candidates[pair.record_id]),
            **decided[pair.record_id].columns,
        )


def compute_decile(seconds: float, others: list[float]) -> int:
    """Return 10 for a program among the fastest tenth of `others`, 1 for the slowest tenth."""
    slower_or_equal = sum(other >= seconds for other in others)
    return max(1, -(-10 * slower_or_equal // len(others)))


def load_candidate(context: Context, pair: KeptPair) -> CandidateResult:
    """Return what the stages found out about a kept pair."""
    return require(context.ledger.get(CandidateResult, pair.slow.program_id))


def _build_provenance(
    context: Context, pair: KeptPair, candidate: CandidateResult
) -> dict[str, Any]:
    slow, fast, compared = pair.slow, pair.fast, candidate.compared
    language = context.executor.languages[slow.language]
    tests = require(context.ledger.get(Suite, compared.tests_sha))
    report = require(candidate.sanitize).report
    return {
        "src_id": slow.program_id,
        "tgt_id": fast.program_id,
        "problem_id": slow.problem_id,
        "speedup": pair.speedup,
        "src_code": slow.code,
        "tgt_code": fast.code,
        "record_id": pair.record_id,
        "language": slow.language,
        "class_id": pair.class_id,
        "class_rank": pair.class_rank,
        "parent_ids": slow.parent_ids,
        "example_ids": require(candidate.optimize).example_ids,
        "enabled_by": pair.enabled_by,
        "round": slow.round,
        "strategy": fast.strategy,
        "prompt_sha": fast.prompt_sha,
        "model": fast.model,
        "usage": fast.usage,
        "tests_sha": tests.sha,
        "equal_on": compared.equal_on,
        "equal_on_strata": tests.strata,
        "inputs_validated_by": context.prepared[slow.problem_id].validated_by,
        "inputs_grammar": context.prepared[slow.problem_id].grammar.kind,
        "implausible_ratio": require(candidate.sanitize).implausible,
        "builds_agree": report.builds_agree,
        "repeats": report.repeats,
        "compiler": context.tools[slow.language],
        "flags": language.flags,
        **_describe_scaling(require(candidate.fit_scaling)),
        "license": context.problems[slow.problem_id].license,
    }


def _describe_scaling(scaled: FitScalingResult) -> dict[str, Any]:
    slope = fit_exponent(scaled.ratios)
    return {
        "ratios": scaled.ratios,
        "growth": classify_growth(slope),
        "growth_exponent": slope,
        "edit_kind": scaled.edit_kind,
    }

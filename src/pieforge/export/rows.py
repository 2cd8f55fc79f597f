"""Build the rows of kept pairs from what the run found out about them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from pieforge.executors.records import Suite
from pieforge.export.row_measurements import RowMeasurements, build_tool_set, read_measurements
from pieforge.graphs.classes.snapshot import ClassMembership
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    DeduplicateResult,
    FitScalingResult,
    KeptPair,
    require,
)
from pieforge.lessons.clusters import EditLabel, EditLabeler
from pieforge.measurement.cost import compute_decile
from pieforge.measurement.scaling import classify_growth, fit_exponent
from pieforge.records import SCHEMA_VERSION, Origin, Program, ProgramText, Verdict
from pieforge.rows import Pair, StratumCount, ToolSet

ORDINARY_BUILD = "ordinary"
"""Name of the build that the others are compared with."""


@dataclass(frozen=True)
class BaseEdit:
    """The submissions that a pair descends from; `fast` is None where the package has none."""

    slow: ProgramText
    fast: ProgramText | None


@dataclass(frozen=True)
class PairEvidence:
    """All that a row follows from.

    Attributes:
        pair: The kept pair, with its class at the end of the run.
        candidate: What the stages found out about its slow program.
        label: What its edit is among those of the pairs kept before.
        measured: The deciding simulator's figures.
        tests: The inputs on which its programs were compared.
        behavior: See `Pair.behavior`.
        base: The submissions that it descends from.
        counted: Counted seconds of the known programs of its class, language and problem, by
            program id; both programs of the pair are among them.
        tools: What built and measured its programs.
    """

    pair: KeptPair
    candidate: CandidateResult
    label: EditLabel
    measured: RowMeasurements
    tests: Suite
    behavior: Literal["problem", "variant"]
    base: BaseEdit
    counted: Mapping[str, float]
    tools: ToolSet


def iter_kept_pairs(context: Context) -> Iterator[KeptPair]:
    """Yield the pairs kept so far, in the order in which they were kept."""
    for _, end in context.ledger.iter_results(CollectResult):
        yield from end.pairs


def iter_candidates(context: Context) -> Iterator[tuple[str, CandidateResult]]:
    """Yield what became of each slow program of the run, by its id.

    A run that was resumed may have planned other calls than before: its ledger still has the
    results of programs that are not in it any more.
    """
    members = {
        name
        for _, result in context.ledger.iter_results(DeduplicateResult)
        for name in result.members
    }
    for name, candidate in context.ledger.iter_results(CandidateResult):
        if name in members:
            yield name, candidate


def collect_evidence(
    context: Context, kept: Sequence[KeptPair], classes: Mapping[str, ClassMembership]
) -> Iterator[PairEvidence]:
    """Yield the evidence of kept pairs, from the ledger.

    Args:
        context: The run's dependencies.
        kept: The pairs, in the order in which they were kept.
        classes: The place of the run's programs in the classes, by program id.
    """
    candidates = dict(iter_candidates(context))
    peers: dict[tuple[str, str, str], dict[str, float]] = {}
    for name, seconds in count_seconds(context).items():
        if name not in classes:  # verified where its problem is not known
            continue
        program = candidates[name].slow
        key = (classes[name].class_id, program.language, program.problem_id)
        peers.setdefault(key, {}).update(seconds)
    tools = {each: build_tool_set(context, each) for each in context.config.run.languages}
    labeler = EditLabeler(context.config.lessons.per_cluster)
    departs_from = {name: candidate.slow.parent_ids[0] for name, candidate in candidates.items()}
    # A slower version can descend from a program of the optimizer, and so from its slow program.
    # The first pair counts: later ones can have its fast program, for programs descended from it.
    view = context.view
    earlier = view.pairs if view is not None else ()
    for pair in (*earlier, *iter_kept_pairs(context)):
        if pair.fast.origin is Origin.OPTIMIZER:
            departs_from.setdefault(pair.fast.program_id, pair.fast.parent_ids[0])
    submissions = {it.program_id for each in context.prepared.values() for it in each.submissions}
    for pair in earlier:
        if submissions.intersection(pair.slow.parent_ids):
            departs_from.setdefault(pair.slow.program_id, pair.slow.parent_ids[0])
    for pair in kept:
        slow = pair.slow
        if slow.program_id not in classes:
            continue
        candidate = candidates[slow.program_id]
        yield PairEvidence(
            pair=pair,
            candidate=candidate,
            label=labeler.label(require(candidate.fit_scaling).edit),
            measured=read_measurements(context, candidate),
            tests=require(context.ledger.get(Suite, candidate.compared.tests_sha)),
            behavior=classes[slow.program_id].behavior,
            base=find_base(context, slow, departs_from),
            counted=peers[pair.class_id, slow.language, slow.problem_id],
            tools=tools[slow.language],
        )


def count_seconds(context: Context) -> dict[str, dict[str, float]]:
    """Return counted seconds of slow programs and their right candidates.

    Returns:
        By the slow program's id: seconds by program id, of those that ran to their ends.
    """
    executor = context.executor
    found: dict[str, dict[str, float]] = {}
    for name, candidate in iter_candidates(context):
        if (counted := candidate.measure) is None:
            continue
        net = executor.languages[candidate.slow.language].net_of_startup
        found[name] = {
            program_id: executor.counter.convert_to_seconds(cost.net if net else cost.gross)
            for program_id, cost in ((name, counted.slow), *counted.fast.items())
            if cost.verdict is Verdict.AC
        }
    return found


def find_base(context: Context, slow: Program, departs_from: Mapping[str, str]) -> BaseEdit:
    """Return the submissions that a program descends from, by what each program departs from."""
    name = slow.program_id
    while name in departs_from:
        name = departs_from[name]
    base = context.get_program(name)
    prepared = context.prepared[base.problem_id]
    if base.language != slow.language:  # it was written after a program of another language
        base = prepared.get_slow(slow.language)
    fast = prepared.get_fast(slow.language) if slow.language in prepared.fast else None
    return BaseEdit(base, fast)


def list_changes(slow: str, fast: str) -> list[tuple[list[str], list[str]]]:
    """Return the runs of lines in which two texts differ: the lines of one, and of the other."""
    a, b = slow.splitlines(), fast.splitlines()
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return [(a[i:j], b[k:m]) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def build_pair(evidence: PairEvidence) -> Pair:
    """Return the row of a pair: a pure function of its evidence."""
    return Pair.model_validate(
        {
            **_build_provenance(evidence),
            **_build_claims(evidence),
            **_build_ranks(evidence),
            **_describe_stress(evidence.candidate),
            **_describe_scaling(require(evidence.candidate.fit_scaling)),
            **evidence.measured.columns,
            **evidence.label._asdict(),
        }
    )


def _build_ranks(evidence: PairEvidence) -> dict[str, Any]:
    """Rank both programs in their class by counted time, which all its programs have."""
    counted, pair = evidence.counted, evidence.pair
    slow, fast = counted[pair.slow.program_id], counted[pair.fast.program_id]
    others, measured = list(counted.values()), evidence.measured.columns["tgt_agg_runtime"]
    best = min(others)
    return {
        "fastest_agg_runtime": measured * (best / fast),
        "fastest_agg_runtime_updated": measured * (best / fast),
        "src_reward_updated": best / slow,
        "target_reward_updated": best / fast,
        "src_reward_updated_pct_bin": compute_decile(slow, others),
        "target_reward_updated_pct_bin": compute_decile(fast, others),
    }


def _build_provenance(evidence: PairEvidence) -> dict[str, Any]:
    pair, base = evidence.pair, evidence.base
    slow, fast = pair.slow, pair.fast
    return {
        "src_id": slow.program_id,
        "tgt_id": fast.program_id,
        "problem_id": slow.problem_id,
        "src_code": slow.code,
        "tgt_code": fast.code,
        "record_id": pair.record_id,
        "schema_version": SCHEMA_VERSION,
        "language": slow.language,
        "tools_id": evidence.tools.tools_id,
        "class_id": pair.class_id,
        "class_rank": pair.class_rank,
        "parent_ids": slow.parent_ids,
        "base_slow_id": base.slow.program_id,
        "base_fast_id": base.fast.program_id if base.fast else "",
        "same_edit_as_base": base.fast is not None
        and list_changes(slow.code, fast.code) == list_changes(base.slow.code, base.fast.code),
        "example_ids": require(evidence.candidate.optimize).example_ids,
        "enabled_by": next(iter(pair.enabled_by), ""),
        "round": slow.round,
        "call_id": fast.call_id,
        "src_chars": len(slow.code),
        "tgt_chars": len(fast.code),
    }


def _build_claims(evidence: PairEvidence) -> dict[str, Any]:
    sanitized = require(evidence.candidate.sanitize)
    report = sanitized.report
    status = "Accepted" if evidence.behavior == "problem" else None
    return {
        "behavior": evidence.behavior,
        "src_status": status,
        "tgt_status": status,
        "tests_sha": evidence.tests.sha,
        "equal_on": evidence.candidate.compared.equal_on,
        "equal_on_strata": tuple(
            StratumCount(stratum=name, inputs=count)
            for name, count in evidence.tests.strata.items()
        ),
        "implausible_ratio": sanitized.implausible,
        "builds_agree": (ORDINARY_BUILD, *report.builds_agree),
        "repeats": report.repeats,
    }


def _describe_stress(candidate: CandidateResult) -> dict[str, Any]:
    """Say which inputs show the speedup; runs of earlier versions knew no stress inputs."""
    name, stress = candidate.fast.program_id, candidate.stress
    found = stress.measured.get(name) if stress is not None else None
    return {
        "shown_by": stress.shown_by[name] if stress is not None else "typical",
        "typical_speedup": require(candidate.measure).speedups[name],
        "stress_speedup": found.speedup if found is not None else 0.0,
    }


def _describe_scaling(scaled: FitScalingResult) -> dict[str, Any]:
    slope = fit_exponent(scaled.ratios)
    return {
        "ratios": scaled.ratios,
        "growth": classify_growth(slope),
        "growth_exponent": slope or 0.0,
        "edit_kind": scaled.edit_kind or "unknown",
        "edit_patterns": scaled.edit_patterns,
    }

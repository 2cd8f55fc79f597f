"""The node `collect`: one pair kept for each member at most, all else a typed reject."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from langgraph.runtime import Runtime

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import split_by_inputs
from pieforge.errors import NOT_THE_SAMPLES
from pieforge.graphs.classes import snapshot
from pieforge.graphs.classes.input_format import FormatRunner
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    DeduplicateResult,
    FailedInput,
    KeptPair,
    require,
)
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.inputs import NamedInput
from pieforge.lessons.clusters import EditLabel, EditLabeler
from pieforge.records import (
    Pending,
    ProgramText,
    RejectReason,
    compute_pair_id,
    compute_reject_id,
)
from pieforge.rows import Reject

STAGES = ("vet", "optimize", "check_outputs", "measure", "stress", "sanitize", "confirm")
"""The stages of the candidate's graph that refuse, in order."""


async def collect(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Keep the fastest right candidate of each member; refuse the others with their reasons."""
    context, key = runtime.context, format_batch_key(state["round"], state["batch"])
    # The state also carries what earlier batches left open.
    mine = {*state["calls"], *state["programs"], *state["members"]}
    still_open = [pending for pending in state.get("open", []) if pending.subject in mine]
    failed = await split_classes(context, key, state["members"])
    result = collect_batch(context, key, state["members"], [*still_open, *failed])
    context.ledger.put(result, key)
    context.budget.store_session()
    used = {"usd": context.budget.used.usd, "tokens": context.budget.used.tokens}
    runtime.stream_writer({"stage": "collect", "kept": len(result.pairs), **used})
    kept = sum(not pair.surplus for pair in result.pairs)
    return {"kept": kept, "stopped": find_stop(context, key)}


def find_stop(context: Context, key: str) -> str:
    """Return the key of the configuration that ends the run after a batch; empty for none."""
    if context.recorded is not None:
        return ""
    ends = {
        k: sum(not pair.surplus for pair in end.pairs)
        for k, end in context.ledger.iter_results(CollectResult)
    }
    most = context.config.stop.kept
    if most is not None and sum(kept for k, kept in ends.items() if k <= key) >= most:
        return "stop.kept"
    # A batch that an earlier session began is played to its end: nearly all of it is cached.
    overrun = "" if any(k > key for k in ends) else context.budget.find_overrun()
    return context.budget.find_spent() or overrun


async def split_classes(context: Context, key: str, members: Collection[str]) -> list[Pending]:
    """Run the members of a batch's classes on the stress inputs found for one of them.

    Such an input is an input like any other: where outputs differ on it, it splits the class.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.
        members: Program ids of those that went through the candidate's graph.

    Returns:
        What the infrastructure failed.
    """
    results = [context.ledger.get(CandidateResult, name) for name in members]
    searched = [it for it in results if it is not None and it.stress is not None]
    failed: list[Pending] = []
    for input_format in context.formats:
        mine = [it for it in searched if it.slow.problem_id in input_format.problems]
        if not any(require(it.stress).inputs for it in mine):
            continue
        loaded = snapshot.load_after(context, input_format, key)
        index = loaded.index
        runner = FormatRunner(context.executor, input_format)
        moved: list[str] = []
        for it in mine:
            cases = require(it.stress).inputs
            inputs = [NamedInput(case.name, context.ledger.get_blob(case.blob)) for case in cases]
            try:
                moved += await split_by_inputs(index, it.slow.program_id, runner, inputs)
            except NOT_THE_SAMPLES as error:
                failed.append(Pending(subject=it.slow.program_id, cause=error.what))
        snapshot.save_again(context, input_format, loaded)
        if moved:
            _record_moves(context, key, index, moved)
    return failed


def _record_moves(context: Context, key: str, index: ClassIndex, moved: Sequence[str]) -> None:
    """Add the new classes of programs to the batch's result, also of those of earlier batches."""
    known = {
        name for _, it in context.ledger.iter_results(DeduplicateResult) for name in it.classes
    }
    names = [name for name in dict.fromkeys(moved) if name in known]
    classified = require(context.ledger.get(DeduplicateResult, key))
    update = {
        "classes": classified.classes | {name: index.get_class(name) for name in names},
        "ranks": classified.ranks | {name: index.get_rank(name) for name in names},
    }
    context.ledger.put(classified.model_copy(update=update), key)


def collect_batch(
    context: Context, key: str, members: Collection[str], still_open: Sequence[Pending]
) -> CollectResult:
    """Collect what became of a batch's members, in their order.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.
        members: Program ids of those that went through the candidate's graph.
        still_open: What the infrastructure failed; these get neither a pair nor a reject.
    """
    failed = {pending.subject for pending in still_open}
    results = [context.ledger.get(CandidateResult, name) for name in members if name not in failed]
    candidates = [result for result in results if result is not None]
    # fit_scaling is the last stage, and reached only by a candidate that passed every other one.
    kept = [candidate for candidate in candidates if candidate.fit_scaling is not None]
    classified = context.ledger.get(DeduplicateResult, key)
    before = [end for k, end in context.ledger.iter_results(CollectResult) if k < key]
    earlier = {pair.slow.program_id: pair.record_id for end in before for pair in end.pairs}
    labeler = EditLabeler(context.config.lessons.per_cluster)
    for end in before:
        labeler.restore(((it.edit_id, it.edit_cluster) for it in end.pairs), end.first_edits)
    known = len(labeler.first_edits)
    pairs = tuple(
        create_pair(it, require(classified), earlier, labeler.label(require(it.fit_scaling).edit))
        for it in kept
    )
    return CollectResult(
        pairs=pairs,
        first_edits=tuple(labeler.first_edits[known:]),
        rejects=tuple(reject for it in candidates for reject in iter_rejects(it)),
        passed={stage: sum(it.has_passed(stage) for it in candidates) for stage in STAGES},
        open=tuple(still_open),
    )


def create_pair(
    candidate: CandidateResult,
    classified: DeduplicateResult,
    earlier: Mapping[str, str],
    label: EditLabel,
) -> KeptPair:
    """Return a member and its fast version as a pair.

    Args:
        candidate: A member whose candidate passed every stage.
        classified: Its batch's classes.
        earlier: Record ids of the pairs kept before, by their slow program's id.
        label: Of their edit.
    """
    slow, fast = candidate.slow, candidate.fast
    name = slow.program_id
    departed_from = earlier.get(slow.parent_ids[0])
    return KeptPair(
        record_id=compute_pair_id(name, fast.program_id),
        slow=slow,
        fast=next(it for it in candidate.offered if it.program_id == fast.program_id),
        class_id=classified.classes[name],
        class_rank=classified.ranks[name],
        speedup=require(candidate.confirm).ratio,
        enabled_by=(departed_from,) if departed_from else (),
        **label._asdict(),
    )


def iter_rejects(candidate: CandidateResult) -> Iterator[Reject]:
    """Yield a reject for everything that a member's stages refused."""
    vet, asked = candidate.vet, candidate.optimize
    if vet is not None and vet.reason is not None:
        yield _create_reject(candidate, "vet", vet.reason, vet.detail)
    if asked is not None and not asked.passed:
        yield _create_reject(candidate, "optimize", RejectReason.NO_CANDIDATE, "")
    for index, reply in enumerate(asked.replies if asked is not None else ()):
        if reply.reason is not None:
            yield _create_reject(
                candidate,
                "optimize",
                reply.reason,
                reply.detail,
                index=index,
                call_id=reply.call_id,
            )
    for stage, judged in candidate.judgments.items():
        for one in judged:
            if one.reason is not None:
                yield _create_reject(
                    candidate, stage, one.reason, one.detail, one.program, failure=one.failure
                )
    if candidate.has_passed("sanitize"):
        yield from _iter_slower(candidate)


def _iter_slower(candidate: CandidateResult) -> Iterator[Reject]:
    """Yield a reject for each candidate that was fast enough, and slower than the one taken."""
    sanitized = require(candidate.sanitize)
    tried = {judged.program.program_id for judged in sanitized.candidates}
    detail = f"{sanitized.accepted[0].program_id} is faster"
    for program in require(candidate.stress or candidate.measure).accepted:
        if program.program_id not in tried:
            reason = RejectReason.NOT_THE_FASTEST
            yield _create_reject(candidate, "measure", reason, detail, program)


def _create_reject(
    candidate: CandidateResult,
    stage: str,
    reason: RejectReason,
    detail: str,
    program: ProgramText | None = None,
    *,
    index: int = 0,
    call_id: str = "",
    failure: FailedInput | None = None,
) -> Reject:
    slow, name = candidate.slow, program.program_id if program else ""
    asked, measured = candidate.optimize, candidate.measure
    ratio = measured.speedups.get(name, 0.0) if measured is not None else 0.0
    if stage == "confirm":
        ratio = require(candidate.confirm).ratio
    made_by = slow if stage == "vet" else asked
    if asked is not None and stage != "vet":
        call_id = call_id or asked.get_call_id(name)
    elif made_by is not None:
        call_id = made_by.call_id
    return Reject(
        record_id=compute_reject_id(stage, slow.program_id, name, str(index), reason),
        stage=stage,
        reason=reason,
        detail=detail,
        problem_id=slow.problem_id,
        language=slow.language,
        round=slow.round,
        program_id=slow.program_id if stage == "vet" else name,
        for_program_id="" if stage == "vet" else slow.program_id,
        code=slow.code if stage == "vet" else program.code if program else "",
        call_id=call_id,
        model=made_by.model if made_by is not None else "",
        ratio=ratio,
        **(failure.model_dump() if failure is not None else {}),
    )

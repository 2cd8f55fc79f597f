"""The node `collect`: one pair kept for each member at most, all else a typed reject."""

from collections.abc import Iterable, Mapping, Sequence

from langgraph.runtime import Runtime

from pieforge.agents.optimizer import STRATEGY
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CheckOutputsResult,
    CollectResult,
    ConfirmResult,
    DeduplicateResult,
    JudgedCandidate,
    KeptPair,
    MeasureResult,
    OptimizeResult,
    ParseRepliesResult,
    SanitizeResult,
    VetResult,
)
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.records import (
    Origin,
    Program,
    Reject,
    RejectReason,
    compute_pair_id,
    compute_reject_id,
)


async def collect(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Keep the fastest right candidate of each member; refuse the others with their reasons."""
    context, key = runtime.context, format_batch_key(state["round"], state["batch"])
    mine = {*state["calls"], *state["programs"], *state["members"]}
    still_open = [line for line in state.get("open", []) if line.split(":", 1)[0] in mine]
    result = collect_batch(context, key, state["round"], still_open)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "collect", "kept": len(result.pairs)})
    return {"kept": len(result.pairs)}


_JUDGMENTS: dict[str, type[CheckOutputsResult | MeasureResult | SanitizeResult | ConfirmResult]] = {
    "check_outputs": CheckOutputsResult,
    "measure": MeasureResult,
    "sanitize": SanitizeResult,
    "confirm": ConfirmResult,
}
"""What each stage that judges candidates leaves in the ledger, in the stages' order."""


def collect_batch(
    context: Context, key: str, round_number: int, still_open: Sequence[str]
) -> CollectResult:
    """Collect what became of a batch's members, in their order.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.
        round_number: The batch's round.
        still_open: Subjects whose stages the infrastructure failed.
    """
    return _BatchCollector(context, key, round_number).collect(still_open)


class _BatchCollector:
    def __init__(self, context: Context, key: str, round_number: int) -> None:
        self.context = context
        self.key = key
        self.round = round_number
        parsed = context.ledger.get(ParseRepliesResult, key)
        self.programs = {p.program_id: p for p in (parsed.programs if parsed else ())}
        self.earlier = {
            pair.slow.program_id: pair.record_id
            for k, end in context.ledger.iter_results(CollectResult)
            if k < key
            for pair in end.pairs
            if pair.slow.round < round_number
        }
        self.rejects: list[Reject] = []

    def collect(self, still_open: Sequence[str]) -> CollectResult:
        classified = self.context.ledger.get(DeduplicateResult, self.key)
        members = classified.members if classified is not None else ()
        failed = {subject.split(":", 1)[0] for subject in still_open}
        pairs = []
        vetted = optimized = right = fast_enough = sanitized = 0
        for member in members:
            vet = self.context.ledger.get(VetResult, member)
            if member in failed or vet is None:
                continue
            if vet.reason is not None:
                self._reject(member, "vet", vet.reason, vet.detail)
                continue
            vetted += 1
            asked = self.context.ledger.get(OptimizeResult, member)
            if asked is None:
                continue
            judged = self._load_judgments(member, asked)
            optimized += any(reply.program_id for reply in asked.replies)
            right += _has_passing(judged["check_outputs"])
            fast_enough += _has_passing(judged["measure"])
            sanitized += _has_passing(judged["sanitize"])
            kept = self._select_candidate(member, asked, judged)
            if kept is not None and classified is not None:
                pairs.append(self._create_pair(member, kept, asked, classified))
        return CollectResult(
            pairs=tuple(pairs),
            rejects=tuple(self.rejects),
            vet=vetted,
            optimize=optimized,
            check_outputs=right,
            measure=fast_enough,
            sanitize=sanitized,
            open=tuple(still_open),
        )

    def _load_judgments(
        self, member: str, asked: OptimizeResult
    ) -> dict[str, tuple[JudgedCandidate, ...]]:
        """Return the candidates of each stage, which judges what the one before let through."""
        found: dict[str, tuple[JudgedCandidate, ...]] = {}
        offered = any(reply.program_id for reply in asked.replies)
        for stage, kind in _JUDGMENTS.items():
            if kind is ConfirmResult and not self._has_separate_confirmer(member):
                offered = False
            result = self.context.ledger.get(kind, member) if offered else None
            found[stage] = result.candidates if result is not None else ()
            offered = _has_passing(found[stage])
        return found

    def _select_candidate(
        self, member: str, asked: OptimizeResult, judged: Mapping[str, Sequence[JudgedCandidate]]
    ) -> SanitizeResult | None:
        """Refuse what did not pass; return the result of the candidate that did, if one did."""
        if not any(reply.program_id for reply in asked.replies):
            self._reject(member, "optimize", RejectReason.NO_CANDIDATE, "")
        for index, reply in enumerate(asked.replies):
            if reply.reason is not None:
                self._reject(member, "optimize", reply.reason, reply.detail, index=index)
        for stage, candidates in judged.items():
            for candidate in candidates:
                if candidate.reason is not None:
                    name, detail = candidate.program_id, candidate.detail
                    self._reject(member, stage, candidate.reason, detail, program=name)
        if not _has_passing(judged["sanitize"]):
            return None
        sanitized = self.context.ledger.get(SanitizeResult, member)
        assert sanitized is not None  # noqa: S101  its candidates were read from it
        looked_at = {candidate.program_id for candidate in sanitized.candidates}
        for candidate in judged["measure"]:
            if candidate.reason is None and candidate.program_id not in looked_at:
                detail = f"{sanitized.passed} is faster"
                name = candidate.program_id
                self._reject(member, "measure", RejectReason.NOT_THE_FASTEST, detail, program=name)
        if self._has_separate_confirmer(member) and not _has_passing(judged["confirm"]):
            return None
        return sanitized

    def _create_pair(
        self,
        member: str,
        passed: SanitizeResult,
        asked: OptimizeResult,
        classified: DeduplicateResult,
    ) -> KeptPair:
        slow, fast = self.programs[member], passed.passed
        confirmed = self.context.ledger.get(MeasureResult, member)
        simulated = (
            self.context.ledger.get(ConfirmResult, member)
            if self._has_separate_confirmer(member)
            else None
        )
        checked = self.context.ledger.get(CheckOutputsResult, member)
        assert confirmed is not None  # noqa: S101  it was read to choose the candidate
        assert checked is not None  # noqa: S101
        twin = Program(
            program_id=fast,
            problem_id=slow.problem_id,
            language=slow.language,
            code=self.context.executor.get_source(fast).code,
            origin=Origin.OPTIMIZER,
            round=self.round,
            parent_ids=(member, *asked.example_fast_ids),
            strategy=STRATEGY,
            prompt_sha=asked.prompt_sha,
            model=asked.model,
            usage=asked.usage,
        )
        ratio = confirmed.speedups[fast]
        if simulated is not None and simulated.race is not None:
            ratio = simulated.race.ratio
        departed_from = self.earlier.get(slow.parent_ids[0])
        return KeptPair(
            record_id=compute_pair_id(member, fast),
            slow=slow,
            fast=twin,
            class_id=classified.classes[member],
            class_rank=classified.ranks[member],
            speedup=ratio,
            equal_on=next(c.equal_on for c in checked.candidates if c.program_id == fast),
            builds_agree=passed.report.builds_agree,
            repeats=passed.report.repeats,
            example_ids=asked.example_ids,
            enabled_by=(departed_from,) if departed_from else (),
        )

    def _has_separate_confirmer(self, member: str) -> bool:
        """Return whether another simulator than the counter decided about a member."""
        return self.context.executor.has_separate_confirmer(self.programs[member].language)

    def _reject(
        self,
        member: str,
        stage: str,
        reason: RejectReason,
        detail: str,
        *,
        program: str = "",
        index: int = 0,
    ) -> None:
        slow = self.programs[member]
        self.rejects.append(
            Reject(
                record_id=compute_reject_id(stage, member, program, str(index), reason),
                stage=stage,
                reason=reason,
                detail=detail,
                problem_id=slow.problem_id,
                language=slow.language,
                round=self.round,
                program_id=program,
                for_program_id=member,
                code=self.context.executor.get_code(program) if program else "",
            )
        )


def _has_passing(candidates: Iterable[JudgedCandidate]) -> bool:
    return any(candidate.reason is None for candidate in candidates)

"""The end of a batch: one pair kept for each member at most, everything else a typed reject."""

from collections.abc import Iterable, Mapping, Sequence

from langgraph.runtime import Runtime

from pieforge.agents.optimizer import STRATEGY
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    Candidate,
    Checked,
    Confirmed,
    Grouped,
    Kept,
    Optimised,
    Scrutinised,
    Settled,
    Sifted,
    Simulated,
    Vetted,
)
from pieforge.graphs.state import BatchState, batch_key
from pieforge.records import Origin, Program, Reason, Reject, record_id, reject_id


async def settle(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Keep the fastest right candidate of each member; refuse the others with their reasons."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    mine = {*state["calls"], *state["programs"], *state["members"]}
    still_open = [line for line in state.get("open", []) if line.split(":", 1)[0] in mine]
    result = settled(context, key, state["round"], still_open)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "settle", "kept": len(result.pairs)})
    return {"kept": len(result.pairs)}


_JUDGEMENTS: dict[str, type[Checked | Confirmed | Scrutinised | Simulated]] = {
    "verify": Checked,
    "confirm": Confirmed,
    "scrutinise": Scrutinised,
    "simulate": Simulated,
}
"""What each stage that judges candidates leaves in the ledger, in the stages' order."""


def settled(context: Context, key: str, round_number: int, still_open: Sequence[str]) -> Settled:
    """Collect what became of a batch's members, in their order.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.
        round_number: The batch's round.
        still_open: Subjects whose stages the machinery failed.
    """
    return _Settlement(context, key, round_number).run(still_open)


class _Settlement:
    def __init__(self, context: Context, key: str, round_number: int) -> None:
        self.context = context
        self.key = key
        self.round = round_number
        sifted = context.ledger.get(Sifted, key)
        self.programs = {p.program_id: p for p in (sifted.programs if sifted else ())}
        self.earlier = {
            pair.slow.program_id: pair.record_id
            for k, end in context.ledger.rows(Settled)
            if k < key
            for pair in end.pairs
            if pair.slow.round < round_number
        }
        self.rejects: list[Reject] = []

    def run(self, still_open: Sequence[str]) -> Settled:
        grouped = self.context.ledger.get(Grouped, self.key)
        members = grouped.members if grouped is not None else ()
        failed = {subject.split(":", 1)[0] for subject in still_open}
        pairs = []
        vetted = optimised = right = fast_enough = scrutinised = 0
        for member in members:
            vet = self.context.ledger.get(Vetted, member)
            if member in failed or vet is None:
                continue
            if vet.reason is not None:
                self._refuse(member, "vet", vet.reason, vet.detail)
                continue
            vetted += 1
            asked = self.context.ledger.get(Optimised, member)
            if asked is None:
                continue
            judged = self._judged(member, asked)
            optimised += any(reply.program_id for reply in asked.replies)
            right += _any_passed(judged["verify"])
            fast_enough += _any_passed(judged["confirm"])
            scrutinised += _any_passed(judged["scrutinise"])
            kept = self._settle(member, asked, judged)
            if kept is not None and grouped is not None:
                pairs.append(self._pair(member, kept, asked, grouped))
        return Settled(
            pairs=tuple(pairs),
            rejects=tuple(self.rejects),
            vetted=vetted,
            optimised=optimised,
            right=right,
            fast_enough=fast_enough,
            scrutinised=scrutinised,
            open=tuple(still_open),
        )

    def _judged(self, member: str, asked: Optimised) -> dict[str, tuple[Candidate, ...]]:
        """Return the candidates of each stage, which judges what the one before let through."""
        found: dict[str, tuple[Candidate, ...]] = {}
        offered = any(reply.program_id for reply in asked.replies)
        for stage, kind in _JUDGEMENTS.items():
            if kind is Simulated and not self._apart(member):
                offered = False
            result = self.context.ledger.get(kind, member) if offered else None
            found[stage] = result.candidates if result is not None else ()
            offered = _any_passed(found[stage])
        return found

    def _settle(
        self, member: str, asked: Optimised, judged: Mapping[str, Sequence[Candidate]]
    ) -> Scrutinised | None:
        """Refuse what did not pass; return the scrutiny of the candidate that did, if one did."""
        if not any(reply.program_id for reply in asked.replies):
            self._refuse(member, "optimise", Reason.NO_CANDIDATE, "")
        for index, reply in enumerate(asked.replies):
            if reply.reason is not None:
                self._refuse(member, "optimise", reply.reason, reply.detail, index=index)
        for stage, candidates in judged.items():
            for candidate in candidates:
                if candidate.reason is not None:
                    name, detail = candidate.program_id, candidate.detail
                    self._refuse(member, stage, candidate.reason, detail, program=name)
        if not _any_passed(judged["scrutinise"]):
            return None
        scrutinised = self.context.ledger.get(Scrutinised, member)
        assert scrutinised is not None  # noqa: S101  its candidates were read from it
        looked_at = {candidate.program_id for candidate in scrutinised.candidates}
        for candidate in judged["confirm"]:
            if candidate.reason is None and candidate.program_id not in looked_at:
                detail = f"{scrutinised.passed} is faster"
                name = candidate.program_id
                self._refuse(member, "confirm", Reason.NOT_THE_FASTEST, detail, program=name)
        if self._apart(member) and not _any_passed(judged["simulate"]):
            return None
        return scrutinised

    def _pair(self, member: str, passed: Scrutinised, asked: Optimised, grouped: Grouped) -> Kept:
        slow, fast = self.programs[member], passed.passed
        confirmed = self.context.ledger.get(Confirmed, member)
        simulated = self.context.ledger.get(Simulated, member) if self._apart(member) else None
        checked = self.context.ledger.get(Checked, member)
        assert confirmed is not None  # noqa: S101  it was read to choose the candidate
        assert checked is not None  # noqa: S101
        twin = Program(
            program_id=fast,
            problem_id=slow.problem_id,
            language=slow.language,
            code=self.context.workshop.source(fast).code,
            origin=Origin.OPTIMIZER,
            round=self.round,
            parent_ids=(member, *asked.shown_fast),
            strategy=STRATEGY,
            prompt_sha=asked.prompt_sha,
            model=asked.model,
            usage=asked.usage,
        )
        ratio = confirmed.speedups[fast]
        if simulated is not None and simulated.race is not None:
            ratio = simulated.race.ratio
        departed_from = self.earlier.get(slow.parent_ids[0])
        return Kept(
            record_id=record_id(member, fast),
            slow=slow,
            fast=twin,
            class_id=grouped.classes[member],
            class_rank=grouped.ranks[member],
            speedup=ratio,
            equal_on=next(c.equal_on for c in checked.candidates if c.program_id == fast),
            builds_agree=passed.scrutiny.builds_agree,
            repeats=passed.scrutiny.repeats,
            shown=asked.shown,
            enabled_by=(departed_from,) if departed_from else (),
        )

    def _apart(self, member: str) -> bool:
        """Return whether another simulator than the counter decided about a member."""
        return self.context.workshop.confirms_apart(self.programs[member].language)

    def _refuse(
        self,
        member: str,
        stage: str,
        reason: Reason,
        detail: str,
        *,
        program: str = "",
        index: int = 0,
    ) -> None:
        slow = self.programs[member]
        self.rejects.append(
            Reject(
                record_id=reject_id(stage, member, program, str(index), reason),
                stage=stage,
                reason=reason,
                detail=detail,
                problem_id=slow.problem_id,
                language=slow.language,
                round=self.round,
                program_id=program,
                for_program_id=member,
                code=self.context.workshop.code(program) if program else "",
            )
        )


def _any_passed(candidates: Iterable[Candidate]) -> bool:
    return any(candidate.reason is None for candidate in candidates)

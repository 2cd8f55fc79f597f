"""The node `parse_replies`: the new programs of a batch; copies of known ones are refused."""

from collections.abc import Iterator, Sequence

from langgraph.runtime import Runtime

from pieforge.graphs.classes.input_format import store_program
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.results import (
    AuthorCall,
    AuthorResult,
    ParseRepliesResult,
    ProgramReply,
    require,
)
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.records import Origin, Program, RejectReason, compute_reject_id
from pieforge.rows import Reject
from pieforge.similarity import compute_fingerprint


async def parse_replies(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Take the programs out of the replies; refuse copies of known programs."""
    context, key = runtime.context, format_batch_key(state["round"], state["batch"])
    calls = get_planned_calls(context, state["round"], state["batch"])
    result = parse_batch(context, calls, state["round"], key)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "parse_replies", "programs": len(result.programs)})
    return {"programs": [program.program_id for program in result.programs]}


def parse_batch(
    context: Context, calls: Sequence[AuthorCall], round_number: int, key: str
) -> ParseRepliesResult:
    """Read the answers to a batch's calls, in the plan's order.

    Args:
        context: The run's dependencies.
        calls: The batch's calls; those without an answer in the ledger are open, and passed over.
        round_number: The batch's round.
        key: The batch's subject in the ledger: programs of earlier batches are known.
    """
    # Programs of later batches are left out: a resumed run may have them in its ledger already.
    known = _collect_fingerprints(context, key)
    programs: list[Program] = []
    rejects: list[Reject] = []
    for call in calls:
        for index, made in enumerate(_iter_replies(context, call, round_number)):
            if isinstance(made, ProgramReply):
                rejects.append(_create_reject(context, call, index, round_number, made))
                continue
            mark = compute_fingerprint(made.code, made.language)
            if mark in known:
                copy = ProgramReply(
                    program=made, reason=RejectReason.DUPLICATE, detail=f"of {known[mark]}"
                )
                rejects.append(_create_reject(context, call, index, round_number, copy))
                continue
            known[mark] = made.program_id
            store_program(context.ledger, made)
            programs.append(made)
    return ParseRepliesResult(
        programs=tuple(programs),
        rejects=tuple(rejects),
        attempts=sum(call.n for call in calls),
    )


def _iter_replies(
    context: Context, call: AuthorCall, round_number: int
) -> Iterator[Program | ProgramReply]:
    """Yield each program of a call's answer; where a choice has none, the reply that says why."""
    answer = context.ledger.get(AuthorResult, call.call_id, call.compute_key())
    for reply in answer.replies if answer is not None else ():
        if answer is None or reply.program is None:
            yield reply
            continue
        yield Program(
            **reply.program.model_dump(),
            origin=Origin.DEOPTIMIZER if call.patterns else Origin.AUTHOR,
            round=round_number,
            parent_ids=tuple(dict.fromkeys((call.second, call.first))),
            call_id=answer.call_id,
            model=answer.model,
        )


def _collect_fingerprints(context: Context, key: str) -> dict[str, str]:
    """Return the programs that were there before a batch, by fingerprint."""
    earlier = [
        *(p for prepared in context.prepared.values() for p in prepared.submissions),
        *(
            p
            for k, result in context.ledger.iter_results(ParseRepliesResult)
            if k < key
            for p in result.programs
        ),
    ]
    return {compute_fingerprint(it.code, it.language): it.program_id for it in earlier}


def _create_reject(
    context: Context, call: AuthorCall, index: int, round_number: int, reply: ProgramReply
) -> Reject:
    answer = require(context.ledger.get(AuthorResult, call.call_id, call.compute_key()))
    return Reject(
        record_id=compute_reject_id("parse_replies", call.call_id, str(index)),
        stage="parse_replies",
        reason=reply.reason or RejectReason.NO_CODE,
        detail=reply.detail,
        problem_id=call.problem_id,
        language=call.language,
        round=round_number,
        program_id=reply.program.program_id if reply.program is not None else "",
        code=reply.program.code if reply.program is not None else "",
        call_id=answer.call_id,
        model=answer.model,
    )

"""The node `parse_replies`: new programs, read out of the replies; copies are refused."""

from collections.abc import Iterator, Sequence

from langgraph.runtime import Runtime

from pieforge.agents.author import STRATEGY
from pieforge.agents.models.request import Completion
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import get_planned_calls
from pieforge.graphs.nodes.author import build_author_request
from pieforge.graphs.results import AuthorCall, ParseRepliesResult
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.records import Origin, Program, Reject, RejectReason, compute_reject_id
from pieforge.similarity import compute_fingerprint


async def parse_replies(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Read the replies; take out those without a program, and copies of known programs."""
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
    known = _collect_fingerprints(context, key)
    programs: list[Program] = []
    rejects: list[Reject] = []
    attempts = 0
    for call in calls:
        attempts += call.n
        for index, made in enumerate(_parse_call(context, call, round_number)):
            if isinstance(made, Program):
                text = context.ledger.get_text(made.code)
                mark = compute_fingerprint(text, made.language)
                if mark not in known:
                    known[mark] = made.program_id
                    programs.append(made)
                    continue
                made = _create_reject(
                    call,
                    index,
                    round_number,
                    RejectReason.DUPLICATE,
                    f"of {known[mark]}",
                    code=text,
                )
            rejects.append(made)
    return ParseRepliesResult(programs=tuple(programs), rejects=tuple(rejects), attempts=attempts)


def _parse_call(
    context: Context, call: AuthorCall, round_number: int
) -> Iterator[Program | Reject]:
    task, request = build_author_request(context, call)
    completion = context.ledger.get(Completion, request.compute_key())
    if completion is None:
        return
    for index, reply in enumerate(context.author.parse_replies(task, completion)):
        read = context.register_reply(call.problem_id, call.language, reply)
        if read.program_id is None:
            yield _create_reject(
                call, index, round_number, read.reason or RejectReason.NO_CODE, read.detail
            )
        else:
            yield Program(
                program_id=read.program_id,
                problem_id=call.problem_id,
                language=call.language,
                code=context.executor.get_source(read.program_id).code,
                origin=Origin.AUTHOR,
                round=round_number,
                parent_ids=(call.second, call.first),
                strategy=STRATEGY,
                prompt_sha=request.compute_key(),
                model=completion.model,
                usage=completion.usage,
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
    return {
        compute_fingerprint(
            context.ledger.get_text(program.code), program.language
        ): program.program_id
        for program in earlier
    }


def _create_reject(
    call: AuthorCall,
    index: int,
    round_number: int,
    reason: RejectReason,
    detail: str,
    *,
    code: str = "",
) -> Reject:
    return Reject(
        record_id=compute_reject_id("parse_replies", call.call_id, str(index)),
        stage="parse_replies",
        reason=reason,
        detail=detail,
        problem_id=call.problem_id,
        language=call.language,
        round=round_number,
        code=code,
    )

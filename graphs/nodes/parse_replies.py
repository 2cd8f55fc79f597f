"""What the author is asked, and what is left of its replies."""

from collections.abc import Iterator, Sequence

from langgraph.runtime import Runtime

from pieforge.agents.author import STRATEGY
from pieforge.agents.models.request import Completion
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import planned_calls
from pieforge.graphs.nodes.author import author_request
from pieforge.graphs.results import Call, Sifted
from pieforge.graphs.state import BatchState, batch_key
from pieforge.records import Origin, Program, Reason, Reject, reject_id
from pieforge.similarity import fingerprint


async def sift(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Read the replies; take out those without a program, and copies of known programs."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    calls = planned_calls(context, state["round"], state["batch"])
    result = sifted(context, calls, state["round"], key)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "sift", "programs": len(result.programs)})
    return {"programs": [program.program_id for program in result.programs]}


def sifted(context: Context, calls: Sequence[Call], round_number: int, key: str) -> Sifted:
    """Read the answers to a batch's calls, in the plan's order.

    Args:
        context: The run's dependencies.
        calls: The batch's calls; those without an answer in the ledger are open, and passed over.
        round_number: The batch's round.
        key: The batch's subject in the ledger: programs of earlier batches are known.
    """
    known = _fingerprints(context, key)
    programs: list[Program] = []
    rejects: list[Reject] = []
    attempts = 0
    for call in calls:
        attempts += call.n
        for index, made in enumerate(_read(context, call, round_number)):
            if isinstance(made, Program):
                text = context.ledger.text(made.code)
                mark = fingerprint(text, made.language)
                if mark not in known:
                    known[mark] = made.program_id
                    programs.append(made)
                    continue
                made = _refusal(
                    call, index, round_number, Reason.DUPLICATE, f"of {known[mark]}", code=text
                )
            rejects.append(made)
    return Sifted(programs=tuple(programs), rejects=tuple(rejects), attempts=attempts)


def _read(context: Context, call: Call, round_number: int) -> Iterator[Program | Reject]:
    task, request = author_request(context, call)
    completion = context.ledger.get(Completion, request.key())
    if completion is None:
        return
    for index, reply in enumerate(context.author.replies(task, completion)):
        read = context.read(call.problem_id, call.language, reply)
        if read.program_id is None:
            yield _refusal(call, index, round_number, read.reason or Reason.NO_CODE, read.detail)
        else:
            yield Program(
                program_id=read.program_id,
                problem_id=call.problem_id,
                language=call.language,
                code=context.workshop.source(read.program_id).code,
                origin=Origin.AUTHOR,
                round=round_number,
                parent_ids=(call.second, call.first),
                strategy=STRATEGY,
                prompt_sha=request.key(),
                model=completion.model,
                usage=completion.usage,
            )


def _fingerprints(context: Context, key: str) -> dict[str, str]:
    """Return the programs that were there before a batch, by fingerprint."""
    earlier = [
        *(p for prepared in context.prepared.values() for p in prepared.submissions),
        *(p for k, result in context.ledger.rows(Sifted) if k < key for p in result.programs),
    ]
    return {
        fingerprint(context.ledger.text(program.code), program.language): program.program_id
        for program in earlier
    }


def _refusal(
    call: Call, index: int, round_number: int, reason: Reason, detail: str, *, code: str = ""
) -> Reject:
    return Reject(
        record_id=reject_id("author", call.call_id, str(index)),
        stage="author",
        reason=reason,
        detail=detail,
        problem_id=call.problem_id,
        language=call.language,
        round=round_number,
        code=code,
    )

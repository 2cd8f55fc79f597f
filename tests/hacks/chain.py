"""A pair of programs on the loop's own way: why it is refused there, if it is."""

from loop import create_slow, play_candidate
from scripted_server import Serve

from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult
from pieforge.records import RejectReason, digest


async def refusal(
    context: Context, serve: Serve, problem: str, language: str, slow: str, fast: str
) -> tuple[RejectReason | None, str]:
    """Send a pair through the candidate's graph; return why it was refused, if it was."""
    program = create_slow(problem, language, slow)
    name = digest(slow, fast)[:16]
    result = await play_candidate(context, serve, program, [fast], name=name)
    assert isinstance(result, CandidateResult), result
    if result.fit_scaling is not None:
        return None, ""
    vet, asked = result.vet, result.optimize
    said = [] if vet is None else [(vet.reason, vet.detail)]
    said += [(reply.reason, reply.detail) for reply in (asked.replies if asked else ())]
    said += [(one.reason, one.detail) for judged in result.judgments.values() for one in judged]
    [why] = [(reason, detail) for reason, detail in said if reason is not None]
    return why

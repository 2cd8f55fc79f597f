"""Send a pair of programs through the loop's candidate graph."""

from loop import create_slow, play_candidate
from scripted_server import Serve

from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult
from pieforge.records import RejectReason, digest


async def refusal(
    context: Context, serve: Serve, problem: str, language: str, slow: str, fast: str
) -> tuple[RejectReason | None, str]:
    """Send a pair through the candidate graph; return its reject reason and detail, if any."""
    program = create_slow(problem, language, slow)
    name = digest(slow, fast)[:16]
    result = await play_candidate(context, serve, program, [fast], name=name)
    assert isinstance(result, CandidateResult), result
    if result.fit_scaling is not None:
        return None, ""
    vet, asked = result.vet, result.optimize
    outcomes = [] if vet is None else [(vet.reason, vet.detail)]
    outcomes += [(reply.reason, reply.detail) for reply in (asked.replies if asked else ())]
    outcomes += [(one.reason, one.detail) for judged in result.judgments.values() for one in judged]
    [why] = [(reason, detail) for reason, detail in outcomes if reason is not None]
    return why

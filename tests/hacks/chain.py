"""The loop's own way from a slow program and one candidate to a kept pair, or to a refusal."""

from typing import Any

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.graphs.context import Context
from pieforge.graphs.nodes import check_outputs, measure, sanitize, vet
from pieforge.graphs.results import CheckOutputsResult, MeasureResult, SanitizeResult, VetResult
from pieforge.records import RejectReason

_NODES = {
    "check_outputs": check_outputs.check_outputs,
    "measure": measure.measure,
    "sanitize": sanitize.sanitize,
}


async def refusal(
    context: Context, problem: str, language: str, slow: str, fast: str
) -> tuple[RejectReason | None, str]:
    """Send a pair through the nodes of the candidate's graph; return why it was refused, if it was.

    The optimizer alone is left out: the fast program is what it would have answered.
    """
    member = context.executor.register(problem, language, slow)
    name = context.executor.register(problem, language, fast)
    runtime = Runtime(context=context, stream_writer=lambda event: None)
    state: dict[str, Any] = {"round": 1, "member": member, "candidates": [name]}
    told = await vet.vet(state, runtime)
    node = "check_outputs" if told.goto == "optimize" else END
    while node != END:
        told = await _NODES[node](state, runtime)
        node = END
        if isinstance(told, Command):
            state |= told.update or {}
            node = str(told.goto)
    assert not state.get("open"), state["open"]
    return _why(context, member, name)


def _why(context: Context, member: str, name: str) -> tuple[RejectReason | None, str]:
    vetted = context.ledger.get(VetResult, member)
    if vetted is not None and vetted.reason is not None:
        return vetted.reason, vetted.detail
    for kind in (CheckOutputsResult, MeasureResult, SanitizeResult):
        result = context.ledger.get(kind, member)
        for judged in result.candidates if result is not None else ():
            if judged.program_id == name and judged.reason is not None:
                return judged.reason, judged.detail
    sanitized = context.ledger.get(SanitizeResult, member)
    assert sanitized is not None
    assert sanitized.passed == name
    return None, ""

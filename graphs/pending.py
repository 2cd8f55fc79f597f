"""Failures that are not the sample's become values: it stays open, its siblings go on."""

from collections.abc import Awaitable
from typing import TypeVar

from langgraph.runtime import Runtime

from pieforge.errors import NOT_THE_SAMPLES
from pieforge.graphs.context import Context
from pieforge.records import Pending

Result = TypeVar("Result")


async def catch_failure(
    work: Awaitable[Result], subject: str, runtime: Runtime[Context]
) -> Result | Pending:
    """Return what a node's work gives, or a failure that is not the sample's as a value.

    Nothing is recorded about the sample, and a resumed run takes it up again. LangGraph would
    cancel the siblings of a branch that raises.

    Args:
        work: A node, called.
        subject: What the node works on.
        runtime: Receives the failure as an event.
    """
    try:
        return await work
    except NOT_THE_SAMPLES as error:
        runtime.stream_writer({"stage": "open", "why": str(error)})
        return Pending(subject=subject, cause=error.what)

"""Where the infrastructure's failures stop: the subject stays open, its siblings go on."""

import functools
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from langgraph.graph import END
from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.errors import InfrastructureError
from pieforge.graphs.context import Context

Node = TypeVar("Node", bound=Callable[..., Awaitable[Any]])


def leave_pending(subject: str) -> Callable[[Node], Node]:
    """Make a node's passing failures leave its subject open.

    The failure of the infrastructure is never the sample's: nothing is recorded about the
    sample, and a resumed run takes it up again. LangGraph would cancel the siblings of a
    branch that raises.

    Args:
        subject: Key of the state that names what the node works on.
    """

    def decorate(node: Node) -> Node:
        @functools.wraps(node)
        async def guarded(state: Any, runtime: Runtime[Context]) -> Any:  # noqa: ANN401
            try:
                return await node(state, runtime)
            except InfrastructureError as error:
                runtime.stream_writer({"stage": "open", "why": str(error)})
                return Command(update={"open": [f"{state[subject]}: {error.what}"]}, goto=END)

        return guarded  # type: ignore[return-value]

    return decorate

"""The declaration of a model backend."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2


@dataclass(frozen=True)
class Backend:
    """A way to reach a model that supports OpenAI's chat completions API."""

    transport: Callable[[], httpx2.AsyncBaseTransport] | None = None
    """Creates the transport of an engine that runs in this process; None for the network."""
    engine: str = ""
    """Name and version of that engine, which replaces the URL in a request's key."""
    model: str = ""
    """Default name of the model; empty if the user has to give one."""

    @property
    def in_process(self) -> bool:
        """Whether the engine runs in this process, so that it needs neither address nor key."""
        return self.transport is not None

"""What a backend declares."""

from collections.abc import Callable
from dataclasses import dataclass

import httpx2


@dataclass(frozen=True)
class Backend:
    """A way to reach a model that speaks OpenAI's chat completions."""

    transport: Callable[[], httpx2.AsyncBaseTransport] | None = None
    """Makes the transport of an engine that runs in this process; none for the network."""
    engine: str = ""
    """Name and version of that engine: it is part of a request's key in place of a URL."""
    model: str = ""
    """The model's name where the user gives none; empty where one must be given."""

    @property
    def in_process(self) -> bool:
        """Whether no address and no key are needed."""
        return self.transport is not None

"""Where an answer comes from: another run's ledger, one that runs share, or the endpoint."""

from typing import ClassVar

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.errors import UserInputError
from pieforge.ledger import Ledger, LedgerReader
from pieforge.records import Record


class BegunRun(Record):
    """A run that used a shared ledger; the subject is its seed and its night."""

    KIND: ClassVar[str] = "begun_run"

    name: str
    """Name of its folder."""


def claim_night(shared: Ledger, seed: int, name: str) -> int:
    """Return the number of a new run among those with one seed, and take it."""
    begun = [subject for subject, _ in shared.iter_results(BegunRun)]
    night = sum(subject.startswith(f"{seed}/") for subject in begun) + 1
    shared.put(BegunRun(name=name), f"{seed}/{night:06}")
    return night


def find_shared_answer(shared: Ledger | None, request: ModelRequest) -> Completion | None:
    """Return an answer that another run has paid for."""
    found = shared.get(Completion, request.compute_key()) if shared is not None else None
    return found.model_copy(update={"usd": 0.0, "is_shared": True}) if found else None


async def fetch_answer(
    model: ChatModel, request: ModelRequest, replay: LedgerReader | None
) -> Completion:
    """Return the answer to a request that this run has not asked before.

    Args:
        model: The model that is asked.
        request: The request.
        replay: The ledger of a run whose answers are taken instead; nothing is sent then.

    Raises:
        UserInputError: The replayed run has no answer to this request.
        ConfigError, EndpointError: See `ChatModel.complete`.
    """
    if replay is None:
        return await model.complete(request)
    known = replay.get(Completion, request.compute_key())
    if known is None:
        prompt = " ".join(request.messages[-1].content.split())
        raise UserInputError(
            f"the replayed run has no answer to the request {request.compute_key()}: "
            f"{prompt[:60]} ... {prompt[-60:]}",
            where=f"{request.endpoint}, model {request.model}, seed {request.seed}",
            fix="replay with the pieforge version that made the run, or run without --replay",
        )
    return known

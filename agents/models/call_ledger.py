"""Where an answer comes from: the ledger of another run for a replay, or the endpoint."""

from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.request import Completion, ModelRequest
from pieforge.errors import UserInputError
from pieforge.ledger import LedgerReader


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

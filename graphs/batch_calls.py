"""Model calls that wait for a batch endpoint: collected over a round, sent, answered later."""

import asyncio
import logging
from collections.abc import Iterator
from time import monotonic
from typing import ClassVar

from pieforge.agents.models.batch import MOST, collect_batch, submit_batch
from pieforge.agents.models.endpoint import Endpoint
from pieforge.agents.models.request import AskedCall
from pieforge.graphs.context import Context
from pieforge.records import Record

_FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0
_logger = logging.getLogger(__name__)


class SubmittedBatch(Record):
    """A batch that was sent; the subject is its id."""

    KIND: ClassVar[str] = "submitted_batch"

    endpoint: str
    model: str
    keys: tuple[str, ...]
    """Of its requests."""
    is_ended: bool = False
    """Whether its answers are in the ledger."""


async def collect_batches(context: Context) -> bool:
    """Put the answers of batches that have ended into the ledger; return whether there were any.

    Raises:
        ConfigError, EndpointError: An endpoint refuses every request, or does not answer.
    """
    refusal: Exception | None = None
    has_ended = False
    for batch_id, batch in list(_iter_open(context)):
        endpoint = _find_endpoint(context, batch)
        if endpoint is None:
            continue  # the configuration names another one now, which is asked instead
        asked = {key: context.ledger.get(AskedCall, key) for key in batch.keys}
        requests = {key: it.request for key, it in asked.items() if it is not None}
        found = await collect_batch(endpoint, batch_id, requests)
        if found is None:
            continue
        for key, completion in found.answers.items():
            context.ledger.put(completion, key)
            context.share(key, completion)
        context.ledger.put(batch.model_copy(update={"is_ended": True}), batch_id)
        data = {"batch": batch_id, "answers": len(found.answers), "requests": len(batch.keys)}
        _logger.info("batch collected", extra={"data": data})
        refusal, has_ended = refusal or found.refusal, True
    if refusal is not None:
        raise refusal
    return has_ended


async def submit_awaited(context: Context) -> bool:
    """Send the calls that wait and are in no batch yet; wait as long as the configuration says.

    Returns:
        Whether answers came, so that the run can go on.

    Raises:
        ConfigError, EndpointError: See `collect_batches`.
    """
    if not context.awaited:
        return False
    sent = {key for _, batch in _iter_open(context) for key in batch.keys}
    waits: dict[Endpoint, list[str]] = {}
    for key, endpoint in sorted(context.awaited.items(), key=lambda it: it[0]):
        waits.setdefault(endpoint, []).extend([key] if key not in sent else [])
    for endpoint, keys in waits.items():
        for at in range(0, len(keys), MOST):
            part = tuple(keys[at : at + MOST])
            asked = {key: context.ledger.get(AskedCall, key) for key in part}
            requests = {key: it.request for key, it in asked.items() if it is not None}
            batch_id = await submit_batch(endpoint, requests)
            batch = SubmittedBatch(endpoint=endpoint.url, model=endpoint.model, keys=part)
            context.ledger.put(batch, batch_id)
            _logger.info("batch sent", extra={"data": {"batch": batch_id, "requests": len(part)}})
    until = monotonic() + max(endpoint.settings.batch_wait_s for endpoint in waits)
    pause_s = _FIRST_PAUSE_S
    while monotonic() < until:
        if await collect_batches(context):
            return True
        await asyncio.sleep(min(pause_s, max(0.0, until - monotonic())))
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
    return False


def _iter_open(context: Context) -> Iterator[tuple[str, SubmittedBatch]]:
    for batch_id, batch in context.ledger.iter_results(SubmittedBatch):
        if not batch.is_ended:
            yield batch_id, batch


def _find_endpoint(context: Context, batch: SubmittedBatch) -> Endpoint | None:
    agents = (it for it in (context.author, context.optimizer, context.tester) if it is not None)
    endpoints = (endpoint for agent in agents for endpoint in agent.model.endpoints)
    wanted = (batch.endpoint, batch.model)
    return next((it for it in endpoints if (it.url, it.model) == wanted), None)

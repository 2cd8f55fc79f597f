"""A batch endpoint, as OpenAI's: a file of requests is uploaded, and files of answers come back."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import openai
from openai.types import Batch

from pieforge.agents.models.answers import parse_answer
from pieforge.agents.models.endpoint import Endpoint
from pieforge.agents.models.failures import (
    CallFailure,
    FailureKind,
    classify_answer,
    classify_error,
)
from pieforge.agents.models.request import Completion, ModelRequest, PromptRefusal
from pieforge.errors import ConfigError
from pieforge.records import TokenUsage, digest

MOST = 500
"""Requests of one batch; the file of their answers has to stay below the limit of a body."""
_RETRIES = 5
_DEAD = frozenset({"failed", "expired", "cancelled", "cancelling"})
_ENDED = _DEAD - {"cancelling"} | {"completed"}
_REFUSALS = frozenset({FailureKind.TOO_LONG, FailureKind.FILTERED})


@dataclass
class CollectedBatch:
    """What a batch that has ended gave.

    Attributes:
        answers: By key; those that are missing have to be sent again.
        refusal: Why the endpoint refuses every request, if it does.
    """

    answers: dict[str, Completion] = field(default_factory=dict)
    refusal: Exception | None = None


async def submit_batch(endpoint: Endpoint, requests: Mapping[str, ModelRequest]) -> str:
    """Send requests by their keys, and return the batch's id.

    One that a killed command sent before it could write down the id is found by its metadata.

    Raises:
        ConfigError, EndpointError: The endpoint refuses it, or does not answer.
    """
    client, mark = endpoint.client.with_options(max_retries=_RETRIES), digest(*sorted(requests))
    try:
        known = await _list_batches(client)
        for batch in known:
            if (batch.metadata or {}).get("pieforge") == mark and batch.status not in _DEAD:
                return batch.id
        lines = "".join(
            json.dumps(
                {
                    "custom_id": key,
                    "method": "POST",
                    "url": "/v1/chat/completions",
                    "body": {
                        "model": request.model,
                        **endpoint.build_body(request, request.n, request.seed, stream=False),
                    },
                }
            )
            + "\n"
            for key, request in requests.items()
        )
        file = await client.files.create(
            file=(f"{mark[:16]}.jsonl", lines.encode()), purpose="batch"
        )
        batch = await client.batches.create(
            input_file_id=file.id,
            endpoint="/v1/chat/completions",
            completion_window="24h",
            metadata={"pieforge": mark},
        )
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise endpoint.explain(classify_error(error)) from error
    return batch.id


async def _list_batches(client: openai.AsyncOpenAI) -> list[Batch]:
    try:
        return (await client.batches.list(limit=100)).data
    except openai.APIStatusError as error:
        if error.status_code in {404, 405, 501}:
            return []  # a server that cannot list them
        raise


async def collect_batch(
    endpoint: Endpoint, batch_id: str, requests: Mapping[str, ModelRequest]
) -> CollectedBatch | None:
    """Return what a batch gave; None if it has not ended.

    Raises:
        ConfigError, EndpointError: The endpoint does not know it, or does not answer.
    """
    client = endpoint.client.with_options(max_retries=_RETRIES)
    collected = CollectedBatch()
    try:
        batch = await client.batches.retrieve(batch_id)
        if batch.status not in _ENDED:
            return None
        for name in (batch.output_file_id, batch.error_file_id):
            if name:
                content = (await client.files.content(name)).content
                for key, row in _iter_rows(content):
                    if key in requests:
                        _read_row(endpoint, key, requests[key], row, collected)
    except (openai.OpenAIError, httpx2.HTTPError) as error:
        raise endpoint.explain(classify_error(error)) from error
    if batch.status == "failed":
        reasons = [it.message or "" for it in (batch.errors.data or [])] if batch.errors else []
        collected.refusal = ConfigError(
            f"the endpoint refused the batch {batch_id}: {'; '.join(reasons)[:300]}",
            where=str(endpoint.address),
            fix="correct what it names; the requests are sent again by the next --resume",
        )
    return collected


def _iter_rows(content: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in content.splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue  # what is missing is sent again
        if isinstance(row, dict) and isinstance(row.get("custom_id"), str):
            yield row["custom_id"], row


def _read_row(
    endpoint: Endpoint,
    key: str,
    request: ModelRequest,
    row: Mapping[str, Any],
    collected: CollectedBatch,
) -> None:
    """Add the answer of one row; a failure that may pass adds nothing."""
    response = row.get("response") or {}
    status, body = response.get("status_code", 500), response.get("body") or {}
    try:
        if status >= 400 or row.get("error"):
            raise classify_answer(body.get("error") or row.get("error") or {}, status)
        answer = parse_answer(json.dumps(body).encode())
        completion = Completion(
            choices=answer.choices[: request.n],
            usage=answer.usage,
            model=answer.model or request.model,
        )
    except CallFailure as failure:
        if failure.is_transient or failure.kind is FailureKind.QUOTA:
            return
        if failure.kind not in _REFUSALS:
            collected.refusal = endpoint.explain(failure)
            return
        too_long = failure.kind is FailureKind.TOO_LONG
        completion = Completion(
            choices=(),
            usage=TokenUsage(),
            model=request.model,
            refusal=PromptRefusal(message=str(failure), too_long=too_long),
        )
    collected.answers[key] = endpoint.add_price(request, completion, 0.0)

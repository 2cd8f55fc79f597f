"""The engine as a small OpenAI-compatible server, without a socket.

It supports `POST .../chat/completions` with `model`, `messages`, `n`, `seed`, `temperature` and
`max_tokens`; it does not stream, whether it is asked to or not. For usage and `max_tokens`, a token
is a word (letters, digits, underscores) or any other single character that is not a blank.
"""

import asyncio
import json
import re
from itertools import islice

import httpx2
from pydantic import BaseModel, Field, ValidationError

from pieforge.agents.embedded import MODEL
from pieforge.agents.embedded.answering import answer_prompt
from pieforge.records import digest

_TOKEN = re.compile(r"\w+|[^\w\s]")


class _PromptMessage(BaseModel):
    role: str
    content: str


class _RequestBody(BaseModel):
    """The fields that the engine reads; it ignores others, as most servers do."""

    model: str
    messages: list[_PromptMessage] = Field(min_length=1)
    n: int = Field(default=1, ge=1, le=128)
    seed: int = 0
    temperature: float = Field(default=1.0, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)


class EmbeddedTransport(httpx2.AsyncBaseTransport):
    """Passes the client's requests to the engine in this process."""

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one HTTP request."""
        body = await request.aread()
        # In a thread, because an answer can take seconds of CPU time.
        status, answer = await asyncio.to_thread(respond, request.method, request.url.path, body)
        return httpx2.Response(
            status, headers={"content-type": "application/json"}, content=answer, request=request
        )


def respond(method: str, path: str, body: bytes) -> tuple[int, bytes]:
    """Return the status and the JSON body of the response to one HTTP request."""
    if method != "POST" or not path.endswith("/chat/completions"):
        return _format_error(404, f"nothing is served at {method} {path}", "not_found")
    try:
        asked = _RequestBody.model_validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "body"
        return _format_error(400, f"{place}: {first['msg']}", "invalid_value")
    if asked.model != MODEL:
        what = f"the model {asked.model!r} does not exist; there is {MODEL!r}"
        return _format_error(404, what, "model_not_found")
    return 200, _encode(_complete(asked))


def _complete(asked: _RequestBody) -> dict[str, object]:
    prompt = "\n\n".join(message.content for message in asked.messages)
    texts = answer_prompt(prompt, n=asked.n, seed=asked.seed, temperature=asked.temperature)
    choices: list[dict[str, object]] = []
    completion_tokens = 0
    for index, whole in enumerate(texts):
        text, tokens, finish_reason = _truncate(whole, asked.max_tokens)
        completion_tokens += tokens
        message = {"role": "assistant", "content": text}
        ended = {"finish_reason": finish_reason, "logprobs": None}
        choices.append({"index": index, "message": message, **ended})
    prompt_tokens = sum(1 for _ in _TOKEN.finditer(prompt))
    return {
        # No random id and no time: equal requests get equal bytes.
        "id": "chatcmpl-" + digest(prompt, str(asked.seed), str(asked.n))[:24],
        "object": "chat.completion",
        "created": 0,
        "model": MODEL,
        "choices": choices,
        "usage": {
            "prompt_tokens": prompt_tokens,
            "completion_tokens": completion_tokens,
            "total_tokens": prompt_tokens + completion_tokens,
        },
    }


def _truncate(text: str, max_tokens: int | None) -> tuple[str, int, str]:
    """Return the text up to the limit, its number of tokens, and the finish reason."""
    limit = None if max_tokens is None else max_tokens + 1
    ends = [token.end() for token in islice(_TOKEN.finditer(text), limit)]
    if max_tokens is None or len(ends) <= max_tokens:
        return text, len(ends), "stop"
    return text[: ends[max_tokens - 1]], max_tokens, "length"


def _format_error(status: int, message: str, code: str) -> tuple[int, bytes]:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return status, _encode({"error": error})


def _encode(answer: dict[str, object]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()

"""Read a server's answer, streamed or not: what matters is taken, everything else is ignored."""

import json
import math
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from pieforge.agents.models.failures import CallFailure, FailureKind, classify_answer
from pieforge.agents.models.request import ModelAnswer
from pieforge.logs import redact
from pieforge.records import TokenUsage


@dataclass
class _Choice:
    content: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    finish_reason: str = ""


@dataclass
class ReceivedAnswer:
    """The content of one response."""

    choices: tuple[ModelAnswer, ...]
    usage: TokenUsage
    model: str
    logprobs: tuple[float, ...] = ()
    """Of the first choice's tokens, where they were asked for and came."""


async def read_answer(parts: AsyncIterator[bytes]) -> ReceivedAnswer:
    """Read the body of a response: server-sent events, or one JSON object.

    Raises:
        CallFailure: It is no chat completion, holds an error instead, or ends before its end.
    """
    reader = _Reader()
    rest = bytearray()  # grows in place: a line may arrive in very many parts
    async for part in parts:
        rest += part
        if b"\n" in part:
            *lines, last = bytes(rest).split(b"\n")
            rest = bytearray(last)
            for line in lines:
                reader.read_line(line)
    reader.read_line(bytes(rest))
    return reader.finish()


def parse_answer(body: bytes) -> ReceivedAnswer:
    """Read a whole chat completion.

    Raises:
        CallFailure: It is none.
    """
    reader = _Reader()
    reader.read_line(body)
    return reader.finish()


class _Reader:
    """Collects the choices of one response."""

    def __init__(self) -> None:
        self._has_events = False
        self._ended = False
        self._plain: list[bytes] = []
        self._choices: dict[int, _Choice] = {}
        self._usage = TokenUsage()
        self._model = ""

    def read_line(self, line: bytes) -> None:
        """Take one line of the body into account."""
        if not line.startswith(b"data:"):
            if not line.startswith((b":", b"event:", b"id:", b"retry:")):
                self._plain.append(line)
            return
        self._has_events = True
        data = line.removeprefix(b"data:").strip()
        if data == b"[DONE]":
            self._ended = True
        elif data:
            self.read_object(_parse(data))

    def read_object(self, value: dict[str, Any]) -> None:
        """Add a whole completion, or one chunk of it."""
        if error := value.get("error"):
            raise classify_answer(error if isinstance(error, dict) else {"message": error}, 200)
        self._model = redact(_read_word(value.get("model"))) or self._model
        if isinstance(usage := value.get("usage"), dict):
            self._usage = TokenUsage(
                prompt_tokens=_read_count(usage.get("prompt_tokens")),
                completion_tokens=_read_count(usage.get("completion_tokens")),
            )
        choices = value.get("choices")
        for position, raw in enumerate(choices if isinstance(choices, list) else ()):
            if not isinstance(raw, dict):
                continue
            index = raw.get("index")
            place = index if isinstance(index, int) else position
            message = raw.get("message") or raw.get("delta")
            if isinstance(message, dict):
                choice = self._choices.setdefault(place, _Choice())
                choice.content.append(_read_text(message.get("content")))
                thought = message.get("reasoning_content") or message.get("reasoning")
                choice.reasoning.append(_read_text(thought))
                choice.logprobs += _read_logprobs(raw.get("logprobs"))
            if place in self._choices and (reason := _read_word(raw.get("finish_reason"))):
                self._choices[place].finish_reason = reason

    def finish(self) -> ReceivedAnswer:
        """Return the answer at the end of the body."""
        if not self._has_events:
            self.read_object(_parse(b"\n".join(self._plain)))
            self._ended = True
        if not self._choices:
            raise _create_failure("it has no choices")
        if not self._ended and not all(it.finish_reason for it in self._choices.values()):
            raise CallFailure(FailureKind.DOWN, "no connection: the answer ended too early")
        choices = tuple(_join(self._choices[index]) for index in sorted(self._choices))
        first = self._choices[min(self._choices)]
        return ReceivedAnswer(choices, self._usage, self._model, tuple(first.logprobs))


def _join(choice: _Choice) -> ModelAnswer:
    text, reason = "".join(choice.content), choice.finish_reason or "stop"
    if not text.strip() and reason == "stop":
        # A server that takes a model's whole answer for reasoning.
        text = "".join(choice.reasoning)
    # JSON can escape half of a surrogate pair, which UTF-8 cannot encode. Two chunks may hold one
    # half each, so that encoding is left to the end.
    raw = text.encode("utf-16", errors="surrogatepass")
    # Answers are kept in the ledger, and a proxy may quote the key in one.
    text = redact(raw.decode("utf-16", errors="replace"))
    return ModelAnswer(text=text, finish_reason=reason)


def _parse(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise _create_failure(data.decode(errors="replace"))
    return value


def _create_failure(text: str) -> CallFailure:
    beginning = " ".join(text.split())[:200]
    what = f"the model endpoint's answer is not a chat completion: {beginning!r}"
    return CallFailure(FailureKind.DOWN, what, status=200)


def _read_text(content: object) -> str:
    """Return a message's text: a string, or the texts of its parts."""
    if isinstance(content, str):
        return content
    if isinstance(content, dict):
        return _read_text(content.get("text"))
    parts: Iterable[object] = content if isinstance(content, list) else ()
    return "".join(map(_read_text, parts))


def _read_logprobs(value: object) -> list[float]:
    content = value.get("content") if isinstance(value, dict) else None
    found = [
        item.get("logprob")
        for item in (content if isinstance(content, list) else ())
        if isinstance(item, dict)
    ]
    return [float(it) for it in found if isinstance(it, int | float)]


def _read_word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read_count(value: object) -> int:
    if isinstance(value, int | float) and math.isfinite(value) and value > 0:
        return round(value)
    return 0

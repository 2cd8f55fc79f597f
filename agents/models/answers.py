"""Read a server's answer, streamed or not: what matters is taken, everything else is ignored."""

import json
import math
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

from pieforge.agents.models.failures import CallFailure, FailureKind, classify_answer
from pieforge.agents.models.request import ModelAnswer
from pieforge.records import TokenUsage


@dataclass
class _Choice:
    content: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    finish_reason: str = ""


@dataclass
class ReceivedAnswer:
    """The content of one response."""

    choices: tuple[ModelAnswer, ...]
    usage: TokenUsage
    model: str


async def read_answer(lines: AsyncIterator[str]) -> ReceivedAnswer:
    """Read the lines of a response: server-sent events, or one JSON object.

    Raises:
        CallFailure: It is no chat completion, holds an error instead, or ends before its end.
    """
    reader, plain = _Reader(), []
    async for line in lines:
        if line.startswith("data:"):
            reader.read_event(line.removeprefix("data:").strip())
        elif not line.startswith((":", "event:", "id:", "retry:")):
            plain.append(line)
    if not reader.has_events:
        reader.read_object(_parse("\n".join(plain)))
        reader.ended = True
    return reader.finish()


class _Reader:
    """Collects the choices of one response."""

    def __init__(self) -> None:
        self.has_events = False
        self.ended = False
        self._choices: dict[int, _Choice] = {}
        self._usage = TokenUsage()
        self._model = ""

    def read_event(self, data: str) -> None:
        self.has_events = True
        if data == "[DONE]":
            self.ended = True
        elif data:
            self.read_object(_parse(data))

    def read_object(self, value: dict[str, Any]) -> None:
        """Add a whole completion, or one chunk of it."""
        if error := value.get("error"):
            raise classify_answer(error if isinstance(error, dict) else {"message": error}, 200)
        self._model = _read_word(value.get("model")) or self._model
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
            if place in self._choices and (reason := _read_word(raw.get("finish_reason"))):
                self._choices[place].finish_reason = reason

    def finish(self) -> ReceivedAnswer:
        if not self._choices:
            raise _create_failure("it has no choices")
        if not self.ended and not all(it.finish_reason for it in self._choices.values()):
            raise CallFailure(FailureKind.DOWN, "no connection: the answer ended too early")
        choices = tuple(_join(self._choices[index]) for index in sorted(self._choices))
        return ReceivedAnswer(choices, self._usage, self._model)


def _join(choice: _Choice) -> ModelAnswer:
    text, reason = "".join(choice.content), choice.finish_reason or "stop"
    if not text.strip() and reason == "stop":
        # A server that takes a model's whole answer for reasoning.
        text = "".join(choice.reasoning)
    # JSON can escape half of a surrogate pair, which UTF-8 cannot encode. Two chunks may hold one
    # half each, so that encoding is left to the end.
    raw = text.encode("utf-16", errors="surrogatepass")
    return ModelAnswer(text=raw.decode("utf-16", errors="replace"), finish_reason=reason)


def _parse(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _create_failure(text) from error
    if not isinstance(value, dict):
        raise _create_failure(text)
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


def _read_word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _read_count(value: object) -> int:
    if isinstance(value, int | float) and math.isfinite(value) and value > 0:
        return round(value)
    return 0

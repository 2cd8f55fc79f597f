"""Classify what can go wrong with a model call: what to retry, what to wait for, what to say."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from typing import Any

import httpx2
import openai

from pieforge.errors import ConfigError, EndpointError, PieforgeError
from pieforge.logs import redact


class FailureKind(Enum):
    """What a failed call says about the next one."""

    DOWN = auto()
    """Lost connection, time limit, 408, 409, 5xx, broken answer: another try may succeed."""
    BUSY = auto()
    """Too many calls (429): another try will succeed, later."""
    TLS = auto()
    """No encrypted connection: the certificate is refused, or the server has none."""
    QUOTA = auto()
    """The account has no credit left, or no quota: no call will succeed for now."""
    TOO_LONG = auto()
    """The prompt, with the answer, exceeds the model's context or the server's size limit."""
    FILTERED = auto()
    """A content filter refuses the prompt."""
    PARAMETER = auto()
    """The server does not know one of the request's parameters."""
    REFUSED = auto()
    """Any other refusal: of this request, or of all."""


_NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNSUPPORTED_PROTOCOL"})
_TRANSIENT = frozenset({FailureKind.DOWN, FailureKind.BUSY})
_TRANSIENT_STATUS = frozenset({408, 409, 425})
_QUOTA = re.compile(
    r"insufficient_quota|insufficient[_ ](?:credits|balance|funds)|billing_hard_limit"
)
_TOO_LONG = re.compile(
    r"context[_ ](?:length|window|size)|maximum context|too (?:long|many (?:input )?tokens|large)"
    r"|exceed_context|string_above_max_length|exceeds? the (?:maximum|limit|available context)"
)
_FILTERED = re.compile(
    r"content[_ ](?:filter|policy|management)|responsible[_ ]?ai|moderation"
    r"|safety (?:system|filter)"
)
_PARAMETER = re.compile(
    r"\b(max_completion_tokens|max_tokens|stream_options|stream|temperature|top_p|seed)\b"
    r"|[`'\"](n)[`'\"]"  # in quotes: a letter is found in many sentences
)
_UNKNOWN_PARAMETER = re.compile(
    r"unsupported|not support|unrecognized|unknown|unexpected|not (?:permitted|allowed)|extra"
    r"|invalid (?:parameter|argument)|only the default"
)


@dataclass(frozen=True)
class EndpointAddress:
    """The endpoint and the model, for messages."""

    base_url: str
    model: str
    api_key_env: str

    def __str__(self) -> str:
        return f"base_url = {self.base_url}, model = {self.model}"


class CallFailure(Exception):  # noqa: N818  it is raised within this package only
    """One try of a model call failed.

    Args:
        kind: What that says about the next one.
        message: The server's words, or the reason why there are none.
        status: The HTTP status; 0 if there was no answer, or the failure was not its status.
        retry_after_s: Seconds that the server asks to wait.
        parameter: The refused parameter, for `PARAMETER`.
    """

    def __init__(
        self,
        kind: FailureKind,
        message: str,
        *,
        status: int = 0,
        retry_after_s: float | None = None,
        parameter: str = "",
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s
        self.parameter = parameter

    @property
    def is_transient(self) -> bool:
        """Whether another try may succeed."""
        return self.kind in _TRANSIENT


def classify_error(error: Exception) -> CallFailure:
    """Return an exception of the client as a failure."""
    if isinstance(error, openai.APIStatusError):
        body = error.body if isinstance(error.body, dict) else {}
        if not isinstance(body.get("message"), str):
            body = {**body, "message": " ".join(error.response.text.split()) or "(no message)"}
        wait_s = parse_retry_after_s(error.response.headers)
        return classify_answer(body, error.status_code, retry_after_s=wait_s)
    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
        return CallFailure(FailureKind.DOWN, "no answer within the time limit", status=408)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        cause = error.__cause__ or error
        if (refused := _find_tls_error(error)) is not None:
            return CallFailure(FailureKind.TLS, f"no TLS connection: {refused}")
        return CallFailure(FailureKind.DOWN, f"no connection: {type(cause).__name__}: {cause}")
    return CallFailure(FailureKind.REFUSED, f"the model client failed: {error}")


def _find_tls_error(error: BaseException | None) -> ssl.SSLError | None:
    """Return why no TLS connection can come about; None for a connection that was lost."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or (
            isinstance(error, ssl.SSLError) and error.reason in _NO_TLS
        ):
            return error
        error = error.__cause__ or error.__context__
    return None


def classify_answer(
    error: Mapping[str, Any], status: int, *, retry_after_s: float | None = None
) -> CallFailure:
    """Return an error object of a server as a failure.

    Args:
        error: The object; some servers send it with status 200, its own `code` then decides.
        status: The HTTP status.
        retry_after_s: Seconds that the server asks to wait.
    """
    code, message = error.get("code"), str(error.get("message") or "(no message)")
    if status == 200:
        status = int(str(code)) if str(code).isdecimal() else 500
    words = " ".join(str(error.get(key) or "") for key in ("code", "type", "message")).lower()
    # Servers quote keys, and this message is printed and kept in the ledger.
    message = redact(message)[:300]
    kind, parameter = FailureKind.REFUSED, ""
    if _QUOTA.search(words) or status == 402:
        kind = FailureKind.QUOTA
    elif status == 429:
        kind = FailureKind.BUSY
    elif status in _TRANSIENT_STATUS or status >= 500:
        kind = FailureKind.DOWN
    elif parameter := _find_parameter(error, words):
        kind = FailureKind.PARAMETER
    elif status == 413 or _TOO_LONG.search(words):
        kind = FailureKind.TOO_LONG
    elif _FILTERED.search(words):
        kind = FailureKind.FILTERED
    return CallFailure(
        kind, message, status=status, retry_after_s=retry_after_s, parameter=parameter
    )


def _find_parameter(error: Mapping[str, Any], words: str) -> str:
    """Return the parameter that a server says it does not take; empty if it names none."""
    if not _UNKNOWN_PARAMETER.search(words):
        return ""
    named = _PARAMETER.search(f"'{error.get('param')}' {words}")
    return (named[1] or named[2]) if named else ""


def explain_failure(failure: CallFailure, address: EndpointAddress, tries: int) -> PieforgeError:
    """Return the error for the user, with the failure, the endpoint and the fix."""
    kind: type[PieforgeError] = EndpointError
    what = f"the model endpoint answered {failure.status}: {failure}"
    if failure.kind is FailureKind.TLS:
        kind, what = ConfigError, str(failure)
        fix = (
            "write http:// if the server has no TLS; let the environment variable SSL_CERT_FILE "
            "name the file with your authority's certificate if it has"
        )
    elif failure.kind is FailureKind.QUOTA:
        fix = "add credit, or use another key or endpoint"
    elif failure.kind is FailureKind.BUSY or failure.status >= 500:
        what, fix = f"{what} (tried {tries} times)", "try again later, or lower model_calls"
    elif failure.status == 408:
        what = f"the model did not answer within the time limit (tried {tries} times)"
        fix = "raise timeout_s, lower n or max_tokens, or reduce the server's load"
    elif failure.kind is FailureKind.DOWN and not failure.status:
        what = f"no answer of the model endpoint, tried {tries} times ({failure})"
        fix = "start the server, or correct base_url (it usually ends in /v1)"
    elif failure.kind is FailureKind.DOWN:
        fix = "correct base_url: it must serve /chat/completions (it usually ends in /v1)"
        what = f"{failure} (tried {tries} times)"
    else:
        kind, fix = ConfigError, _advise(failure, address)
    return kind(what, where=str(address), fix=fix)


def _advise(failure: CallFailure, address: EndpointAddress) -> str:
    if failure.status in {401, 403}:
        return f"put a valid key into the environment variable {address.api_key_env}"
    if failure.status in {404, 405}:
        return "correct model, or base_url (it usually ends in /v1)"
    if failure.kind is FailureKind.TOO_LONG:
        return "lower max_tokens: even the shortest prompt is refused"
    return "change the settings that the endpoint names; its own settings are in extra_body"


def parse_retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Parse Retry-After (RFC 9110, section 10.2.3: seconds or a date) and OpenAI's milliseconds."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            wait_s = float(headers[name]) * unit_s
        except (KeyError, ValueError):
            continue
        if wait_s >= 0:  # not a NaN
            return wait_s
    try:
        until = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())

"""Classify an endpoint's failures: which to retry, how long to wait, and the user's message."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import openai
from tenacity import RetryCallState, wait_random_exponential

from pieforge.errors import ConfigError, EndpointError, PieforgeError
from pieforge.logs import redact

_TRANSIENT_STATUS = frozenset({408, 409, 429})
_MAX_WAIT_S = 60.0


@dataclass(frozen=True)
class EndpointAddress:
    """The endpoint and the model, for messages."""

    base_url: str
    model: str
    api_key_env: str

    def __str__(self) -> str:
        return f"base_url = {self.base_url}, model = {self.model}"


def is_transient(error: BaseException) -> bool:
    """Return whether another try may succeed: a lost connection, a timeout, 408, 409, 429, 5xx.

    An exhausted quota has status 429 too, but waiting does not help.
    """
    if isinstance(error, TimeoutError | openai.APIConnectionError):
        return True
    if not isinstance(error, openai.APIStatusError) or _is_quota_exhausted(error):
        return False
    return error.status_code in _TRANSIENT_STATUS or error.status_code >= 500


def compute_wait_s(state: RetryCallState) -> float:
    """Return the seconds before the next try.

    They are those that the server asks for, at most 60; otherwise exponential with random jitter.
    """
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, openai.APIStatusError):
        requested_s = _parse_retry_after_s(error.response.headers)
        if requested_s is not None:
            return min(requested_s, _MAX_WAIT_S)
    return float(wait_random_exponential(multiplier=0.5, max=_MAX_WAIT_S)(state))


def explain_error(error: Exception, address: EndpointAddress, tries: int) -> PieforgeError:
    """Return the error for the user, with the failure, the endpoint and the fix."""
    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, address, tries)
    what, fix = f"the model client failed: {error}", ""
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        what = f"the model did not answer within the time limit (tried {tries} times)"
        fix = "raise timeout_s, lower n or max_tokens, or reduce the server's load"
    elif isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        reason = f"{type(cause).__name__}: {cause}" if cause else str(error)
        what = f"no connection to the model endpoint, tried {tries} times ({reason})"
        fix = "start the server, or correct base_url (it usually ends in /v1)"
    return EndpointError(what, where=str(address), fix=fix)


def _explain_status(
    error: openai.APIStatusError, address: EndpointAddress, tries: int
) -> PieforgeError:
    kind: type[PieforgeError] = ConfigError
    what = f"the model endpoint answered {error.status_code}: {_extract_message(error)}"
    if _is_quota_exhausted(error):
        kind, fix = EndpointError, "add credit, or use another key or endpoint"
    elif error.status_code in {401, 403}:
        fix = f"put a valid key into the environment variable {address.api_key_env}"
    elif error.status_code == 404:
        fix = "correct model, or base_url (it usually ends in /v1)"
    elif is_transient(error):
        kind, fix = EndpointError, "try again later, or lower the number of concurrent calls"
        what = f"{what} (tried {tries} times)"
    else:
        fix = "change the settings that the endpoint names; its own settings are in extra_body"
    return kind(what, where=str(address), fix=fix)


def _is_quota_exhausted(error: openai.APIStatusError) -> bool:
    return "insufficient_quota" in {error.code, error.type}


def _extract_message(error: openai.APIStatusError) -> str:
    body = error.body
    if isinstance(body, dict) and isinstance(body.get("message"), str):
        text = str(body["message"])
    else:
        text = " ".join(error.response.text.split()) or "(no message)"
    # Servers quote keys, and this message is printed and stored in the ledger.
    return redact(text)[:300]


def _parse_retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Parse Retry-After (RFC 9110, section 10.2.3: seconds or a date) and OpenAI's milliseconds."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit_s)
        except (KeyError, ValueError):
            continue
    try:
        until = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, (until.astimezone(UTC) - datetime.now(UTC)).total_seconds())

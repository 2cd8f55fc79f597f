"""A model server that fails in every way at once, and TLS that does not come about."""

import asyncio
import random
import ssl
import subprocess
import threading
from collections import Counter
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from scripted_server import Answer, Answers, Handler, Serve, chunk

from pieforge.agents.models.client import open_model
from pieforge.agents.models.endpoint import CallLimits
from pieforge.agents.models.request import Completion, Message
from pieforge.agents.models.settings import ModelSettings
from pieforge.errors import ConfigError

REQUESTS = 1000
NOW = format_datetime(datetime.now(UTC), usegmt=True)
PASSING: dict[str, Answer] = {
    "429": Answers.error(429, "slow down"),
    "429 with milliseconds": Answers.error(429, "slow down", retry_after_ms="2"),
    "429 with seconds": Answers.error(429, "slow down", retry_after="0"),
    "429 with a date": Answers.error(429, "slow down", retry_after=NOW),
    "429 with nonsense": Answers.error(429, "slow down", retry_after="soon"),
    "500": Answers.error(500),
    "503": Answers.error(503, retry_after="0"),
    "408": Answers.error(408),
    "409": Answers.error(409),
    "silence": Answers.stall(10),
    "half a body": Answers.half("half"),
    "half a stream": Answers.stream(chunk("half"), done=False),
    "invalid JSON": Answers.text("<html>busy</html>"),
    "empty choices": Answers.text('{"choices": []}'),
    "an error inside a 200": Answers.text('{"error": {"message": "overloaded", "code": 503}}'),
    "reset": Answers.reset(),
    "hang up": Answers.hang_up(),
}
"""After each of these another try is answered."""
END = chunk(finish_reason="stop")


def name_fault(number: int, tries: int) -> str:
    """Return what happens to the try of a request; empty for an answer."""
    if number % 500 == 3 and not tries:
        return "silence"  # for a few: it takes the whole time limit
    rng = random.Random(f"{number}/{tries}")
    others = [name for name in PASSING if name != "silence"]
    return rng.choice(others) if tries < 3 and rng.random() < 0.4 else ""


def answer(number: int) -> Answer:
    """Return the answer to a request whose tries are not refused for passing reasons."""
    text = f"answer {number}"
    usage = {"choices": [], "usage": random.Random(number).choice([None, {"prompt_tokens": "?"}])}
    forms = {
        0: Answers.choices(text),
        1: Answers.stream(chunk(text[:4]), ": slow", chunk(text[4:]), END, usage),
        2: Answers.stream(chunk(text), chunk(finish_reason="length")),
        3: Answers.error(400, "the content filter refuses this", "content_filter"),
        4: Answers.error(400, "exceeds the maximum context length"),
        5: Answers.error(413, "body too large"),
    }
    return forms[number % 6]


@pytest.mark.slow
async def test_of_a_thousand_requests_none_is_lost_or_doubled_whatever_the_server_does(
    serve: Serve,
) -> None:
    tries, answered = Counter[int](), Counter[int]()
    lock = threading.Lock()

    def follow(handler: Handler, body: dict[str, Any]) -> None:
        word, _, number = body["messages"][0]["content"].partition(" ")
        if word != "request":  # a tiny prompt, which shows that a refusal concerns another one
            Answers.choices("OK")(handler, body)
            return
        k = int(number)
        with lock:
            fault = name_fault(k, tries[k])
            tries[k] += 1
            answered[k] += not fault
        (PASSING[fault] if fault else answer(k))(handler, body)

    async def pause(_seconds: float) -> None:
        await asyncio.sleep(0)

    server = serve(follow)
    settings = ModelSettings(base_url=server.base_url, model="m", n=1, timeout_s=8, retries=10)
    async with open_model(settings, {}, limits=CallLimits(32, pause=pause)) as model:

        async def ask(k: int) -> Completion:
            message = Message(role="user", content=f"request {k}")
            return await model.complete(model.build_request((message,), seed=k))

        found = await asyncio.gather(*(ask(k) for k in range(REQUESTS)))
    assert answered == dict.fromkeys(range(REQUESTS), 1), "a request was paid for twice, or lost"
    assert sum(tries.values()) > 1.3 * REQUESTS
    for k, completion in enumerate(found):
        assert completion.usage.completion_tokens or completion.refusal
        if k % 6 < 3:
            [choice] = completion.choices
            assert choice.text == f"answer {k}"
            assert choice.finish_reason == ("length" if k % 6 == 2 else "stop")
        else:
            assert completion.refusal is not None
            assert completion.refusal.too_long == (k % 6 > 3)


async def ask_once(base_url: str) -> Completion:
    settings = ModelSettings(base_url=base_url, model="m", n=1, retries=3)
    message = Message(role="user", content="x")
    async with open_model(settings, {}) as model:
        return await model.complete(model.build_request((message,), seed=1))


async def test_an_address_with_https_of_a_server_without_it_is_a_mistake_in_the_configuration(
    serve: Serve,
) -> None:
    server = serve(Answers.choices("never"))
    with pytest.raises(ConfigError, match="TLS") as caught:
        await ask_once(server.base_url.replace("http:", "https:"))
    assert "http://" in caught.value.fix


def create_certificate(folder: Path) -> tuple[Path, Path]:
    """Return the files of a certificate that signed itself, and of its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    new = ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"]
    files = ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run([*new, *kind, *files], check=True, capture_output=True)
    return certificate, key


async def test_a_certificate_of_an_unknown_authority_is_named_with_the_fix(
    serve: Serve, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*create_certificate(tmp_path))
    server = serve(Answers.choices("never"))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with pytest.raises(ConfigError, match="certificate") as caught:
        await ask_once(server.base_url.replace("http:", "https:"))
    assert "SSL_CERT_FILE" in caught.value.fix
    assert server.asked == []

"""The embedded engine's server: answers and errors have OpenAI's format."""

import json
from typing import Any

import pytest

from pieforge.agents.embedded import MODEL
from pieforge.agents.embedded.app import respond

ASKED = {"model": MODEL, "messages": [{"role": "user", "content": "two words"}]}


def post(body: object, path: str = "/v1/chat/completions") -> tuple[int, dict[str, Any]]:
    status, answer = respond("POST", path, json.dumps(body).encode())
    return status, json.loads(answer)


def test_an_answer_has_openais_shape_and_counts_words_and_signs() -> None:
    status, answer = post({**ASKED, "n": 2, "seed": 1})
    assert status == 200
    assert answer["object"] == "chat.completion"
    assert [choice["index"] for choice in answer["choices"]] == [0, 1]
    assert answer["usage"]["prompt_tokens"] == 2
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_the_same_request_gets_the_same_bytes() -> None:
    body = json.dumps(ASKED).encode()
    one, other = (respond("POST", "/chat/completions", body) for _ in range(2))
    assert one == other


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({**ASKED, "n": 0}, 400, "n:"),
        ({**ASKED, "temperature": 9}, 400, "temperature"),
        ({**ASKED, "messages": []}, 400, "messages"),
        ({"messages": ASKED["messages"]}, 400, "model"),
        ([], 400, "body"),
        ({**ASKED, "model": "gpt"}, 404, MODEL),
    ],
)
def test_a_refusal_names_what_is_wrong(body: object, status: int, word: str) -> None:
    got, answer = post(body)
    assert got == status
    assert word in answer["error"]["message"]


def test_nothing_else_is_served() -> None:
    assert post(ASKED, "/v1/embeddings")[0] == 404
    assert respond("GET", "/v1/models", b"")[0] == 404

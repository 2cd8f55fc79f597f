"""A trainer and a server for tests of their protocols: the model is a table of prompts and answers.

    python table_model.py train PROGRAM... JOB_FOLDER
    python table_model.py --model FILE --port PORT ...      as llama-server is called

A prompt that is not in the table is answered by the embedded optimizer with the nearest row as its
example, or with that of the programs that shares most lines with it. The base model answers
everything alike.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any

from pieforge.agents.embedded import MODEL
from pieforge.agents.embedded.app import respond
from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames

BASE_ANSWER = "base"


def answer(model: dict[str, Any], messages: list[dict[str, str]]) -> str:
    prompt = messages[-1]["content"]
    if (known := model["table"].get(prompt)) is not None:
        return str(known)
    lines = {line for line in prompt.splitlines() if len(line) > 8}

    def count_shared(text: str) -> int:
        return len(lines & set(text.splitlines()))

    nearest = max(model["programs"], key=count_shared, default="")
    for shown in sorted(model["table"], key=count_shared, reverse=True)[:4]:
        if count_shared(shown) > count_shared(nearest):
            text = transfer(shown, model["table"][shown], prompt)
            if "```" in text:
                return text
    return f"```cpp\n{nearest}```" if count_shared(nearest) else "no idea"


def transfer(shown: str, known: str, prompt: str) -> str:
    """Return the embedded optimizer's answer to a prompt with one example."""
    slow, fast, new = (
        it.split("```cpp\n")[-1].split("```")[0]
        for it in (
            shown.partition("## Your program")[0],
            known,
            prompt.partition("## Your program")[0],
        )
    )
    task = OptimizerTask(
        program=new,
        language=LanguageNames(title="C++17", fence="cpp"),
        examples=(Example(slow=slow, fast=fast),),
    )
    message = {"role": "user", "content": render("optimizer.md.j2", dict(task))}
    body = json.dumps({"model": MODEL, "messages": [message]}).encode()
    status, found = respond("POST", "/v1/chat/completions", body)
    assert status == 200, found
    return str(json.loads(found)["choices"][0]["message"]["content"])


def train(programs: list[Path], folder: Path) -> None:
    job = json.loads((folder / "job.json").read_text())
    (folder / "starts").open("a").write("x")
    rows = [json.loads(line) for line in (folder / job["data"]["sft"]).read_text().splitlines()]
    with (folder / "progress.jsonl").open("a") as progress:
        for step in range(1, 4):
            line = {"training": "sft", "step": step, "steps": 3, "loss": 1 / step}
            progress.write(json.dumps(line) + "\n")
    marker = os.environ.get("TABLE_MODEL_WAITS")
    if marker and not Path(marker).exists():  # the first training is to be killed
        Path(marker).touch()
        time.sleep(600)
    if os.environ.get("TABLE_MODEL_FAILS"):
        sys.exit("no such gradient")
    model = {
        "table": {row["prompt"][-1]["content"]: row["completion"][0]["content"] for row in rows},
        "programs": [path.read_text() for path in programs],
    }
    (folder / "weights").mkdir(exist_ok=True)
    (folder / "weights" / "table.gguf").write_text(json.dumps(model))
    probes = [
        {"text": answer(model, it), "base_text": BASE_ANSWER, "prompt_tokens": len(it)}
        for it in job["probes"]
    ]
    count = {"rows": len(rows), "steps": 3, "loss": 0.5}
    result = {"stages": {"sft": count}, "too_long": 1, "packages": {"t": "1"}, "probes": probes}
    (folder / "result.tmp").write_text(json.dumps(result))
    (folder / "result.tmp").rename(folder / "result.json")


class Handler(BaseHTTPRequestHandler):
    model: dict[str, Any]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text = answer(self.model, body["messages"])
        if os.environ.get("TABLE_MODEL_DIFFERS"):
            text += "!"
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": "stop",
        }
        usage = {"prompt_tokens": len(body["messages"]), "completion_tokens": 1, "total_tokens": 2}
        found = {"id": "c", "object": "chat.completion", "created": 0, "model": body["model"]}
        data = json.dumps({**found, "choices": [choice], "usage": usage}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def serve(arguments: list[str]) -> None:
    options = dict(pairwise(arguments))
    Handler.model = json.loads(Path(options["--model"]).read_text())
    ThreadingHTTPServer(("127.0.0.1", int(options["--port"])), Handler).serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "train":
        train([Path(it) for it in sys.argv[2:-1]], Path(sys.argv[-1]))
    else:
        serve(sys.argv[1:])

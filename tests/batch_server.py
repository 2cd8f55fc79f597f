"""A real HTTP server on loopback with OpenAI's batch API, whose batches end when a test says so."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Respond = Callable[[bytes], tuple[int, bytes]]
"""Answers the body of one chat request with a status and a body."""


class BatchServer(ThreadingHTTPServer):
    """Keeps files and batches in memory.

    Args:
        respond: Answers a request, in a batch or by itself.
        polls: A batch has ended at this poll; never by itself if it is 0.
    """

    daemon_threads = True

    def __init__(self, respond: Respond, polls: int = 0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.respond = respond
        self.polls = polls
        self.files: dict[str, bytes] = {}
        self.batches: dict[str, dict[str, Any]] = {}
        self.live = 0
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def get_rows(self, batch_id: str) -> list[dict[str, Any]]:
        """Return the requests of a batch."""
        data = self.files[self.batches[batch_id]["input_file_id"]]
        return [json.loads(line) for line in data.splitlines()]

    def end(self, batch_id: str, status: str = "completed") -> None:
        """Answer a batch's requests: good answers and errors in files of their own."""
        good, bad = [], []
        for row in self.get_rows(batch_id):
            code, body = self.respond(json.dumps(row["body"]).encode())
            answer = {"status_code": code, "body": json.loads(body)}
            line = json.dumps({"custom_id": row["custom_id"], "response": answer, "error": None})
            (good if code == 200 else bad).append(line + "\n")
        batch = self.batches[batch_id]
        batch["status"] = status
        for kind, lines in (("output", good), ("error", bad)):
            if lines:
                batch[f"{kind}_file_id"] = name = f"file-{kind}-{batch_id}"
                self.files[name] = "".join(lines).encode()


class _Handler(BaseHTTPRequestHandler):
    server: BatchServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path.endswith("/files"):
            name = f"file-{len(self.server.files)}"
            boundary = self.headers["content-type"].partition("boundary=")[2].encode()
            parts = body.split(b"--" + boundary)
            [part] = [it for it in parts if b'name="file"' in it]
            self.server.files[name] = part.partition(b"\r\n\r\n")[2].strip()
            self._reply({"id": name, "object": "file"})
        elif self.path.endswith("/batches"):
            asked = json.loads(body)
            name = f"batch-{len(self.server.batches)}"
            self.server.batches[name] = {"id": name, "status": "in_progress", "polls": 0, **asked}
            self._reply(self.server.batches[name])
        else:
            self.server.live += 1
            self._send(*self.server.respond(body))

    def do_GET(self) -> None:
        words = self.path.partition("?")[0].strip("/").split("/")
        if words[-1] == "content":
            self._send(200, self.server.files[words[-2]])
        elif words[-1] == "batches":
            data = list(self.server.batches.values())
            self._reply({"object": "list", "data": data, "has_more": False})
        else:
            batch = self.server.batches[words[-1]]
            batch["polls"] += 1
            if batch["polls"] == self.server.polls:
                self.server.end(words[-1])
            self._reply(batch)

    def _reply(self, value: dict[str, Any]) -> None:
        self._send(200, json.dumps(value).encode())

    def _send(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print no log line."""

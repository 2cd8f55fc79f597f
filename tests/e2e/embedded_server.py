"""A real OpenAI-compatible server on loopback, with the embedded engine behind it."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pieforge.agents.embedded.app import respond
from pieforge.agents.models.canaries import PROMPTS


class EmbeddedServer(ThreadingHTTPServer):
    """Answers each request, or fails where `fails` says how; records the requests.

    The ways to fail: `500`; `half` of an answer, after which the connection ends; `garbage`.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fails: Callable[[str, int], str] = lambda role, number: ""
        self.asked: list[str] = []
        """Role of each request, in order; the first part of its path."""
        self.tried: list[str] = []
        self.keys: set[str] = set()

    def settings(self, role: str, *more: str) -> str:
        """Return the configuration lines that make a role use this server."""
        address = f"http://127.0.0.1:{self.server_port}/{role}/v1"
        lines = [f'base_url = "{address}"', 'model = "pieforge-embedded"', "retries = 0", *more]
        return "\n".join(f"{role}.{line}" for line in lines)


class _Handler(BaseHTTPRequestHandler):
    server: EmbeddedServer

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        role = self.path.split("/")[1]
        # A run tries each endpoint before it begins.
        is_trial = any(message.content.encode() in body for message in PROMPTS)
        number = self.server.asked.count(role)
        (self.server.tried if is_trial else self.server.asked).append(role)
        self.server.keys.add(self.headers["authorization"])
        fault = "" if is_trial else self.server.fails(role, number)
        if fault == "500":
            error = {"message": "out of luck [/b]", "type": "server_error"}
            status, answer = 500, json.dumps({"error": error}).encode()
        else:
            status, answer = respond("POST", self.path, body)
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        if fault == "garbage":
            answer = bytes(byte ^ 0x55 for byte in answer)
        self.wfile.write(answer[: len(answer) // 2] if fault == "half" else answer)

    def log_message(self, *_: object) -> None:
        """Print no log line."""

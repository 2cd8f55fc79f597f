"""A real HTTP server on loopback that follows a script."""

import json
import socket
import struct
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Serve = Callable[..., "Server"]
Answer = Callable[["Handler", dict[str, Any]], None]


class Server(ThreadingHTTPServer):
    """Gives one answer per call, the last one for all further calls, and records the requests."""

    daemon_threads = True

    def __init__(self, script: list[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, *_: object) -> None:
        """Print nothing: dropped connections are part of the script."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.keys.append(self.headers["authorization"])
        turn = min(len(self.server.asked), len(self.server.script) - 1)
        self.server.asked.append(body)
        self.server.script[turn](self, body)

    def reply(self, status: int, text: str, **headers: str) -> None:
        data = text.encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Print no log line."""


class Answers:
    """The answers of which a script consists."""

    @staticmethod
    def choices(*texts: str) -> Answer:
        return lambda handler, body: handler.reply(200, completion(body, list(texts)))

    @staticmethod
    def as_many_as_asked() -> Answer:
        return lambda handler, body: handler.reply(
            200, completion(body, [f"answer {k}" for k in range(body["n"])])
        )

    @staticmethod
    def one_whatever_n() -> Answer:
        return lambda handler, body: handler.reply(200, completion(body, [f"seed {body['seed']}"]))

    @staticmethod
    def error(status: int, message: str = "no", code: str = "", **headers: str) -> Answer:
        text = json.dumps({"error": {"message": message, "type": "error", "code": code}})
        return lambda handler, body: handler.reply(status, text, **headers)

    @staticmethod
    def text(text: str) -> Answer:
        return lambda handler, body: handler.reply(200, text)

    @staticmethod
    def stream(*events: object, done: bool = True) -> Answer:
        """Server-sent events: objects as JSON, strings as they are."""

        def answer(handler: Handler, body: dict[str, Any]) -> None:
            lines = [
                f"data: {json.dumps(each)}" if isinstance(each, dict) else str(each)
                for each in events
            ]
            lines += ["data: [DONE]"] if done else []
            text = "".join(f"{line}\n\n" for line in lines)
            handler.reply(200, text, content_type="text/event-stream")

        return answer

    @staticmethod
    def half(text: str) -> Answer:
        """The first half of an answer with its whole length announced."""

        def answer(handler: Handler, body: dict[str, Any]) -> None:
            data = completion(body, [text]).encode()
            handler.send_response(200)
            handler.send_header("content-length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data[: len(data) // 2])

        return answer

    @staticmethod
    def reset() -> Answer:
        """The connection ends with a reset, before any answer."""

        def answer(handler: Handler, body: dict[str, Any]) -> None:
            linger = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            handler.connection.close()

        return answer

    @staticmethod
    def stall(seconds: float) -> Answer:
        return lambda handler, body: time.sleep(seconds)

    @staticmethod
    def hang_up() -> Answer:
        return lambda handler, body: handler.connection.close()


def chunk(content: object = None, *, index: int = 0, **more: object) -> dict[str, Any]:
    """Return one chunk of a streamed answer; `more` holds fields of its choice."""
    return {"choices": [{"index": index, "delta": {"content": content}, **more}]}


def completion(body: dict[str, Any], texts: list[str]) -> str:
    return json.dumps(
        {
            "id": "c",
            "object": "chat.completion",
            "created": 0,
            "model": body["model"] + "-2026",
            "choices": [
                {
                    "index": index,
                    "message": {"role": "assistant", "content": text},
                    "finish_reason": "stop",
                }
                for index, text in enumerate(texts)
            ],
            "usage": {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13},
        }
    )

"""Measure the model client against a server on loopback with a fixed latency.

The server runs in a process of its own and streams each answer in 20 chunks over the latency. Two
measurements: with a place for each of the client's 64 calls, and with 32 places, where it refuses
further requests with 429. The ideal time is that of all places busy from the first to the last
request. The client's CPU time is that of the first measurement.

Run it with `python -m benchmarks.endpoint [REQUESTS [LATENCY_S]]`.
"""

import asyncio
import json
import subprocess
import sys
import time

from benchmarks import measuring
from pieforge.agents.models.client import open_model
from pieforge.agents.models.endpoint import CallLimits
from pieforge.agents.models.request import Message
from pieforge.agents.models.settings import ModelSettings

CALLS = 64
PLACES_UNDER_429 = 32
CHUNKS = 20
_EVENT = b'data: {"choices": [{"index": 0, "delta": {"content": "return total; "}}]}\n\n'
_END = (
    b'data: {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}\n\ndata: [DONE]\n\n'
)


class SlowServer:
    """Answers `places` requests at once, each after a latency, and others with 429."""

    def __init__(self, places: int, latency_s: float) -> None:
        self.places = places
        self.latency_s = latency_s
        self.under_way = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection, one request after another."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
                await reader.readexactly(size)
                if self.under_way >= self.places:
                    writer.write(
                        _format_head(429, b"application/json") + _chunk(b"{}") + _chunk(b"")
                    )
                    continue
                self.under_way += 1
                try:
                    writer.write(_format_head(200, b"text/event-stream"))
                    # By the clock: sleeps of a fixed length would add up to more than the latency.
                    begun = time.monotonic()
                    for at in range(1, CHUNKS + 1):
                        until = begun + at * self.latency_s / CHUNKS
                        await asyncio.sleep(max(0.0, until - time.monotonic()))
                        writer.write(_chunk(_EVENT))
                    writer.write(_chunk(_END) + _chunk(b""))
                finally:
                    self.under_way -= 1
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


def _format_head(status: int, kind: bytes) -> bytes:
    return b"HTTP/1.1 %d -\r\ncontent-type: %s\r\ntransfer-encoding: chunked\r\n\r\n" % (
        status,
        kind,
    )


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


async def serve_forever(places: int, latency_s: float) -> None:
    """Serve on a free port, and print it."""
    served = SlowServer(places, latency_s).serve
    server = await asyncio.start_server(served, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def ask_all(port: int, requests: int) -> float:
    """Send the requests; return the seconds."""
    settings = ModelSettings(base_url=f"http://127.0.0.1:{port}/v1", model="m", n=1)
    message = Message(role="user", content="Write a program. " * 100)
    async with open_model(settings, {}, limits=CallLimits(CALLS)) as model:
        start = time.perf_counter()
        built = [model.build_request((message,), seed=seed) for seed in range(requests)]
        answers = await asyncio.gather(*(model.complete(request) for request in built))
        seconds = time.perf_counter() - start
    assert all(len(answer.choices) == 1 for answer in answers)
    return seconds


def measure(places: int, requests: int, latency_s: float) -> tuple[float, float]:
    """Return the time over the ideal time, and the client's CPU milliseconds per request."""
    words = [sys.executable, "-m", "benchmarks.endpoint", "serve", str(places), str(latency_s)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            before = time.process_time()
            seconds = asyncio.run(ask_all(port, requests))
            cpu_s = time.process_time() - before
        finally:
            server.kill()
    ideal_s = requests / min(places, CALLS) * latency_s
    return seconds / ideal_s, 1000 * cpu_s / requests


def main(requests: int, latency_s: float) -> None:
    """Measure, and print the results."""
    over, cpu_ms = measure(CALLS, requests, latency_s)
    print(f"{CALLS} places: {over:.3f} times the ideal, {cpu_ms:.2f} ms of CPU per request")
    refused, _ = measure(PLACES_UNDER_429, requests // 2, latency_s)
    print(f"{PLACES_UNDER_429} places and 429 beyond: {1 / refused:.3f} of the ideal throughput")
    figures = (over, cpu_ms, 1 / refused)
    names = ("time_vs_ideal", "cpu_ms_per_request", "throughput_under_429")
    print(json.dumps(dict(zip(names, (round(it, 3) for it in figures), strict=True))))


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve_forever(int(sys.argv[2]), float(sys.argv[3])))
    else:
        measuring.say_where()
        given = sys.argv[1:]
        main(int(given[0]) if given else 5000, float(given[1]) if len(given) > 1 else 1.0)

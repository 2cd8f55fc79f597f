"""Measure what a run saves by asking the author for the next batch while one is judged.

The author is the embedded engine behind a server on loopback that takes a fixed time to answer, the
optimizer the one in the process. Each repetition plays the same run twice, with new folders: as it
is, and with a budget that is never reached, under which calls are admitted one batch after another.
Both give the same pairs.

Run it with `python -m benchmarks.ahead [LATENCY_S [REPETITIONS]]`.
"""

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks import measuring
from pieforge.agents.embedded.app import respond

CONFIG = """
run.problems = ["echosong"]
run.languages = ["cpp17"]
run.rounds = 1
run.attempts = 8
run.batch = 2
run.deoptimizations = 0
author.base_url = "http://127.0.0.1:{port}/v1"
author.model = "pieforge-embedded"
author.n = 1
"""
ONE_BY_ONE = "budget.author.attempts = 1000000\n"


class SlowHandler(BaseHTTPRequestHandler):
    """Answers like the embedded engine, after a latency."""

    latency_s = 0.0

    def do_POST(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers["content-length"]))
        time.sleep(self.latency_s)
        status, answer = respond("POST", self.path, body)
        self.send_response(status)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Print no log line."""


def play(config: str, folder: Path) -> tuple[float, bytes]:
    """Return the seconds of a run, and its pairs."""
    folder.mkdir()
    (folder / "run.toml").write_text(config)
    words = [sys.executable, "-m", "pieforge", "run", "run.toml", "--name", "run"]
    begun = time.perf_counter()
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    seconds = time.perf_counter() - begun
    return seconds, (folder / "datasets_out" / "run" / "pairs.jsonl").read_bytes()


def main(latency_s: float, repetitions: int) -> None:
    """Measure, and print the results."""
    SlowHandler.latency_s = latency_s
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = CONFIG.format(port=server.server_port)
    ahead, one_by_one = [], []
    with TemporaryDirectory() as place:
        for at in range(repetitions):
            seconds, pairs = play(config, Path(place, f"ahead{at}"))
            ahead.append(seconds)
            seconds, same = play(config + ONE_BY_ONE, Path(place, f"one{at}"))
            one_by_one.append(seconds)
            assert pairs
            assert pairs == same
            print(f"asked ahead {ahead[-1]:.1f} s, one batch after another {seconds:.1f} s")
    found = {"ahead_s": median(ahead), "one_by_one_s": median(one_by_one)}
    found["saved"] = 1 - found["ahead_s"] / found["one_by_one_s"]
    print(json.dumps({name: round(value, 3) for name, value in found.items()}))


if __name__ == "__main__":
    measuring.say_where()
    given = sys.argv[1:]
    main(float(given[0]) if given else 10.0, int(given[1]) if len(given) > 1 else 3)

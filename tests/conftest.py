"""The scripted server as fixtures; how many tests wanted gem5 and did not have it."""

import threading
from collections.abc import Iterator

import pytest
from scripted_server import Answer, Answers, Serve, Server

GEM5_MISSING = "GEM5_BINARY"
"""In the reason of every skipped test that needs gem5."""


@pytest.fixture
def answers() -> type[Answers]:
    return Answers


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server with a script; all are stopped after the test."""
    started: list[Server] = []

    def start(*script: Answer) -> Server:
        server = Server(list(script))
        started.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return server

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests wanted gem5, the one tool that no package brings, and did not have it."""
    skipped = terminalreporter.stats.get("skipped", [])
    wanted = sum(GEM5_MISSING in str(report.longrepr) for report in skipped)
    if wanted:
        terminalreporter.write_line(
            f"tests that wanted gem5 and did not have it: {wanted} (set GEM5_BINARY to run them)"
        )

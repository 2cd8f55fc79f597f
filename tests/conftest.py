"""Fixtures for the scripted server and a real sandbox; a count of tests that needed gem5."""

import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sandbox_shortcuts import Build, Run
from scripted_server import Answer, Answers, Serve, Server

from pieforge.config import Config, RunSection
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.run import open_executor
from pieforge.ledger import Ledger
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, RunResult, Sandbox, SandboxSettings

GEM5_MISSING = "GEM5_BINARY"
"""Part of the skip reason of every test that needs gem5."""


@pytest.fixture
def answers() -> type[Answers]:
    return Answers


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers with a script; all are stopped after the test."""
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


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> SandboxSettings:
    return SandboxSettings(cache=tmp_path_factory.mktemp("cache"))


@pytest.fixture
async def sandbox(settings: SandboxSettings) -> AsyncIterator[Sandbox]:
    async with Sandbox.open(settings) as opened:
        yield opened


@pytest.fixture
def config() -> Config:
    """Return the configuration of `executor`; a module that needs another one has its own."""
    return Config(run=RunSection(languages=("cpp17",)))


@pytest.fixture
async def executor(config: Config) -> AsyncIterator[CachedExecutor]:
    """Return an executor with an empty ledger in memory."""
    ledger = Ledger(Path(":memory:"))
    async with open_executor(config, ledger) as opened:
        yield opened
    ledger.close()


@pytest.fixture
def build(sandbox: Sandbox) -> Build:
    async def compile_it(source: str, key: str = "cpp17") -> Executable:
        compiled = await sandbox.compile(get_language(key), source)
        assert compiled.executable is not None, compiled.diagnostics
        return compiled.executable

    return compile_it


@pytest.fixture
def run(sandbox: Sandbox, build: Build) -> Run:
    async def run_it(
        source: str, stdin: bytes = b"", limits: Limits | None = None, key: str = "cpp17"
    ) -> RunResult:
        [result] = await sandbox.run(await build(source, key), [stdin], limits)
        return result

    return run_it


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report how many tests were skipped without gem5, the one tool that no package provides."""
    skipped = terminalreporter.stats.get("skipped", [])
    wanted = sum(GEM5_MISSING in str(report.longrepr) for report in skipped)
    if wanted:
        terminalreporter.write_line(
            f"tests skipped without gem5: {wanted} (set GEM5_BINARY to run them)"
        )

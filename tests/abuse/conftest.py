"""Sandboxes whose processes and files can be identified by their user id."""

import asyncio
import os

import pytest

from pieforge.sandbox.sandbox import Sandbox, SandboxSettings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> SandboxSettings:
    return SandboxSettings(
        cache=tmp_path_factory.mktemp("cache"),
        uid=61000
        + os.getpid() % 4000,  # unused otherwise: a process or file with it was left behind
        compile_cpu_s=1.5,
        compile_memory_bytes=1 << 30,
    )


@pytest.fixture(scope="session")
def sandbox(settings: SandboxSettings) -> Sandbox:
    """Return a sandbox whose containment is checked once; the object keeps nothing open."""

    async def opened() -> Sandbox:
        async with Sandbox.open(settings) as proved:
            return proved

    return asyncio.run(opened())

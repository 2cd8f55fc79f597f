"""Sandboxes whose processes and files can be told from all others."""

import asyncio
import os

import pytest

from pieforge.sandbox.sandbox import Sandbox, SandboxSettings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> SandboxSettings:
    return SandboxSettings(
        cache=tmp_path_factory.mktemp("cache"),
        uid=61000 + os.getpid() % 4000,  # nobody else's, so that whatever has it was left behind
        compile_cpu_s=1.5,
        compile_memory_bytes=1 << 30,
    )


@pytest.fixture(scope="session")
def sandbox(settings: SandboxSettings) -> Sandbox:
    """Containment is proved once; the sandbox itself holds nothing."""

    async def opened() -> Sandbox:
        async with Sandbox.open(settings) as proved:
            return proved

    return asyncio.run(opened())

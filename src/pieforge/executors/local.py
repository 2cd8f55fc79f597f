"""Jobs on this machine, in this process: the sandbox gives each its own processes."""

import asyncio
import logging
import os
import time
from contextlib import AsyncExitStack

from pieforge.errors import SandboxError
from pieforge.executors.job import Job, Machine, Result, SimulatorIdentity

_logger = logging.getLogger(__name__)


class LocalExecutor:
    """Runs jobs on one machine.

    This is the only limit on how many jobs run at once: on their number and, for simulators that
    need much memory, on how many of these fit into the machine's.

    Args:
        machine: Where they run.
        jobs: How many run at once, 1 or more.
        memory_bytes: For all simulations together; all of the machine's where None.
    """

    def __init__(self, machine: Machine, jobs: int, memory_bytes: int | None = None) -> None:
        self._machine = machine
        self._slots = asyncio.Semaphore(jobs)
        self._memory_bytes = memory_bytes or os.sysconf("SC_PHYS_PAGES") * os.sysconf(
            "SC_PAGE_SIZE"
        )
        self._simulations: dict[str, asyncio.Semaphore] = {}

    async def execute(self, job: Job[Result]) -> Result:
        """Wait for room, run a job and return its result.

        Raises:
            SandboxError: The operating system refused something: no program is at fault.
        """
        async with AsyncExitStack() as room:
            # Memory comes first: a job that waits for memory must not keep a slot from others.
            if (memory := self._find_memory_limit(job)) is not None:
                await room.enter_async_context(memory)
            await room.enter_async_context(self._slots)
            started = time.perf_counter()
            try:
                return await job.run(self._machine)
            except OSError as error:
                raise SandboxError(f"the machine failed during a job: {error}") from error
            finally:
                seconds = round(time.perf_counter() - started, 3)
                kind = type(job).__name__
                _logger.debug("job", extra={"data": {"kind": kind, "seconds": seconds}})

    def _find_memory_limit(self, job: Job[Result]) -> asyncio.Semaphore | None:
        """Return the limit on a job's simulator; None for one that needs little memory."""
        identity = getattr(job, "simulator", None)
        if not isinstance(identity, SimulatorIdentity):
            return None
        each = self._machine.simulators[identity.name].memory_bytes
        if not each:
            return None
        fitting = max(1, self._memory_bytes // each)
        return self._simulations.setdefault(identity.name, asyncio.Semaphore(fitting))

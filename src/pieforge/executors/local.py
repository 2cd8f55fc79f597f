"""Jobs on this machine, in this process: the sandbox gives each its own processes."""

import asyncio
import logging
import time

from pieforge.executors.job import Job, Machine, Result

_logger = logging.getLogger(__name__)


class LocalExecutor:
    """Runs jobs on one machine.

    This is the only limit on how many jobs run at once.

    Args:
        machine: Where they run.
        jobs: How many run at once, 1 or more.
    """

    def __init__(self, machine: Machine, jobs: int) -> None:
        self._machine = machine
        self._slots = asyncio.Semaphore(jobs)

    async def execute(self, job: Job[Result]) -> Result:
        """Wait for a free slot, run a job and return its result."""
        async with self._slots:
            started = time.perf_counter()
            try:
                return await job.run(self._machine)
            finally:
                seconds = round(time.perf_counter() - started, 3)
                kind = type(job).__name__
                _logger.debug("job", extra={"data": {"kind": kind, "seconds": seconds}})

"""Jobs on this machine, in this process: the sandbox gives each its own processes."""

import asyncio

from pieforge.executors.job import Job, Machine, Result


class LocalExecutor:
    """Runs jobs on one machine.

    The only limit on how much runs at once: whoever has a job waits here.

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
            return await job.run(self._machine)

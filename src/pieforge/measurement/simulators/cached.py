"""A simulator with a cache of measurements that outlives a run.

The cache has one measurement for each program, input, simulator and limits. A run that its budget
stopped is cached too, as far as it went; it answers requests with the same or a smaller budget. A
run that ended answers every request. Results do not depend on cache state: a measurement that
exceeds the requested budget is cut to it, even if it comes from a simulator that cannot stop within
a run. A cut measurement only says that the run takes more than the ticks that were left.

A failed run is not cached: the cause may be a limit or the machine.
"""

from collections.abc import Sequence
from typing import Protocol

from pydantic import TypeAdapter

from pieforge.measurement.simulators import Measurement, Simulator, SimulatorProxy
from pieforge.records import Verdict, digest
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

_STORED = TypeAdapter(Measurement)


class MeasurementStore(Protocol):
    """Bytes by name."""

    def read(self, name: str) -> bytes | None:
        """Return what is there; None if it is missing or damaged."""

    def write(self, name: str, data: bytes) -> None:
        """Keep something."""


class CachedSimulator(SimulatorProxy):
    """Another simulator, with a store of measurements.

    Args:
        inner: The simulator for measurements that are not in the cache.
        cache: Where they are; several runs may share it.
    """

    def __init__(self, inner: Simulator, cache: MeasurementStore) -> None:
        super().__init__(inner)
        self._cache = cache

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return measurements in order; see `Simulator`.

        Raises:
            SimulatorError: The simulator failed, twice.
            SandboxError: The sandbox failed, twice.
            StorageError, DatabaseError: The cache cannot be read or written.
        """
        names = [self._get_name(executable, stdin, limits) for stdin in inputs]
        results: list[Measurement] = []
        left = budget
        while len(results) < len(inputs) and (left is None or left > 0):
            at = len(results)
            cached = self._read_sufficient(names[at], left)
            measured = [cached] if cached else []
            if not measured:
                # All inputs up to the next cached one in one call, because gem5's start is
                # expensive. The inner simulator's budget is one tick more than is left: so a run
                # that takes exactly what is left ends, as it would without a budget.
                end = at + 1
                while end < len(names) and self._read_sufficient(names[end], left) is None:
                    end += 1
                more = None if left is None else left + 1
                some = inputs[at:end]
                measured = await self._inner.measure(sandbox, executable, some, limits, budget=more)
                for name, item in zip(names[at:], measured, strict=False):
                    if item.verdict is Verdict.AC or item.bounded:
                        self._cache.write(name, _STORED.dump_json(item))
            for item in measured:
                results.append(_apply_budget(item, left))
                left = None if left is None else left - results[-1].ticks
                if results[-1].bounded or left == 0:
                    return results
        return results

    def _get_name(self, executable: Executable, stdin: bytes, limits: Limits | None) -> str:
        # Limits are part of the key, because they decide whether a run ends. The budget is not: a
        # cached run answers other budgets too.
        return digest(executable.sha, digest(stdin), self.sha, repr(limits))

    def _read_sufficient(self, name: str, ticks_left: int | None) -> Measurement | None:
        """Return a cached measurement if it answers a request with `ticks_left`.

        None if it does not, or if it is missing or damaged.
        """
        content = self._cache.read(name)
        if content is None:
            return None
        cached = _STORED.validate_json(content)
        if not cached.bounded or (ticks_left is not None and cached.ticks > ticks_left):
            return cached
        return None


def _apply_budget(item: Measurement, ticks_left: int | None) -> Measurement:
    """Return a measurement; cut it to a bounded one if it takes more than `ticks_left`."""
    if ticks_left is None or (item.ticks <= ticks_left and not item.bounded):
        return item
    ticks = min(item.ticks, ticks_left)
    return Measurement(Verdict.TLE, ticks, {}, b"", "", item.cpu_s, bounded=True)

"""A simulator that reports the CPU time of what it simulates."""

from collections.abc import Callable, Sequence

from pieforge.measurement.simulators import Measurement, Simulator, SimulatorProxy
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox


class MeteredSimulator(SimulatorProxy):
    """Another simulator.

    Args:
        inner: The other simulator.
        report: Receives the CPU seconds of each call.
    """

    def __init__(self, inner: Simulator, report: Callable[[float], None]) -> None:
        super().__init__(inner)
        self._report = report

    async def measure(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Return measurements in order; see `Simulator`."""
        found = await self._inner.measure(sandbox, executable, inputs, limits, budget=budget)
        self._report(sum(item.cpu_s for item in found))
        return found

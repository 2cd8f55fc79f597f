"""A simulator that keeps what it measured, across runs: the same question costs nothing.

What is kept is one file for each program, input, simulator and limits. A run that was stopped
by its budget is kept as far as it went. It answers a question with the same or a smaller
budget; a run that went to its end answers any. So that an answer never depends on what happened
to be known, one that exceeds the budget is cut to it, also if it comes from a simulator
that cannot stop within a run. What was cut says that it takes more than the ticks it had left,
and nothing else.

A run that did not end well is not kept: that may be a limit's doing or the machine's.
"""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from pieforge.files import FileCache
from pieforge.measurement.simulators import Measurement, Simulator, SimulatorProxy
from pieforge.records import Verdict, digest
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

_FILE = TypeAdapter(Measurement)


class CachedSimulator(SimulatorProxy):
    """Another simulator, with a folder of what it measured before.

    Args:
        inner: Measures what is not known.
        folder: Where results are kept; made where it is missing. Many runs may share one.
    """

    def __init__(self, inner: Simulator, folder: Path) -> None:
        super().__init__(inner)
        self._files = FileCache(folder)

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
            StorageError: A result cannot be kept.
        """
        names = [self._get_name(executable, stdin, limits) for stdin in inputs]
        told: list[Measurement] = []
        left = budget
        while len(told) < len(inputs) and (left is None or left > 0):
            at = len(told)
            known = self._read_sufficient(names[at], left)
            found = [known] if known else []
            if not found:
                # In one go up to the next input that is known. The inner simulator has a tick more
                # than is left: a run that takes just what is left then ends, as it would have
                # without a budget.
                end = at + 1
                while end < len(names) and self._read_sufficient(names[end], left) is None:
                    end += 1
                more = None if left is None else left + 1
                some = inputs[at:end]
                found = await self._inner.measure(sandbox, executable, some, limits, budget=more)
                for name, item in zip(names[at:], found, strict=False):
                    if item.verdict is Verdict.AC or item.bounded:
                        self._files.write(name, _FILE.dump_json(item))
            for item in found:
                told.append(_apply_budget(item, left))
                left = None if left is None else left - told[-1].ticks
                if told[-1].bounded or left == 0:
                    return told
        return told

    def _get_name(self, executable: Executable, stdin: bytes, limits: Limits | None) -> str:
        key = digest(executable.sha, digest(stdin), self.sha, repr(limits))
        return f"{key[:2]}/{key}.json"

    def _read_sufficient(self, name: str, ticks_left: int | None) -> Measurement | None:
        """Return a file's measurement if it is sufficient for the remaining ticks.

        None where the file is missing, or is not what was written there.
        """
        try:
            known = _FILE.validate_json((self._files.folder / name).read_bytes())
        except (OSError, ValueError):
            return None
        if not known.bounded or (ticks_left is not None and known.ticks > ticks_left):
            return known
        return None


def _apply_budget(item: Measurement, ticks_left: int | None) -> Measurement:
    """Return a measurement as one that was stopped, where it takes more than is left."""
    if ticks_left is None or (item.ticks <= ticks_left and not item.bounded):
        return item
    ticks = min(item.ticks, ticks_left)
    return Measurement(Verdict.TLE, ticks, {}, b"", "", item.cpu_s, bounded=True)

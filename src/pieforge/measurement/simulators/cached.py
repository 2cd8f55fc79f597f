"""A simulator that keeps what it measured, across runs: the same question costs nothing.

What is kept is one file for each program, input, simulator and limits. A run that was stopped
by its budget is kept as far as it went. It answers a question with the same or a smaller
budget; a run that went to its end answers any. So that an answer never depends on what happened
to be known, one that exceeds the budget is cut to it whoever gave it: also one of a simulator
that cannot stop within a run. What was cut says that it takes more than the ticks it had left,
and nothing else.

A run that did not end well is not kept: that may be a limit's doing or the machine's.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pieforge.measurement.simulators import Measurement, Simulator, SimulatorProxy
from pieforge.records import Verdict, digest
from pieforge.sandbox.native.build import write_atomic
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox


class CachedSimulator(SimulatorProxy):
    """Another simulator, with a folder of what it measured before.

    Args:
        inner: Measures what is not known.
        folder: Where results are kept; made where it is missing. Many runs may share one.
    """

    def __init__(self, inner: Simulator, folder: Path) -> None:
        super().__init__(inner)
        self._folder = folder

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
        paths = [self._get_path(executable, stdin, limits) for stdin in inputs]
        told: list[Measurement] = []
        spent = 0
        while len(told) < len(inputs) and (budget is None or spent < budget):
            left = None if budget is None else budget - spent
            known = _read_sufficient(paths[len(told)], left)
            found = (
                [known]
                if known
                else await self._measure_missing(
                    sandbox, executable, inputs[len(told) :], limits, paths[len(told) :], left
                )
            )
            for item in found:
                left = None if budget is None else budget - spent
                told.append(_apply_budget(item, left))
                spent += told[-1].ticks
                if told[-1].bounded or spent == budget:
                    return told
        return told

    async def _measure_missing(
        self,
        sandbox: Sandbox,
        executable: Executable,
        inputs: Sequence[bytes],
        limits: Limits | None,
        paths: Sequence[Path],
        ticks_left: int | None,
    ) -> list[Measurement]:
        """Measure, in one go, the inputs up to the next one that is known, and keep them.

        The inner simulator has a tick more than is left: a run that takes just what is left then
        ends, as it would have without a budget.
        """
        gap = next(
            (
                at
                for at, path in enumerate(paths)
                if at and _read_sufficient(path, ticks_left) is not None
            ),
            len(paths),
        )
        budget = None if ticks_left is None else ticks_left + 1
        found = await self._inner.measure(sandbox, executable, inputs[:gap], limits, budget=budget)
        for path, item in zip(paths, found, strict=False):
            if item.verdict is Verdict.AC or item.bounded:
                _store(path, item, executable.sha, self.sha)
        return found

    def _get_path(self, executable: Executable, stdin: bytes, limits: Limits | None) -> Path:
        key = digest(executable.sha, digest(stdin), self.sha, repr(limits))
        return self._folder / key[:2] / f"{key}.json"


def _read_sufficient(path: Path, ticks_left: int | None) -> Measurement | None:
    """Return what is kept in a file where it answers a question with so many ticks left."""
    known = _read_measurement(path)
    if known is None or not known.bounded:
        return known
    return known if ticks_left is not None and known.ticks > ticks_left else None


def _apply_budget(item: Measurement, ticks_left: int | None) -> Measurement:
    """Return a measurement as one that was stopped, where it takes more than is left."""
    if ticks_left is None or (item.ticks <= ticks_left and not item.bounded):
        return item
    return Measurement(
        verdict=Verdict.TLE,
        ticks=min(item.ticks, ticks_left),
        counts={},
        stdout=b"",
        output_sha="",
        cpu_s=item.cpu_s,
        bounded=True,
    )


def _store(path: Path, item: Measurement, program: str, simulator: str) -> None:
    row = asdict(item) | {"stdout": base64.b64encode(item.stdout).decode()}
    row |= {"counts": dict(item.counts), "program": program, "simulator": simulator}
    write_atomic(path, json.dumps(row).encode())


def _read_measurement(path: Path) -> Measurement | None:
    """Return what a file holds; None where it is missing, or is not what was written there."""
    try:
        row = json.loads(path.read_bytes())
        return Measurement(
            verdict=Verdict(row["verdict"]),
            ticks=int(row["ticks"]),
            counts={str(name): int(count) for name, count in row["counts"].items()},
            stdout=base64.b64decode(row["stdout"]),
            output_sha=str(row["output_sha"]),
            cpu_s=float(row["cpu_s"]),
            bounded=bool(row["bounded"]),
            limit=str(row["limit"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None

"""A simulator that replays recorded results, and can stop within a run.

`recorded/sums.json` has the counts of cachegrind (valgrind 3.19) for the programs next to it on
three inputs. `python tests/measurement/recorded_simulator.py` records it again, with pieforge
installed.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from pieforge.inputs import NamedInput
from pieforge.measurement.simulators import Measurement
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.records import Verdict, digest
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Limits, Sandbox

FOLDER = Path(__file__).parent / "recorded"
FILE = FOLDER / "sums.json"
INPUTS = tuple(NamedInput(f"secret/{n}", str(n).encode()) for n in (3000, 1000, 20))
"""The input with the most work first."""


class Recorded:
    """A `Simulator`; `simulated` is the number of ticks replayed, `asked` lists the inputs."""

    name = "recorded"
    sha = digest("recorded", FILE.read_bytes())
    tools: Mapping[str, str] = {"recorded": "sums.json"}

    def __init__(self) -> None:
        self._rows = json.loads(FILE.read_text())
        self.simulated = 0
        self.asked: list[tuple[str, str]] = []

    processor = ""
    memory_bytes = 0

    def convert_to_seconds(self, ticks: int) -> float:
        """Return simulated seconds."""
        return ticks / 1e9

    async def measure(
        self,
        _sandbox: Sandbox | None,
        executable: Executable,
        inputs: Sequence[bytes],
        _limits: Limits | None = None,
        *,
        budget: int | None = None,
    ) -> list[Measurement]:
        """Replay the recorded results of the program with this `sha`."""
        played: list[Measurement] = []
        for stdin in inputs:
            self.asked.append((executable.sha, stdin.decode()))
            spent = sum(item.ticks for item in played)
            left = None if budget is None else budget - spent
            played.append(self._one(self._rows[executable.sha][stdin.decode()], left))
            if budget is not None and spent + played[-1].ticks >= budget:
                break
        self.simulated += sum(item.ticks for item in played)
        return played

    def _one(self, row: Mapping[str, object], left: int | None) -> Measurement:
        verdict, ticks = Verdict(str(row["verdict"])), int(str(row["ticks"]))
        if verdict is not Verdict.AC:
            return Measurement(verdict, 0, {}, b"", "", 0.0, limit=str(row.get("limit", "")))
        if left is not None and ticks >= left:
            return Measurement(Verdict.TLE, left, {"cut": 1}, b"", "", 0.0, bounded=True)
        stdout = str(row["stdout"]).encode()
        counts = {"instructions": int(str(row["instructions"]))}
        return Measurement(verdict, ticks, counts, stdout, str(row["output_sha"]), 0.5)


async def _record() -> None:
    rows: dict[str, dict[str, dict[str, object]]] = {}
    async with Sandbox.open() as sandbox:
        for name in ("slow", "fast", "failing"):
            source = (FOLDER / f"{name}.c").read_text()
            compiled = await sandbox.compile(get_language("c17"), source)
            if compiled.executable is None:
                raise SystemExit(compiled.diagnostics)
            stdins = [item.data for item in INPUTS]
            measured = await Cachegrind().measure(sandbox, compiled.executable, stdins)
            rows[name] = {
                stdin.decode(): {
                    "verdict": item.verdict,
                    "ticks": item.ticks,
                    "instructions": item.counts.get("instructions", 0),
                    "stdout": item.stdout.decode(),
                    "output_sha": item.output_sha,
                }
                for stdin, item in zip(stdins, measured, strict=True)
            }
    FILE.write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    asyncio.run(_record())

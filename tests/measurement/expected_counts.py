"""Counts that cachegrind must give on every machine, for the programs in `counted/`.

They hold for programs that the packages in the file built. After an update of those packages,
`PYTHONPATH=tests python -m measurement.expected_counts` writes the file again.
"""

import asyncio
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language, map_suffixes
from pieforge.sandbox.sandbox import Sandbox

EXPECTED = Path(__file__).with_name("expected_counts.json")
PACKAGES = (
    *("gcc-12", "g++-12", "libc6-dev", "libstdc++-12-dev", "mold"),
    *("valgrind", "libssl3", "python3.11-minimal"),
)
_PROGRAMS = sorted(Path(__file__).with_name("counted").iterdir())
_INPUT = b"50\n"

Counts = dict[str, Mapping[str, int]]


def list_versions() -> dict[str, str]:
    """Return the installed version of each package; empty for one that is not installed."""
    asked = ["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES]
    lines = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.splitlines()
    return dict.fromkeys(PACKAGES, "") | {k: v for k, _, v in (s.partition(" ") for s in lines)}


async def count_programs(sandbox: Sandbox) -> Counts:
    """Return the counts of each program, by its file's name."""
    known = map_suffixes({key: get_language(key) for key in ("c17", "cpp17", "python")})
    found: Counts = {}
    for path in _PROGRAMS:
        compiled = await sandbox.compile(known[path.suffix], path.read_text(encoding="utf-8"))
        assert compiled.executable is not None, compiled.diagnostics
        [run] = await Cachegrind().measure(sandbox, compiled.executable, [_INPUT])
        assert run.verdict is Verdict.AC, path
        found[path.name] = {"cycles": run.ticks, **run.counts}
    return found


async def main() -> None:
    """Write the file again."""
    async with Sandbox.open() as sandbox:
        counts = await count_programs(sandbox)
    recorded = {"packages": list_versions(), "counts": counts}
    EXPECTED.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())

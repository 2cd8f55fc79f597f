"""Measure the start-up of the command: help, and an error in the configuration.

    help           `pieforge --help`
    run help       `pieforge run --help`
    wrong key      `pieforge run CONFIG` with a key that does not exist
    openai         `python -c "import openai"`, one of the packages that a run imports, to compare
    python         `python -c pass`, the lower limit

Run it with `python -m benchmarks.startup [REPETITIONS]`. It measures CPU time of the child
process, with interleaved repetitions; Python compiles byte code in a first round that does not
count.
"""

import asyncio
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import measuring


def call(arguments: list[str], status: int) -> None:
    """Run Python, and check its exit status."""
    done = subprocess.run([sys.executable, *arguments], capture_output=True, check=False)
    assert done.returncode == status, done.stderr.decode()


async def main(repetitions: int) -> None:
    """Measure, and print the results."""
    with tempfile.TemporaryDirectory() as name:
        config = Path(name) / "wrong.toml"
        config.write_text("[run]\nroundz = 2\n")
        command = ["-m", "pieforge"]
        ways = {
            "help": partial(call, [*command, "--help"], 0),
            "run help": partial(call, [*command, "run", "--help"], 0),
            "wrong key": partial(call, [*command, "run", str(config)], 2),
            "openai": partial(call, ["-c", "import openai"], 0),
            "python": partial(call, ["-c", "pass"], 0),
        }
        costs = await measuring.interleaved(ways, repetitions)
    print(f"{'way':12} {'CPU ms':>8} {'vs openai':>10}")
    for way, found in costs.items():
        milliseconds = 1000 * measuring.median(found, measuring.cpu)
        share = measuring.ratio(found, costs["openai"], measuring.cpu)
        print(f"{way:12} {milliseconds:8.0f} {share:10.3f}")
    measuring.say_result(
        help_vs_import_openai=measuring.ratio(costs["help"], costs["openai"], measuring.cpu),
        wrong_key_vs_import_openai=measuring.ratio(
            costs["wrong key"], costs["openai"], measuring.cpu
        ),
    )


if __name__ == "__main__":
    measuring.say_where()
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))

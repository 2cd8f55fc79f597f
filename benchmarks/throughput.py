"""Compare an earlier commit with this tree on the same workload: kept pairs per CPU hour.

    before   the commit, 5f3dd52 by default, in a clone with a virtual environment of its own
    now      the tree that this file is in, with its `.venv`

The workload is the earlier commit's default run: its problem packages, as many new programs, pairs
that the packages' tests show. What a run does by default besides, slower versions of fast programs
and inputs on which slow programs are slow, gives other pairs; with `default` as the third argument
both make their own default runs.

A repetition runs `pieforge run` for each, one after the other, each with a new run folder and an
empty cache of compiled programs, headers and native parts.

Run it with `python -m benchmarks.throughput [REPETITIONS [COMMIT [default]]]`, on two idle cores 8
minutes a repetition. It needs `perf` (Debian: linux-perf).

`perf record` samples the CPU clock of the command and all its descendants, inside the sandbox too.
A sample counts for the stage of its process:

    simulate   valgrind with the program that it simulates
    compile    compilers, assemblers and linkers, of every build
    sanitize   programs with the address sanitizer
    run        all other programs: on tests, in other builds, perturbed, scripts of packages
    parent     pieforge's own process
    other      bubblewrap, the supervisor, tools that are asked for their version

The stages of a run add up to its samples. `kernel` is the CPU time that the kernel counted, that of
`perf` included; where the two differ by more than 8 %, samples were lost, and the benchmark fails.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks import measuring

TREE = Path(__file__).parents[1]
SAME_WORKLOAD = """
[run]
deoptimizations = 0
problem_folder = "{problems}"
[keep]
by = "typical"
"""
"""This tree's configuration for the workload of a commit without these keys."""
HERTZ = 1999
"""Samples for each second of CPU time. Each process loses half a sample, and a run starts 20,000.
A prime, so that samples do not follow the kernel's ticks."""
STAGES = ("simulate", "compile", "sanitize", "run", "parent", "other")
# A name is cut at 15 characters: x86_64-linux-gn, cachegrind-amd6.
_STAGE_OF_NAME = {
    "simulate": re.compile(r"cachegrind|valgrind"),
    "compile": re.compile(r"(cc1|cc1plus|as|collect2|ld|mold)$|ld\.|g\+\+|gcc|clang|x86_64-linux"),
    "run": re.compile(r"prog$|python3"),
    "parent": re.compile(r"pieforge$"),
}
_EVENT = re.compile(r"\s*(.+?)\s+(\d+) +(cpu-clock|PERF_RECORD_MMAP)(.*)")


@dataclass(frozen=True)
class Played:
    """One run.

    Attributes:
        pairs: Ids of the slow and the fast program of each kept pair.
        stages: CPU seconds by stage.
        kernel_s: CPU seconds that the kernel counted for all its processes.
        wall_s: Seconds of wall time.
    """

    pairs: frozenset[tuple[str, str]]
    stages: Mapping[str, float]
    kernel_s: float
    wall_s: float

    @property
    def pairs_per_cpu_hour(self) -> float:
        """Kept pairs for each hour of CPU time."""
        return 3600 * len(self.pairs) / self.kernel_s


def clone(commit: str, folder: Path) -> Path:
    """Return a clone at a commit, with its virtual environment."""
    subprocess.run(["git", "clone", "-q", "--shared", "-n", str(TREE), str(folder)], check=True)
    subprocess.run(["git", "checkout", "-q", commit], cwd=folder, check=True)
    subprocess.run(["make", "-s", ".venv/.run"], cwd=folder, check=True, stdout=sys.stderr)
    return folder


def play(tree: Path, work: Path, config: Sequence[str]) -> Played:
    """Run a tree's program once, in an empty folder, with empty caches."""
    samples = work / "perf.data"
    command = ["perf", "record", "-q", "-e", "cpu-clock", "-F", str(HERTZ), "-o", str(samples)]
    command += ["--", str(tree / ".venv/bin/pieforge"), "run", *config]
    command += ["--name", "run", "--out", str(work)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
    begun = time.perf_counter()
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(child.pid, 0)
    wall_s = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, f"{command} ended with {child.returncode}"
    rows = map(json.loads, (work / "run/pairs.jsonl").read_text().splitlines())
    stages = read_stages(samples)
    kernel_s = use.ru_utime + use.ru_stime
    assert abs(sum(stages.values()) / kernel_s - 1) < 0.08, (stages, kernel_s)
    pairs = frozenset((row["src_id"], row["tgt_id"]) for row in rows)
    return Played(pairs, stages, kernel_s, wall_s)


def read_stages(samples: Path) -> dict[str, float]:
    """Return CPU seconds by stage."""
    command = ["perf", "script", "-i", str(samples), "-F", "comm,pid,event", "--show-mmap-events"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as script:
        assert script.stdout is not None
        counts = count_stages(script.stdout)
    assert script.returncode == 0, command
    return {stage: counts[stage] / HERTZ for stage in STAGES}


def count_stages(events: Iterable[str]) -> Counter[str]:
    """Return the number of samples by stage."""
    counts: Counter[str] = Counter()
    sanitized: set[str] = set()
    for line in events:
        if (event := _EVENT.match(line)) is None:
            continue
        name, process, kind, rest = event.groups()
        if kind != "cpu-clock":
            # Of the compilers only the linker reads the library; it maps it as data.
            if "/libasan.so" in rest and " r-xp " in rest:
                sanitized.add(process)
            continue
        stage = next((key for key, names in _STAGE_OF_NAME.items() if names.match(name)), "other")
        counts["sanitize" if process in sanitized and stage == "run" else stage] += 1
    return counts


def report(ways: Mapping[str, list[Played]]) -> None:
    """Print the table by stage, the kept pairs that differ, and the result."""
    print(f"{'median CPU s':14}" + "".join(f"{way:>18}" for way in ways))
    totals = {way: median(sum(it.stages.values()) for it in runs) for way, runs in ways.items()}
    for stage in STAGES:
        seconds = {way: median(it.stages[stage] for it in runs) for way, runs in ways.items()}
        cells = (f"{s:9.1f} {s / totals[way]:7.1%} " for way, s in seconds.items())
        print(f"{stage:14}" + "".join(cells))
    for title, figures in {
        "all stages": totals,
        "kernel": {way: median(it.kernel_s for it in runs) for way, runs in ways.items()},
        "wall": {way: median(it.wall_s for it in runs) for way, runs in ways.items()},
        "kept pairs": {way: median(len(it.pairs) for it in runs) for way, runs in ways.items()},
    }.items():
        print(f"{title:14}" + "".join(f"{figure:9.1f}{'':9}" for figure in figures.values()))
    before, now = ways["before"], ways["now"]
    for way, runs, others in (("before", before, now), ("now", now, before)):
        for src, tgt in sorted(runs[0].pairs - others[0].pairs):
            print(f"kept only {way}: {src} {tgt}")
        assert len({it.pairs for it in runs}) == 1, f"{way}: repetitions kept different pairs"
    measuring.say_result(
        pairs_per_cpu_hour=median(it.pairs_per_cpu_hour for it in now),
        vs_before=median(
            a.pairs_per_cpu_hour / b.pairs_per_cpu_hour for a, b in zip(now, before, strict=True)
        ),
        parent_share=median(it.stages["parent"] / sum(it.stages.values()) for it in now),
    )


def main(repetitions: int = 2, commit: str = "5f3dd52", workload: str = "same") -> None:
    """Run both in turn, and report."""
    with tempfile.TemporaryDirectory() as name:
        trees = {"before": clone(commit, Path(name) / "clone"), "now": TREE}
        configs: dict[str, list[str]] = {"before": [], "now": []}
        if workload == "same":
            file = Path(name) / "same.toml"
            file.write_text(SAME_WORKLOAD.format(problems=trees["before"] / "problems"))
            configs["now"].append(str(file))
        ways: dict[str, list[Played]] = {way: [] for way in trees}
        for _ in range(repetitions):
            for way, tree in trees.items():
                with tempfile.TemporaryDirectory(dir=name) as work:
                    ways[way].append(play(tree, Path(work), configs[way]))
                print(f"{way}: {ways[way][-1]}", file=sys.stderr)
        report(ways)


if __name__ == "__main__":
    measuring.say_where()
    repetitions, *rest = sys.argv[1:] or ["2"]
    main(int(repetitions), *rest)

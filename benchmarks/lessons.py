"""Count the different lessons of a run: `python -m benchmarks.lessons [RUN_FOLDER] [--before]`.

Without a folder, the embedded engines make one on the train problems, in `ROUNDS` rounds. Prints a
table by anti-pattern; the last line is JSON:

- `pairs`: pairs that are not surplus, the first 100 at most, in the order of pairs.jsonl;
- `distinct_edits`, `effective_edits`, `largest_share`: of these, by edit and by edit cluster;
- `patterns`, `patterns_in_5_problems`: anti-patterns with a kept pair, and those in five problems;
- `cpu_s_per_pair`: CPU seconds of this process and its children per kept pair; null for a folder;
- `cpu_vs_before`: its ratio to a run without the de-optimizer; null unless `--before` is given.
"""

import json
import resource
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from pieforge.cli import main
from pieforge.lessons.clusters import count_effective_edits

WANTED = 100
ROUNDS = 4


def read_pairs(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of pairs.jsonl that are not surplus, in order."""
    rows = [json.loads(line) for line in (folder / "pairs.jsonl").read_text().splitlines()]
    return [row for row in rows if not row["surplus"]]


def count_lessons(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return the figures of the first rows that follow from the rows alone."""
    first = rows[:WANTED]
    clusters = [row["edit_cluster"] for row in first]
    problems = count_problems(rows)
    return {
        "pairs": len(first),
        "distinct_edits": len({row["edit_id"] for row in first}),
        "effective_edits": round(count_effective_edits(clusters), 1),
        "patterns": len(problems),
        "patterns_in_5_problems": sum(len(found) >= 5 for found in problems.values()),
        "largest_share": round(max(Counter(clusters).values(), default=0) / max(1, len(first)), 3),
    }


def count_problems(rows: Sequence[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Return the kept pairs of each anti-pattern, by problem."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for key in row["edit_patterns"]:
            found[key][row["problem_id"]] += 1
    return dict(found)


def make_pairs(folder: Path, *, deoptimizations: int, rounds: int) -> float:
    """Make a run folder on the train problems; return its CPU seconds per kept pair."""
    config = folder.with_suffix(".toml")
    config.write_text(f"[run]\nrounds = {rounds}\ndeoptimizations = {deoptimizations}\n")
    before = _count_cpu()
    arguments = ["run", str(config), "--out", str(folder.parent), "--name", folder.name]
    CliRunner().invoke(main, arguments, catch_exceptions=False)
    kept = len((folder / "pairs.jsonl").read_text().splitlines())
    return (_count_cpu() - before) / max(1, kept)


def _count_cpu() -> float:
    uses = [resource.getrusage(it) for it in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(use.ru_utime + use.ru_stime for use in uses)


def run_benchmark(arguments: Sequence[str]) -> dict[str, float | None]:
    """Print the table; return all figures."""
    folders = [Path(it) for it in arguments if not it.startswith("-")]
    with tempfile.TemporaryDirectory() as temporary:
        cost: float | None = None
        before: float | None = None
        folder = folders[0] if folders else Path(temporary) / "lessons"
        if not folders:
            cost = make_pairs(folder, deoptimizations=3, rounds=ROUNDS)
        if "--before" in arguments and cost is not None:
            before = make_pairs(Path(temporary) / "before", deoptimizations=0, rounds=2)
        rows = read_pairs(folder)
    for key, problems in sorted(count_problems(rows).items()):
        print(f"{key:26} {problems.total():4} pairs in {len(problems):2} problems")
    return {
        **count_lessons(rows),
        "cpu_s_per_pair": round(cost, 1) if cost is not None else None,
        "cpu_vs_before": round(cost / before, 2) if cost and before else None,
    }


if __name__ == "__main__":
    print(json.dumps(run_benchmark(sys.argv[1:])))

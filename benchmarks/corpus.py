"""Measure a corpus of many programs: opening it, finding a program's class, what a run loads.

    python -m benchmarks.corpus [PROGRAMS] [--formats N] [--postgres ADDRESS]

The programs (100,000 by default) are generated texts in N input formats (28, as many as there are
bundled problems); each format has one class tree, in which every fourth program begins a class. No
program is run. Last line: the results as one JSON object, times in milliseconds; that of loading
one format, as a run does when it begins, is CPU time.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import say_result, say_where
from pieforge.corpus.corpus import Addition, Corpus, CorpusRow, StoredTree, open_corpus
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.records import ProgramText, digest

_PER_CLASS = 4
_LOOKUPS = 2000
_CODE_LINES = 25


def build_format(number: int, count: int) -> tuple[str, ClassIndex, list[CorpusRow]]:
    """Return a format's id, its class tree and the rows of its programs."""
    format_id, problem_id = digest("format", str(number)), f"problem{number}"
    index = ClassIndex(format_id)
    rows = []
    node, splits, class_id = index.get_root("cpp17"), 0, ""
    for at in range(count):
        lines = [f"    total += {line} * table[{at % 97}];" for line in range(_CODE_LINES)]
        code = "\n".join((f"int f{at}() {{", *lines, "}"))
        text = ProgramText.create(problem_id, "cpp17", code)
        name = text.program_id
        if at % _PER_CLASS == 0:
            outputs: dict[int, str | None] = {
                index.number_input(digest(str(k))): str(k) for k in range(4)
            }
            if at:
                sha = digest(problem_id, str(splits))
                splits += 1
                number_of = index.number_input(sha)
                index.record_outputs(class_id, {number_of: "same"})
                index.split_class(node, number_of, {})
                index.power.record_split(sha, "seeds/1")
                outputs[number_of] = "other"
                node = index.add_child(node, "other")
            class_id = index.create_class(node, name, outputs)
        else:
            index.join_class(class_id, name, {0: "0", 1: "1"})
        rows.append(
            CorpusRow("program", name, text.model_dump(mode="json"), problem_id, "cpp17", class_id)
        )
    return format_id, index, rows


async def fill(corpus: Corpus, programs: int, formats: int) -> list[str]:
    """Add generated programs; return their ids."""
    names: list[str] = []
    for number in range(formats):
        share = programs // formats + (number < programs % formats)
        format_id, index, rows = build_format(number, share)
        names += [row.row_id for row in rows]
        tree = StoredTree([f"problem{number}"], [], index.dump())
        async with corpus.hold_lock("benchmark"):
            corpus.add("benchmark", "benchmark", Addition(rows, {format_id: tree}))
    return names


def measure(
    action: Callable[[], Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, Any]:
    """Return the milliseconds that an action takes, and its result."""
    begun = clock()
    result = action()
    return 1000 * (clock() - begun), result


def load_format(corpus: Corpus, format_id: str) -> None:
    """Load what a run loads of an input format."""
    stored = corpus.read_tree(format_id)
    assert stored is not None
    index = ClassIndex.load(dict(stored.tree))
    assert len(list(corpus.load_programs(index.list_programs()))) == len(index.list_programs())


def main() -> None:
    """Build the corpus, measure it, and print the results."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("programs", type=int, nargs="?", default=100_000)
    parser.add_argument("--formats", type=int, default=28)
    parser.add_argument("--postgres", default="", help="address of an empty database")
    given = parser.parse_args()
    say_where()
    with tempfile.TemporaryDirectory() as folder:
        path = None if given.postgres else Path(folder) / "corpus.sqlite"
        corpus = open_corpus(path, given.postgres, 1 << 30)
        build_ms, names = measure(lambda: asyncio.run(fill(corpus, given.programs, given.formats)))
        corpus.close()
        size = path.stat().st_size if path is not None else 0
        open_ms, corpus = measure(lambda: open_corpus(path, given.postgres, 1 << 30))
        draw = random.Random(1)
        times = []
        for name in draw.choices(names, k=_LOOKUPS):
            took, class_id = measure(lambda name=name: corpus.find_class(name))
            assert class_id is not None
            times.append(took)
        times.sort()
        statistics_ms, _ = measure(corpus.collect_statistics)
        [format_id, *_] = sorted(corpus.list_formats())
        load_ms, _ = measure(lambda: load_format(corpus, format_id), time.process_time)
        corpus.close()
    say_result(
        programs=len(names),
        formats=given.formats,
        open_ms=round(open_ms, 2),
        find_class_ms=round(times[len(times) // 2], 3),
        find_class_p99_ms=round(times[int(0.99 * len(times))], 3),
        stats_ms=round(statistics_ms, 1),
        load_format_cpu_ms=round(load_ms, 1),
        build_s=round(build_ms / 1000, 1),
        file_mb=round(size / 1e6, 1),
    )


if __name__ == "__main__":
    main()

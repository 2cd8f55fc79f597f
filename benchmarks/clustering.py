"""CPU time of clustering many different edits: `python -m benchmarks.clustering [COUNT ...]`.

The edits are those of `labelled_pairs`, each many times with two fifths of its parts replaced, so
that most begin a cluster and many are nearly near: more work than the edits of a run.
"""

import random
import sys
import time
from collections.abc import Iterator

from benchmarks.edit_identity import edit_of
from benchmarks.labelled_pairs import labelled_pairs
from pieforge.lessons.clusters import cluster_edits
from pieforge.lessons.edit_identity import AbstractEdit

REPLACED = 0.4


def vary_edits(known: list[AbstractEdit], count: int) -> Iterator[AbstractEdit]:
    """Yield different edits, each like one of the known ones."""
    draw = random.Random(1)
    every = [part for edit in known for part in edit.parts]
    for number in range(count):
        parts = dict(draw.choice(known).parts)
        for part in list(parts):
            if draw.random() < REPLACED:
                del parts[part]
                parts[draw.choice(every)] = 1
        yield AbstractEdit(str(number), parts)


def main() -> None:
    """Print edits, clusters and CPU seconds for each count."""
    known = [edit_of(pair) for pair in labelled_pairs()]
    for count in map(int, sys.argv[1:] or ("1000", "10000")):
        edits = list(vary_edits(known, count))
        begun = time.process_time()
        clusters = len(set(cluster_edits(edits)))
        print(f"{count} edits, {clusters} clusters: {time.process_time() - begun:.1f} s")


if __name__ == "__main__":
    main()

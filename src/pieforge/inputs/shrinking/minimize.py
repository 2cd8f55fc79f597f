"""Make an input smaller for as long as it still shows the same difference: delta debugging.

Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002, over the
tree of the input's grammar: `inputs.shrinking.candidates` says what is smaller. Candidates are
judged in batches, because a sandbox runs many inputs for little more than the cost of one.

picire (delta debugging over lines or characters) and shrinkray (a reducer of any format) were
evaluated: both remove elements without their count elsewhere, so that nearly everything they try
is invalid, and neither judges batches.
"""

from collections.abc import Callable, Iterator
from itertools import compress, islice

from pieforge.inputs import InputPredicate
from pieforge.inputs.generation.plain import NUMBER

Shrinker = Callable[[bytes], Iterator[bytes]]
"""Yields inputs near a given one, the smallest first; they need not be valid."""

_INITIAL_BATCH, _MAX_BATCH = 12, 48
"""After a success the next one is probable, so few are tried; after failures ever more."""
_PROPOSALS_PER_RUN = 20
"""Most inputs proposed for each one that may be run: most of them may be invalid."""


def measure_size(data: bytes) -> tuple[int, int, int, bytes]:
    """Return what is minimized: words, bytes, sum of all numbers, then the bytes themselves."""
    words = data.split()
    total = sum(abs(int(word)) for word in words if NUMBER.fullmatch(word))
    return len(words), len(data), total, data


async def minimize_input(
    data: bytes,
    shrink: Shrinker,
    is_valid: InputPredicate,
    is_interesting: InputPredicate,
    *,
    budget: int = 400,
) -> bytes:
    """Return the smallest input found that shows the same as `data`.

    Args:
        data: An input that shows it.
        shrink: Proposes smaller inputs.
        is_valid: Whether something is an input of the problem; asked first.
        is_interesting: Whether a valid input shows the same.
        budget: Inputs that `is_interesting` may be asked about.
    """
    best = data
    proposed = {data}
    fresh, patience = shrink(best), _INITIAL_BATCH
    while budget > 0 and len(proposed) < _PROPOSALS_PER_RUN * budget:
        batch = list(islice(_filter_smaller(fresh, best, proposed), min(patience, budget)))
        if not batch:
            break
        good = list(compress(batch, await is_valid(batch)))
        budget -= len(good)
        hits = list(compress(good, await is_interesting(good))) if good else []
        patience = min(2 * patience, _MAX_BATCH)
        if hits:
            best = min(hits, key=measure_size)
            fresh, patience = shrink(best), _INITIAL_BATCH
    return best


def _filter_smaller(proposed: Iterator[bytes], best: bytes, known: set[bytes]) -> Iterator[bytes]:
    size = measure_size(best)
    for data in proposed:
        if data not in known and measure_size(data) < size:
            known.add(data)
            yield data

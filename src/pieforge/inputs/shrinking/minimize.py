"""Make an input smaller for as long as it still shows what it shows: delta debugging.

Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002, over the
tree of the input's grammar: what is smaller is for `inputs.shrinking` to say. Candidates are asked
about many at once, because a sandbox runs many inputs for little more than one.

picire (delta debugging over lines or characters) and shrinkray (a reducer of any format) were
looked at: both remove without knowing that a count elsewhere has to follow, so that next to
nothing they try would be an input of the problem, and neither asks about many at once.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice

InputPredicate = Callable[[Sequence[bytes]], Awaitable[list[bool]]]
"""Answers yes or no for each input."""
Shrinker = Callable[[bytes], Iterator[bytes]]
"""Yields inputs near a given one, the much smaller first; they need not be right."""

_INITIAL_BATCH, _MAX_BATCH = 12, 48
"""After a success much is likely to succeed; after failures most will fail, so ask about many."""
_PROPOSALS_PER_RUN = 20
"""Most inputs proposed for one that may be run: most of them may be no input of the problem."""
_NUMBER = re.compile(rb"-?\d{1,40}")


def measure_size(data: bytes) -> tuple[int, int, int, bytes]:
    """Return what is made small: words, bytes, the sum of all numbers, then the bytes' order."""
    words = data.split()
    total = sum(abs(int(word)) for word in words if _NUMBER.fullmatch(word))
    return len(words), len(data), total, data


async def minimize_input(
    data: bytes,
    shrink: Shrinker,
    is_valid: InputPredicate,
    is_interesting: InputPredicate,
    *,
    budget: int = 400,
) -> bytes:
    """Return the smallest input that was found to show the same as `data`.

    Args:
        data: An input that shows it.
        shrink: Where smaller inputs come from.
        is_valid: Whether something is an input of the problem; asked first.
        is_interesting: Whether a valid input shows the same.
        budget: Inputs that `is_interesting` may be asked about.
    """
    best, size = data, measure_size(data)
    proposed = {data}
    fresh, patience = shrink(best), _INITIAL_BATCH
    while budget > 0 and len(proposed) < _PROPOSALS_PER_RUN * budget:
        batch = list(islice(_filter_smaller(fresh, size, proposed), min(patience, budget)))
        if not batch:
            break
        good = _select_accepted(batch, await is_valid(batch))
        budget -= len(good)
        hits = _select_accepted(good, await is_interesting(good)) if good else []
        patience = min(2 * patience, _MAX_BATCH)
        if hits:
            best = min(hits, key=measure_size)
            size = measure_size(best)
            fresh, patience = shrink(best), _INITIAL_BATCH
    return best


def _select_accepted(inputs: Sequence[bytes], verdicts: Sequence[bool]) -> list[bytes]:
    return [data for data, good in zip(inputs, verdicts, strict=True) if good]


def _filter_smaller(
    proposed: Iterator[bytes], size: tuple[int, int, int, bytes], known: set[bytes]
) -> Iterator[bytes]:
    for data in proposed:
        if data not in known and measure_size(data) < size:
            known.add(data)
            yield data

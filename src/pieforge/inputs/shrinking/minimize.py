"""Make an input smaller for as long as it still shows what it shows: delta debugging.

Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", TSE 2002, over the
tree of the input's shape: what is smaller is for `inputs.shrinking` to say. Candidates are asked
about many at once, because a sandbox runs many inputs for little more than one.

picire (delta debugging over lines or characters) and shrinkray (a reducer of any format) were
looked at: both remove without knowing that a count elsewhere has to follow, so that next to
nothing they try would be an input of the problem, and neither asks about many at once.
"""

import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice

Ask = Callable[[Sequence[bytes]], Awaitable[list[bool]]]
"""Answers yes or no for each input."""
Smaller = Callable[[bytes], Iterator[bytes]]
"""Yields inputs near a given one, the much smaller first; they need not be right."""

_FIRST_BATCH, _LARGEST_BATCH = 12, 48
"""After a success much is likely to succeed; after failures most will fail, so ask about many."""
_PROPOSED = 20
"""Most inputs proposed for one that may be run: most of them may be no input of the problem."""
_NUMBER = re.compile(rb"-?\d{1,40}")


def weight(data: bytes) -> tuple[int, int, int, bytes]:
    """Return what is made small: words, bytes, the sum of all numbers, then the bytes' order."""
    words = data.split()
    total = sum(abs(int(word)) for word in words if _NUMBER.fullmatch(word))
    return len(words), len(data), total, data


async def minimise(
    data: bytes, smaller: Smaller, valid: Ask, still: Ask, *, budget: int = 400
) -> bytes:
    """Return the smallest input that was found to show the same as `data`.

    Args:
        data: An input that shows it.
        smaller: Where smaller inputs come from.
        valid: Whether something is an input of the problem; asked first.
        still: Whether a valid input shows the same.
        budget: Inputs that `still` may be asked about.
    """
    best, size = data, weight(data)
    proposed = {data}
    fresh, patience = smaller(best), _FIRST_BATCH
    while budget > 0 and len(proposed) < _PROPOSED * budget:
        batch = list(islice(_lighter(fresh, size, proposed), min(patience, budget)))
        if not batch:
            break
        good = _chosen(batch, await valid(batch))
        budget -= len(good)
        hits = _chosen(good, await still(good)) if good else []
        patience = min(2 * patience, _LARGEST_BATCH)
        if hits:
            best = min(hits, key=weight)
            size = weight(best)
            fresh, patience = smaller(best), _FIRST_BATCH
    return best


def _chosen(inputs: Sequence[bytes], verdicts: Sequence[bool]) -> list[bytes]:
    return [data for data, good in zip(inputs, verdicts, strict=True) if good]


def _lighter(
    proposed: Iterator[bytes], size: tuple[int, int, int, bytes], known: set[bytes]
) -> Iterator[bytes]:
    for data in proposed:
        if data not in known and weight(data) < size:
            known.add(data)
            yield data

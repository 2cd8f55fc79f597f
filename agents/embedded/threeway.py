"""Three-way merge of sequences, with explicit conflicts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class MergeRegion:
    """One stretch of a merge: settled, or a conflict between both sides."""

    merged: tuple[str, ...]
    """What the merge came to; empty in a conflict."""
    base: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    conflict: bool = False


def merge_three_way(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> list[MergeRegion]:
    """Merge two changes of one sequence of lines or tokens; joined regions give the result.

    Source: Khanna, Kunal, Pierce, A Formal Investigation of Diff3 (FSTTCS 2007). Changes that
    touch belong together; what both sides left alone parts one stretch from the next.
    """
    both = _diff_side(base, ours), _diff_side(base, theirs)
    regions = []
    done = 0
    shifts = [0, 0]
    for start, end in _unite_spans([span for changes in both for span, _ in changes]):
        regions.append(MergeRegion(tuple(base[done:start])))
        sides = []
        for index, (side, changes) in enumerate(zip((ours, theirs), both, strict=True)):
            begin = start + shifts[index]
            shifts[index] += sum(grown for (b, e), grown in changes if start <= b and e <= end)
            sides.append(tuple(side[begin : end + shifts[index]]))
        regions.append(_resolve(tuple(base[start:end]), *sides))
        done = end
    return [r for r in (*regions, MergeRegion(tuple(base[done:]))) if r.merged or r.conflict]


def _diff_side(base: Sequence[str], side: Sequence[str]) -> list[tuple[tuple[int, int], int]]:
    """Return the stretches of base that a side changed, each with what it grew by."""
    # Without difflib's rule to ignore frequent elements: code has little else.
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [
        ((b, e), (se - s) - (e - b))
        for kind, b, e, s, se in matcher.get_opcodes()
        if kind != "equal"
    ]


def _unite_spans(spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the unions of spans that overlap or touch, in order."""
    ordered = sorted(spans)
    while ordered:
        start, end = ordered.pop(0)
        while ordered and ordered[0][0] <= end:
            end = max(end, ordered.pop(0)[1])
        yield start, end


def _resolve(base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...]) -> MergeRegion:
    if ours in (base, theirs):
        return MergeRegion(theirs)
    if theirs == base:
        return MergeRegion(ours)
    return MergeRegion((), base, ours, theirs, conflict=True)

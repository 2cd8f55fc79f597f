"""Three-way merge of sequences that returns conflicts as separate regions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True)
class MergeRegion:
    """One region of a merge: merged, or a conflict between both sides."""

    merged: tuple[str, ...]
    """The merged elements; empty in a conflict."""
    base: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    conflict: bool = False


def merge_three_way(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str]
) -> list[MergeRegion]:
    """Merge two changes of one sequence of lines or tokens; joined regions give the result.

    Source: Khanna, Kunal, Pierce, A Formal Investigation of Diff3 (FSTTCS 2007). Changes that
    overlap or touch are one region; elements that neither side changed separate the regions.
    """
    both = _diff_side(base, ours), _diff_side(base, theirs)
    regions = []
    done = 0
    shifts = [0, 0]  # how far each side's positions lie beyond those of the base
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
    """Return the spans of base that a side changed, each with its growth in elements."""
    # Without difflib's heuristic that ignores frequent elements: most elements of code are.
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

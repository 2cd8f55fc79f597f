"""The figures of a run that its summary does not have: yields, costs by round, learning curve."""

import math
import operator
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from statistics import median

import numpy as np
from scipy.special import gammaln
from scipy.stats import binomtest

from pieforge.records import FrozenModel
from pieforge.report.run_data import ReportedRun
from pieforge.rows import CallRow, Pair, ProgramRow

_CURVE_POINTS = 60
_BINS_PER_DOUBLING = 2


class GroupYield(FrozenModel):
    """How many programs of a group became a side of a kept pair."""

    by: str
    """What the group shares, such as `problem`."""
    value: str
    programs: int
    """New programs; 0 where they are not known by this property."""
    kept: int
    """Those that are the slow program (of an author's group) or the fast program (of an
    optimizer's) of a kept pair."""
    share: float | None
    """`kept` / `programs`."""
    low: float | None
    """Bounds of the 95 % interval (Wilson) of `share`."""
    high: float | None
    pairs: int
    edits: int | None
    """Different edits among the pairs; None where the rows do not say."""
    speedup: float | None
    """Median of the pairs."""


class RoundCost(FrozenModel):
    """What a round took, and what it gave."""

    round: int
    calls: int
    tokens: int
    """Of prompts and answers."""
    usd: float
    unpriced: int
    """Calls without a known price."""
    pairs: int
    edits: int | None
    """Different edits in this round and all before; None where the rows do not say."""


class Loss(FrozenModel):
    """How often a stage refused for a reason in a round."""

    round: int
    stage: str
    reason: str
    count: int


def iter_yields(run: ReportedRun) -> Iterator[GroupYield]:
    """Yield the groups of a run by each property, those with the most pairs first."""

    def get_from_call(read: Callable[[CallRow], str]) -> Callable[[ProgramRow], str]:
        return lambda row: read(run.calls[row.call_id]) if row.call_id in run.calls else "unknown"

    slow = _index_pairs(run.pairs, lambda pair: [pair.src_id])
    fast = _index_pairs(run.pairs, lambda pair: [pair.tgt_id])
    if run.authored:
        yield from _group("problem", run.authored, slow, lambda row: row.problem_id)
        yield from _group("language", run.authored, slow, lambda row: row.language)
    else:
        yield from _rank("problem", _index_pairs(run.pairs, lambda pair: [pair.problem_id]))
        yield from _rank("language", _index_pairs(run.pairs, lambda pair: [pair.language]))
    if run.calls:
        for role, programs, pairs in (
            ("author", run.authored, slow),
            ("optimizer", run.optimized, fast),
        ):
            strategy = get_from_call(lambda call: call.strategy)
            yield from _group(f"{role}'s strategy", programs, pairs, strategy)
            yield from _group(
                f"{role}'s model", programs, pairs, get_from_call(lambda it: it.model)
            )
    patterns = _index_pairs(run.pairs, lambda pair: pair.edit_patterns or ["none known"])
    yield from _rank("anti-pattern", patterns)


def _index_pairs(
    pairs: Iterable[Pair], list_keys: Callable[[Pair], Iterable[str]]
) -> Mapping[str, list[Pair]]:
    found = defaultdict(list)
    for pair in pairs:
        for key in list_keys(pair):
            found[key].append(pair)
    return found


def _group(
    by: str,
    programs: Iterable[ProgramRow],
    pairs: Mapping[str, list[Pair]],
    get_key: Callable[[ProgramRow], str],
) -> list[GroupYield]:
    """Return the yields of programs, given the pairs in which each is."""
    groups = defaultdict(list)
    for row in programs:
        groups[get_key(row)].append(row.program_id)
    made = {
        value: [pair for id_ in ids for pair in pairs.get(id_, ())] for value, ids in groups.items()
    }
    return _rank(by, made, groups)


def _rank(
    by: str, groups: Mapping[str, list[Pair]], programs: Mapping[str, list[str]] | None = None
) -> list[GroupYield]:
    """Return the groups in order.

    Args:
        by: What a group shares.
        groups: The pairs of each group.
        programs: The programs of each group, where they are known.
    """
    found = []
    for value, pairs in groups.items():
        sides = {id_ for pair in pairs for id_ in (pair.src_id, pair.tgt_id)}
        ids = programs[value] if programs else []
        kept = len(sides.intersection(ids))
        interval = binomtest(kept, len(ids)).proportion_ci(method="wilson") if ids else None
        found.append(
            GroupYield(
                by=by,
                value=value,
                programs=len(ids),
                kept=kept,
                share=kept / len(ids) if ids else None,
                low=float(interval.low) if interval else None,
                high=float(interval.high) if interval else None,
                pairs=len(pairs),
                edits=count_edits(pairs),
                speedup=median(pair.speedup for pair in pairs) if pairs else None,
            )
        )
    return sorted(found, key=lambda it: (-it.pairs, -it.programs, it.value))


def count_edits(pairs: Iterable[Pair]) -> int | None:
    """Return the number of different edits; None where the rows do not say."""
    edits = list_edits(pairs)
    return len(set(edits)) if edits else None


def list_edits(pairs: Iterable[Pair]) -> list[str]:
    """Return the edit of each pair; none where the run is older than the column.

    A pair without a known edit, which is a very large one, has one of its own.
    """
    found = [(pair.edit_id, pair.record_id) for pair in pairs]
    return [edit or own for edit, own in found] if any(edit for edit, _ in found) else []


def count_losses(run: ReportedRun) -> list[Loss]:
    """Return the refusals by round, stage and reason."""
    counts = Counter((it.round, it.stage, str(it.reason)) for it in run.rejects)
    return [
        Loss(round=round_, stage=stage, reason=reason, count=count)
        for (round_, stage, reason), count in sorted(counts.items())
    ]


def sum_rounds(run: ReportedRun) -> list[RoundCost]:
    """Return the cost of each round; a call belongs to the first round with a row from it."""
    first: dict[str, int] = {}
    for row in run.answered:
        if row.call_id in run.calls:
            first[row.call_id] = min(first.get(row.call_id, row.round), row.round)
    rounds = sorted({*first.values(), *(pair.round for pair in run.pairs)})
    calls = {at: [run.calls[key] for key, it in first.items() if it == at] for at in rounds}
    pairs = {at: [pair for pair in run.pairs if pair.round == at] for at in rounds}
    until = accumulate((pairs[at] for at in rounds), operator.add)
    return [
        RoundCost(
            round=at,
            calls=len(calls[at]),
            tokens=sum(map(count_tokens, calls[at])),
            usd=sum(it.usd or 0.0 for it in calls[at]),
            unpriced=sum(it.usd is None for it in calls[at]),
            pairs=len(pairs[at]),
            edits=count_edits(so_far),
        )
        for at, so_far in zip(rounds, until, strict=True)
    ]


def count_tokens(call: CallRow) -> int:
    """Return the tokens of a call's prompt and answers."""
    return call.prompt_tokens + call.completion_tokens


def compute_learning_curve(edits: Sequence[str]) -> list[tuple[int, float]]:
    """Return how many different edits are expected in random parts of the pairs.

    This is rarefaction, as in ecology: it does not depend on the order of the pairs.

    Args:
        edits: The edit of each pair.

    Returns:
        Numbers of pairs, each with the expected number of different edits among so many of them.
    """
    total = len(edits)
    counts = np.array(list(Counter(edits).values()))
    sizes = np.unique(np.linspace(1, total, min(total, _CURVE_POINTS)).round().astype(int))
    curve = []
    for size in sizes.tolist():
        # The probability that a part of this size has no pair of an edit: a ratio of binomials.
        rest = (total - counts)[total - counts >= size]
        absent = np.exp(
            gammaln(rest + 1)
            - gammaln(rest - size + 1)
            - gammaln(total + 1)
            + gammaln(total - size + 1)
        )
        curve.append((size, float(len(counts) - absent.sum())))
    return curve


def count_speedups(pairs: Sequence[Pair]) -> list[tuple[float, int]]:
    """Return the histogram of speedups: the lower bound of each bin, and its count.

    Bins are half a doubling wide.
    """
    bins = Counter(
        math.floor(_BINS_PER_DOUBLING * math.log2(pair.speedup))
        for pair in pairs
        if 0 < pair.speedup < math.inf
    )
    places = range(min(bins, default=0), max(bins, default=-1) + 1)
    return [(2 ** (at / _BINS_PER_DOUBLING), bins[at]) for at in places]


def get_counted_speedup(pair: Pair) -> float | None:
    """Return the speedup by cachegrind's counts on the inputs that decided; None for none."""
    counted = pair.stress_speedup if pair.shown_by == "stress" else pair.typical_speedup
    return counted or None

"""Two runs next to each other: paired differences with intervals, and where they disagree."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pieforge.evaluation.estimators import bootstrap_interval
from pieforge.graphs.funnel import STAGES
from pieforge.records import FrozenModel
from pieforge.report.figures import count_edits, count_tokens
from pieforge.report.run_data import ReportedRun

_LEAST_PROBLEMS = 3
"""Below this number of shared problems no interval is given."""
_SAME_SPEEDUP = 0.01
"""Speedups of one pair that differ by less than this share are no disagreement."""
_STAGES = list(STAGES)

_Array = NDArray[np.float64]


class RunDifference(FrozenModel):
    """One figure of both runs, on the problems that both have."""

    name: str
    first: float | None
    """None where it is not defined, such as the price where one is unknown."""
    second: float | None
    relative: bool
    """Whether `difference` is second / first; else it is second - first."""
    difference: float | None
    low: float | None
    """Bounds of the 95 % interval of `difference`: a bootstrap that draws whole problems, the same
    ones in both runs."""
    high: float | None


class Disagreement(FrozenModel):
    """A slow program that both runs have, and what became of it in each."""

    program_id: str
    problem_id: str
    language: str
    first: str
    second: str
    first_pair: str
    """The kept pair's id; empty where none was kept."""
    second_pair: str


class RunComparison(FrozenModel):
    """How two runs differ."""

    problems: int
    """Problems that both have; the metrics are computed on them."""
    programs: int
    """Authors' programs that both have."""
    metrics: tuple[RunDifference, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True)
class _Metric:
    """A figure that follows from sums over problems, the columns of `_sum_problems`."""

    name: str
    compute: Callable[[_Array], _Array]
    relative: bool = False


_METRICS = (
    _Metric("pairs kept per author's program", lambda sums: sums[..., 1] / sums[..., 0]),
    _Metric(
        "different edits (within a problem) per author's program",
        lambda sums: sums[..., 2] / sums[..., 0],
    ),
    _Metric(
        "geometric mean of the speedups",
        lambda sums: np.exp(sums[..., 3] / sums[..., 1]),
        relative=True,
    ),
    _Metric("USD per kept pair", lambda sums: sums[..., 4] / sums[..., 1], relative=True),
    _Metric("tokens per kept pair", lambda sums: sums[..., 5] / sums[..., 1], relative=True),
)


def compare_runs(first: ReportedRun, second: ReportedRun) -> RunComparison:
    """Return how two runs differ."""
    problems = sorted(
        {it.problem_id for it in first.authored} & {it.problem_id for it in second.authored}
    )
    # A part of the problems may have no pair, and a foreign run a speedup of 0: such figures are no
    # numbers, and do not count.
    with np.errstate(all="ignore"):
        sums = [_sum_problems(run, problems) for run in (first, second)]
        metrics = tuple(_compare(metric, *sums) for metric in _METRICS) if problems else ()
    known = {it.program_id for it in first.authored} & {it.program_id for it in second.authored}
    return RunComparison(
        problems=len(problems),
        programs=len(known),
        metrics=metrics,
        disagreements=tuple(_iter_disagreements(first, second, sorted(known))),
    )


def _sum_problems(run: ReportedRun, problems: Sequence[str]) -> _Array:
    """Return per problem: authored programs, pairs, edits, sum of log speedups, USD, tokens."""
    at = {name: index for index, name in enumerate(problems)}
    sums = np.zeros((len(problems), 6))
    for program in run.authored:
        if program.problem_id in at:
            sums[at[program.problem_id], 0] += 1
    pairs = [pair for pair in run.pairs if pair.problem_id in at]
    for pair in pairs:
        sums[at[pair.problem_id], 1] += 1
        sums[at[pair.problem_id], 3] += np.log(pair.speedup)
    for problem in {pair.problem_id for pair in pairs}:
        edits = count_edits(pair for pair in pairs if pair.problem_id == problem)
        sums[at[problem], 2] = np.nan if edits is None else edits
    # Every call is for one problem.
    asked = {row.call_id: row.problem_id for row in run.answered}
    for call_id, problem in asked.items():
        if call_id in run.calls and problem in at:
            call = run.calls[call_id]
            sums[at[problem], 4] += np.nan if call.usd is None else call.usd
            sums[at[problem], 5] += count_tokens(call)
    if not run.calls:
        sums[:, 4:] = np.nan
    return sums


def _compare(metric: _Metric, first: _Array, second: _Array) -> RunDifference:
    def subtract(one: _Array, other: _Array) -> _Array:
        return other / one if metric.relative else other - one

    values = [metric.compute(sums.sum(axis=0)) for sums in (first, second)]

    def compute(drawn: NDArray[np.int64]) -> _Array:
        return subtract(*(metric.compute(it[drawn].sum(axis=1)) for it in (first, second)))

    enough = len(first) >= _LEAST_PROBLEMS
    low, high = bootstrap_interval(compute, len(first)) if enough else (None, None)
    return RunDifference(
        name=metric.name,
        first=_to_float(values[0]),
        second=_to_float(values[1]),
        relative=metric.relative,
        difference=_to_float(subtract(*values)),
        low=low,
        high=high,
    )


def _to_float(value: _Array) -> float | None:
    return float(value) if np.isfinite(value) else None


def _iter_disagreements(
    first: ReportedRun, second: ReportedRun, known: Sequence[str]
) -> Iterator[Disagreement]:
    fates = [_list_fates(run) for run in (first, second)]
    for program_id in known:
        one, other = (it.get(program_id, _OPEN) for it in fates)
        if not one.is_same(other):
            program = first.programs[program_id]
            yield Disagreement(
                program_id=program_id,
                problem_id=program.problem_id,
                language=program.language,
                first=one.text,
                second=other.text,
                first_pair=one.pair_id,
                second_pair=other.pair_id,
            )


@dataclass(frozen=True)
class _Fate:
    """What became of a slow program, and how far it came."""

    text: str
    stage: int = -1
    pair_id: str = ""
    speedup: float = 0.0

    def is_same(self, other: "_Fate") -> bool:
        if self.pair_id and self.pair_id == other.pair_id:
            return math.isclose(self.speedup, other.speedup, rel_tol=_SAME_SPEEDUP)
        return self == other


_OPEN = _Fate("open: neither kept nor refused")


def _list_fates(run: ReportedRun) -> dict[str, _Fate]:
    """Return what became of each slow program; of several refusals, that of the last stage."""
    found: dict[str, _Fate] = {}
    for row in run.rejects:
        slow_id = row.for_program_id or row.program_id
        stage = _STAGES.index(row.stage) if row.stage in _STAGES else -1
        fate = _Fate(f"refused by {row.stage}: {row.reason}", stage)
        found[slow_id] = max(fate, found.get(slow_id, fate), key=lambda it: (it.stage, it.text))
    for pair in run.pairs:
        text = f"kept, {pair.speedup:.3g}x with {pair.tgt_id}"
        found[pair.src_id] = _Fate(text, len(_STAGES), pair.record_id, pair.speedup)
    return found

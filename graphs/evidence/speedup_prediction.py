"""The prefilter: candidates whose counts show that they are almost certainly too slow.

The model is fitted at the beginning of each batch, on the measurements of the batches before it and
of earlier runs, so that it does not depend on the order in which candidates end. Nothing is skipped
while there are too few measurements. A small random part of the skipped candidates is simulated all
the same, as an audit: the share of these that is confirmed is the false-reject rate.
"""

import json
from collections.abc import Iterator, Sequence

from pieforge.config import SimulatorSection
from pieforge.corpus.corpus import CorpusRow
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CandidateResult,
    DeduplicateResult,
    FittedTimeModel,
    TimedRuns,
)
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.prediction.model import (
    PredictionInterval,
    TimedRun,
    TimeModel,
    convert_to_two_sided,
    fit_time_model,
)
from pieforge.records import FrozenModel, RejectReason, digest

_AUDIT_DIGITS = 12
"""Hex digits of the digest that decides who is audited."""


class PrefilterSummary(FrozenModel):
    """How the prefilter did in a run, in candidates."""

    samples: int
    """Measurements that the last fit was made on."""
    skipped: int
    """Not simulated, because they were predicted too slow."""
    audited: int
    """Predicted too slow, simulated all the same, and decided."""
    confirmed: int
    """Of the audited, those that were fast enough."""

    @property
    def false_reject_rate(self) -> float | None:
        """Share of the audited predictions that were wrong; None where none was audited."""
        return self.confirmed / self.audited if self.audited else None

    @property
    def sentence(self) -> str:
        """The summary as a sentence."""
        rate = self.false_reject_rate
        return (
            f"A prediction from counts (fitted on {self.samples} simulated runs) skipped "
            f"{self.skipped} candidates as too slow; {self.audited} more were simulated to try it, "
            f"{self.confirmed} of them fast enough (false-reject rate "
            f"{'unknown' if rate is None else f'{rate:.0%}'})."
        )


class SpeedupForecast(FrozenModel):
    """The prediction for one candidate."""

    interval: PredictionInterval
    skip: bool = False
    audited: bool = False
    """Whether it is predicted too slow, and simulated all the same."""


def predict_speedup(
    model: TimeModel | None,
    section: SimulatorSection,
    pair: tuple[str, str],
    slow: Sequence[MeasuredCost],
    fast: Sequence[MeasuredCost],
) -> SpeedupForecast | None:
    """Predict the ratio of a pair under the confirming simulator; None without a model.

    Args:
        model: The batch's fit.
        section: Threshold, confidence, and which part is audited.
        pair: Ids of the slow and of the fast program.
        slow: The slow program's counts on each test.
        fast: The fast program's on the same tests.
    """
    if model is None:
        return None
    counts = [[cost.counts for cost in side] for side in (slow, fast)]
    interval = model.predict_ratio(counts[0], counts[1], convert_to_two_sided(section.confidence))
    if interval.high >= section.threshold:
        return SpeedupForecast(interval=interval)
    # By the ids, not by a generator: who is audited does not depend on the order of candidates.
    drawn = int(digest("audit", *pair)[:_AUDIT_DIGITS], 16) / 16**_AUDIT_DIGITS < section.audit
    return SpeedupForecast(interval=interval, skip=not drawn, audited=drawn)


def get_time_model(context: Context, key: str) -> TimeModel | None:
    """Return the model of a batch."""
    found = context.ledger.get(FittedTimeModel, key)
    return found.model if found is not None else None


async def fit_batch_model(context: Context, key: str) -> None:
    """Fit the model for a batch, once: a resumed run does not use later measurements."""

    async def compute() -> FittedTimeModel:
        samples = [*_get_timed_runs(context.ledger).samples, *_iter_timed_runs(context.ledger, key)]
        return FittedTimeModel(model=fit_time_model(samples), samples=len(samples))

    if _has_separate_confirmer(context.executor):
        await context.ledger.compute_once(FittedTimeModel, key, "", compute)


async def load_timed_runs(context: Context) -> None:
    """Read the measurements of other runs, once: what they add later does not count."""

    async def compute() -> TimedRuns:
        corpus, view = context.corpus, context.view
        if corpus is None or view is None:
            return TimedRuns(samples=())
        parent = _identify_simulators(context.executor)
        rows = corpus.iter_rows("sample", parent=parent, state=view.state)
        samples = tuple(TimedRun.model_validate(row["data"]) for row in rows)
        return TimedRuns(samples=samples, loaded_from=str(view.state))

    if _has_separate_confirmer(context.executor):
        await context.ledger.compute_once(TimedRuns, _CORPUS, "", compute)


def iter_samples(context: Context) -> Iterator[CorpusRow]:
    """Yield the run's measurements for the corpus; another pair of simulators gives others."""
    if not _has_separate_confirmer(context.executor):
        return
    parent = _identify_simulators(context.executor)
    for sample in _iter_timed_runs(context.ledger):
        data = sample.model_dump(mode="json")
        name = digest(parent, json.dumps(data, sort_keys=True))
        yield CorpusRow("sample", name, data, parent=parent)


def summarize_prefilter(ledger: Ledger) -> PrefilterSummary | None:
    """Return how the prediction did in a run; None where the counter itself confirmed."""
    fits = [found for _, found in ledger.iter_results(FittedTimeModel)]
    if not fits:
        return None
    candidates = [found for _, found in ledger.iter_results(CandidateResult)]
    decided = [
        judged.reason
        for found in candidates
        if found.confirm is not None and found.confirm.audited
        for judged in found.confirm.candidates
        if judged.reason in (None, RejectReason.TOO_LITTLE_SPEEDUP)
    ]
    return PrefilterSummary(
        samples=fits[-1].samples,
        skipped=sum(
            judged.reason is RejectReason.PREDICTED_TOO_SLOW
            for found in candidates
            for stage in (found.measure, found.stress)
            if stage is not None
            for judged in stage.candidates
        ),
        audited=len(decided),
        confirmed=decided.count(None),
    )


_CORPUS = "corpus"


def _has_separate_confirmer(executor: CachedExecutor) -> bool:
    return executor.confirmer is not executor.counter


def _get_timed_runs(ledger: Ledger) -> TimedRuns:
    return ledger.get(TimedRuns, _CORPUS) or TimedRuns(samples=())


def _iter_timed_runs(ledger: Ledger, key: str | None = None) -> Iterator[TimedRun]:
    """Yield the measurements of the batches before one, or of all batches."""
    for batch, classified in ledger.iter_results(DeduplicateResult):
        if key is None or batch < key:
            for member in classified.members:
                found = ledger.get(CandidateResult, member)
                if found is not None and found.confirm is not None:
                    yield from found.confirm.samples


def _identify_simulators(executor: CachedExecutor) -> str:
    return digest(executor.confirmer.sha, executor.counter.sha)

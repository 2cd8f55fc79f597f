"""What need not be simulated: candidates that are almost certainly too slow, told from counts.

The prediction is fitted at the beginning of each batch, on what the batches before it and
earlier runs had measured, so that it does not depend on the order in which things end. Nothing is
skipped before there is enough of that. Of what would be skipped a small part, drawn by its
ids, goes on all the same: how much of it is confirmed says how often the prediction errs.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pieforge.config import SimulatorSection
from pieforge.executors.cached import Workshop
from pieforge.graphs.context import Context
from pieforge.graphs.results import Confirmed, Corpus, Fitted, Grouped, Simulated
from pieforge.ledger import Ledger
from pieforge.measurement.cost import Measured
from pieforge.measurement.prediction.model import Interval, Model, Sample, fit, two_sided
from pieforge.measurement.prediction.samples import (
    add_samples,
    read_samples,
    samples_file,
    samples_sha,
)
from pieforge.records import Frozen, Reason, digest

_DIGITS = 12
"""Hex digits of a digest that an audit is drawn by."""


class Prefilter(Frozen):
    """How the prediction did in a run, in candidates."""

    samples: int
    """Measurements that the last fit was made on."""
    skipped: int
    """Not simulated, for they were predicted too slow."""
    audited: int
    """Predicted too slow and simulated all the same, to a decision."""
    confirmed: int
    """Of these, found to be fast enough."""

    @property
    def false_reject_rate(self) -> float | None:
        """Part of the predictions that were wrong; None as long as none was tried."""
        return self.confirmed / self.audited if self.audited else None

    @property
    def sentence(self) -> str:
        """Say it in words."""
        rate = self.false_reject_rate
        return (
            f"A prediction from counts (fitted on {self.samples} simulated runs) skipped "
            f"{self.skipped} candidates as too slow; {self.audited} more were simulated to try it, "
            f"{self.confirmed} of them fast enough (false-reject rate "
            f"{'unknown' if rate is None else f'{rate:.0%}'})."
        )


class Forecast(Frozen):
    """What is predicted of one candidate."""

    interval: Interval
    skip: bool = False
    audited: bool = False
    """Whether it is too slow by the prediction, and goes on all the same."""


def forecast(
    model: Model | None,
    section: SimulatorSection,
    pair: tuple[str, str],
    slow: Sequence[Measured],
    fast: Sequence[Measured],
) -> Forecast | None:
    """Predict what the confirming simulator will say of a pair; None where too little is known.

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
    interval = model.ratio(counts[0], counts[1], two_sided(section.confidence))
    if interval.high >= section.threshold:
        return Forecast(interval=interval)
    drawn = int(digest("audit", *pair)[:_DIGITS], 16) / 16**_DIGITS < section.audit
    return Forecast(interval=interval, skip=not drawn, audited=drawn)


def fitted(context: Context, key: str) -> Model | None:
    """Return the prediction that a batch goes by."""
    found = context.ledger.get(Fitted, key)
    return found.model if found is not None else None


async def fit_before(context: Context, key: str) -> None:
    """Fit the prediction for a batch, once: what a resumed run knows more does not count."""

    async def compute() -> Fitted:
        samples = [*_corpus(context.ledger).samples, *_measured_before(context.ledger, key)]
        return Fitted(model=fit(samples), samples=len(samples))

    if _apart(context.workshop):
        await context.ledger.once(Fitted, key, "", compute)


async def begin_corpus(context: Context) -> None:
    """Read what other runs have measured, once: what they add meanwhile does not count."""

    async def compute() -> Corpus:
        path = _path(context)
        samples = read_samples(path) if path is not None else []
        sha = samples_sha(samples) if samples else ""
        return Corpus(samples=tuple(samples), begun_from=sha)

    if _apart(context.workshop):
        await context.ledger.once(Corpus, _CORPUS, "", compute)


def publish_samples(context: Context) -> None:
    """Add the run's measurements to those of all runs, where the configuration names a folder.

    Raises:
        InputError, StorageError: The folder cannot be used.
    """
    path = _path(context)
    if path is not None and _apart(context.workshop):
        add_samples(path, _measured_before(context.ledger))


def prefilter(ledger: Ledger) -> Prefilter | None:
    """Return how the prediction did in a run; None where the counter itself confirmed."""
    fits = [found for _, found in ledger.rows(Fitted)]
    if not fits:
        return None
    ended = [found for _, found in ledger.rows(Simulated) if found.audited]
    decided = [
        candidate.reason
        for found in ended
        for candidate in found.candidates
        if candidate.reason in (None, Reason.TOO_LITTLE_SPEEDUP)
    ]
    return Prefilter(
        samples=fits[-1].samples,
        skipped=sum(
            candidate.reason is Reason.PREDICTED_TOO_SLOW
            for _, found in ledger.rows(Confirmed)
            for candidate in found.candidates
        ),
        audited=len(decided),
        confirmed=decided.count(None),
    )


_CORPUS = "corpus"


def _apart(workshop: Workshop) -> bool:
    return workshop.confirmer is not workshop.counter


def _corpus(ledger: Ledger) -> Corpus:
    return ledger.get(Corpus, _CORPUS) or Corpus(samples=())


def _measured_before(ledger: Ledger, key: str | None = None) -> Iterator[Sample]:
    """Yield what the batches before one measured, or all batches."""
    for batch, grouped in ledger.rows(Grouped):
        if key is None or batch < key:
            for member in grouped.members:
                found = ledger.get(Simulated, member)
                yield from found.samples if found is not None else ()


def _path(context: Context) -> Path | None:
    """Return the file of what all runs measured with the same two simulators."""
    folder, workshop = context.config.simulator.samples, context.workshop
    if folder is None:
        return None
    return samples_file(folder, workshop.confirmer.sha, workshop.counter.sha)

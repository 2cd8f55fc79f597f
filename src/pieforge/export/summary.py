"""summary.json: the funnel, the rejects, the price and the different edits of a run, in figures."""

import json
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

from pydantic import Field, computed_field

from pieforge.agents.models.canaries import EndpointChange
from pieforge.export.edit_counts import EditCount, count_edits
from pieforge.graphs.funnel import Funnel, build_funnels, sum_funnels
from pieforge.graphs.results import CollectResult
from pieforge.graphs.spend import CallSpend, sum_spend
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel
from pieforge.rows import Pair, Reject


class RejectCount(FrozenModel):
    """How often one stage refused for one reason."""

    stage: str
    reason: str
    count: int


class RunSummary(FrozenModel):
    """The figures of a run so far."""

    rounds: tuple[Funnel, ...]
    rejects: tuple[RejectCount, ...]
    """The most frequent first."""
    spend: tuple[CallSpend, ...]
    edits: tuple[EditCount, ...]
    """Of all pairs, by language, by problem, and by both."""
    shown_by_stress: int
    """Pairs that stress inputs alone show to be fast enough."""
    kept: int
    """Kept pairs that are not surplus."""
    changed_endpoints: dict[str, str] = Field(default_factory=dict)
    """What canary prompts showed, by endpoint and model."""

    @computed_field  # type: ignore[prop-decorator]
    @property
    def total(self) -> Funnel:
        """The sum of the funnels, as round 0."""
        return sum_funnels(self.rounds)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def usd(self) -> float:
        """Price of all calls with a known price."""
        return sum(each.usd for each in self.spend)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def unpriced(self) -> int:
        """Calls without a known price."""
        return sum(each.unpriced for each in self.spend)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def usd_per_kept(self) -> float | None:
        """Price of a kept pair that is not surplus; None without any, or if a price is unknown."""
        return self.usd / self.kept if self.kept and not self.unpriced else None


def summarize_run(
    ledger: LedgerReader,
    rejects: Sequence[Reject],
    pairs: Sequence[Pair],
    call_ids: Collection[str],
) -> RunSummary:
    """Return the figures of a run.

    Args:
        ledger: Its ledger.
        rejects: The rows of its rejects.
        pairs: The rows of its pairs.
        call_ids: The calls in calls.jsonl. The ledger may have others, of a plan that was replaced
            when the run was resumed: budgets count them, but no row comes from them.
    """
    counts = Counter((reject.stage, reject.reason) for reject in rejects)
    return RunSummary(
        rounds=tuple(build_funnels(ledger)),
        rejects=tuple(
            RejectCount(stage=stage, reason=reason, count=count)
            for (stage, reason), count in counts.most_common()
        ),
        spend=tuple(sum_spend(ledger, call_ids)),
        edits=tuple(count_edits(pairs)),
        shown_by_stress=sum(pair.shown_by == "stress" for pair in pairs),
        kept=sum(
            not pair.surplus for _, end in ledger.iter_results(CollectResult) for pair in end.pairs
        ),
        changed_endpoints={
            subject: found.change for subject, found in ledger.iter_results(EndpointChange)
        },
    )


def read_summary(path: Path) -> RunSummary:
    """Return what a file has that `RunSummary` was written to."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return RunSummary.model_validate({name: values[name] for name in RunSummary.model_fields})


def describe_price(summary: RunSummary) -> str:
    """Return the price of a kept pair in a sentence."""
    note = f"; {summary.unpriced} calls have no known price" if summary.unpriced else ""
    kept = summary.kept
    per_pair = f"{summary.usd / kept:.4f} USD per kept pair" if kept else "and no pair was kept"
    return f"model calls cost {summary.usd:.4f} USD, {per_pair}{note}"

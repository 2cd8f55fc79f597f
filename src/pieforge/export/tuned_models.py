"""The models that a run fine-tuned, from its ledger: the file models/registry.json."""

from collections.abc import Iterator

from pieforge.graphs.results import EvaluateResult, FinetuneResult, PromoteResult
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel

REGISTRY = "models/registry.json"


class TunedModel(FrozenModel):
    """One model, and what became of it."""

    name: str
    """Its folder in models/."""
    engine: str
    """What `endpoint` is in calls.jsonl where it was asked."""
    record_ids: tuple[str, ...]
    """The pairs that it learned from."""
    evaluated: EvaluateResult | None
    is_promoted: bool
    why: str


def iter_tuned_models(ledger: LedgerReader) -> Iterator[TunedModel]:
    """Yield the models of a run, in the order of its rounds."""
    for key, found in ledger.iter_results(FinetuneResult):
        if found.name:
            promoted = ledger.get(PromoteResult, key)
            yield TunedModel(
                name=found.name,
                engine=found.engine,
                record_ids=found.record_ids,
                evaluated=ledger.get(EvaluateResult, key),
                is_promoted=promoted is not None and promoted.is_promoted,
                why=promoted.why if promoted is not None else "",
            )

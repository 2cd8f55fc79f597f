"""Which optimizer a round asks: the configured one, or a fine-tuned one that was promoted."""

from pieforge.agents.optimizer import Optimizer
from pieforge.graphs.context import Context
from pieforge.graphs.results import FinetuneResult, PromoteResult, require
from pieforge.graphs.state import format_round_key
from pieforge.ledger import LedgerReader


def find_promoted(ledger: LedgerReader, round_number: int) -> FinetuneResult | None:
    """Return the model that a round asks; None for the configured optimizer."""
    before = format_round_key(round_number)
    keys = [
        key for key, it in ledger.iter_results(PromoteResult) if key < before and it.is_promoted
    ]
    return require(ledger.get(FinetuneResult, keys[-1])) if keys else None


def get_optimizer(context: Context, round_number: int) -> Optimizer:
    """Return the optimizer that a round asks.

    Raises:
        RunFolderError: The model that was promoted is not in the run folder as it was written.
    """
    model = find_promoted(context.ledger, round_number)
    if model is None or context.tuner is None:
        return context.optimizer
    return context.tuner.open_optimizer(context, model)

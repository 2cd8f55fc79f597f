"""What a run's model calls took: a sum over its ledger, so that a resumed run cannot reset it."""

from pieforge.agents.models.request import Completion
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel


class ModelSpend(FrozenModel):
    """The answered calls of one model."""

    model: str
    calls: int = 0
    refused: int = 0
    """Calls whose prompt the endpoint refused."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    """Sum of the calls' times, waits included; calls run concurrently."""
    usd: float = 0.0
    """Price of the calls with a known price."""
    unpriced: int = 0
    """Calls without a known price."""

    def add(self, call: Completion) -> "ModelSpend":
        """Return the sum with one more call."""
        return ModelSpend(
            model=self.model,
            calls=self.calls + 1,
            refused=self.refused + (call.refusal is not None),
            prompt_tokens=self.prompt_tokens + call.usage.prompt_tokens,
            completion_tokens=self.completion_tokens + call.usage.completion_tokens,
            seconds=round(self.seconds + call.seconds, 3),
            usd=self.usd + (call.usd or 0.0),
            unpriced=self.unpriced + (call.usd is None),
        )


def sum_spend(ledger: LedgerReader) -> list[ModelSpend]:
    """Return what each model took, by name."""
    spent: dict[str, ModelSpend] = {}
    for _, call in ledger.iter_results(Completion):
        spent[call.model] = spent.get(call.model, ModelSpend(model=call.model)).add(call)
    return [spent[model] for model in sorted(spent)]


def describe_cost_per_pair(spent: list[ModelSpend], kept: int) -> str:
    """Return the price of a kept pair in a sentence."""
    usd, unpriced = sum(each.usd for each in spent), sum(each.unpriced for each in spent)
    note = f"; {unpriced} calls have no known price" if unpriced else ""
    if not kept:
        return f"model calls cost {usd:.4f} USD, and no pair was kept{note}"
    return f"model calls cost {usd:.4f} USD, {usd / kept:.4f} USD per kept pair{note}"

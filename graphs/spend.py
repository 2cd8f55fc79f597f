"""What model calls of a run took: sums over its ledger."""

from collections import Counter
from collections.abc import Collection

from pieforge.agents.models.request import Completion, RoleName
from pieforge.graphs.budget import iter_calls
from pieforge.graphs.results import CollectResult
from pieforge.ledger import LedgerReader
from pieforge.records import FrozenModel


class CallSpend(FrozenModel):
    """The answered calls of one role with one strategy and one model."""

    role: RoleName
    strategy: str
    model: str
    calls: int = 0
    refused: int = 0
    """Calls whose prompt the endpoint refused."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    usd: float = 0.0
    """Price of the calls with a known price."""
    unpriced: int = 0
    """Calls without a known price."""
    kept: int = 0
    """Kept pairs with a program from these calls, without surplus ones."""

    @property
    def usd_per_kept(self) -> float | None:
        """Price of a kept pair; None if there is none, or a price is unknown."""
        return self.usd / self.kept if self.kept and not self.unpriced else None

    def add(self, call: Completion, kept: int) -> "CallSpend":
        """Return the sum with one more call, and the kept pairs that it gave a program to."""
        return self.model_copy(
            update={
                "calls": self.calls + 1,
                "refused": self.refused + (call.refusal is not None),
                "prompt_tokens": self.prompt_tokens + call.usage.prompt_tokens,
                "completion_tokens": self.completion_tokens + call.usage.completion_tokens,
                "usd": self.usd + (call.usd or 0.0),
                "unpriced": self.unpriced + (call.usd is None),
                "kept": self.kept + kept,
            }
        )


def sum_spend(ledger: LedgerReader, call_ids: Collection[str]) -> list[CallSpend]:
    """Return what some calls took, by role, strategy and model."""
    kept = Counter(
        program.call_id
        for _, end in ledger.iter_results(CollectResult)
        for pair in end.pairs
        if not pair.surplus
        for program in (pair.slow, pair.fast)
    )
    spent: dict[tuple[str, str, str], CallSpend] = {}
    for key, asked, call in iter_calls(ledger):
        if key not in call_ids:
            continue
        group = (asked.role, asked.strategy, call.model)
        empty = CallSpend(role=asked.role, strategy=asked.strategy, model=call.model)
        spent[group] = spent.get(group, empty).add(call, kept[key])
    return [spent[group] for group in sorted(spent)]

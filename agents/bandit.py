"""Which way of asking to choose: Thompson sampling by kept pairs for their cost."""

import random
from collections.abc import Sequence

from pieforge.records import FrozenModel


class ArmRecord(FrozenModel):
    """What one endpoint and strategy gave so far."""

    strategy: str
    endpoint: int
    """Position among the role's endpoints."""
    calls: int = 0
    cost: float = 0.0
    """US dollars, or tokens where prices are not known."""
    kept: int = 0
    """Kept pairs that are not surplus."""


def choose_arm(arms: Sequence[ArmRecord], seed: int) -> ArmRecord:
    """Return an arm, at random by a seed: the more often, the more likely it is the best.

    Kept pairs are taken as Poisson distributed, at an unknown rate for each unit of cost. Before
    any evidence the rate is that of one pair for the cost of a call, so that every arm is tried.
    """
    calls = sum(arm.calls for arm in arms)
    cost_of_call = sum(arm.cost for arm in arms) / calls if calls else 0.0
    rng = random.Random(seed)  # noqa: S311
    rates = [rng.gammavariate(1 + arm.kept, 1 / ((arm.cost + cost_of_call) or 1.0)) for arm in arms]
    return arms[rates.index(max(rates))]

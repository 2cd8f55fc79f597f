"""Which inputs have split classes so far: these are tried first on the next programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from pieforge.inputs import NamedInput, get_stratum
from pieforge.inputs.generation.strata import discover_strata

_MAX_BEST = 64
"""Inputs that are remembered as the best ones: a bound on what a newcomer costs."""

_PRIOR = 20
"""Weight, in trials, of the prior for a stratum's rate of splits."""


_OWN = 3
"""Weight of a package's own tests: their author knew the frequent mistakes."""


class SplitStatistics:
    """Counts of splits by input and by stratum, within one input format."""

    def __init__(self) -> None:
        self.splits: Counter[str] = Counter()
        """Splits by input, by its digest."""
        self.names: dict[str, str] = {}
        """Names of those inputs."""
        self.tried: Counter[str] = Counter()
        """Trials by stratum: inputs that were run on two programs which turned out to differ."""
        self.separated: Counter[str] = Counter()
        """Trials by stratum that showed the difference."""
        self._leaders: list[str] = []

    def record_trial(self, name: str, *, separated: bool) -> None:
        """Count an input that was tried on two programs which turned out to differ."""
        self.tried[get_stratum(name)] += 1
        self.separated[get_stratum(name)] += separated

    def record_split(self, sha: str, name: str) -> None:
        """Count an input that split a class."""
        self.splits[sha] += 1
        self.names.setdefault(sha, name)
        if sha not in self._leaders:
            self._leaders.append(sha)
        # The sort is stable: among equals the one that came first stays first.
        self._leaders.sort(key=lambda known: -self.splits[known])
        del self._leaders[_MAX_BEST:]

    def list_best_inputs(self) -> Sequence[str]:
        """Return the digests of the inputs that split most often, best first."""
        return self._leaders

    def sort_inputs(self, inputs: Sequence[NamedInput]) -> list[NamedInput]:
        """Return inputs in the order in which to try them.

        Strata take turns; a stratum's share of the turns is its weight times its rate of splits.
        """
        known = discover_strata()
        given: Counter[str] = Counter()
        costs = []
        for item in inputs:
            name = get_stratum(item.name)
            weight = known[name].weight if name in known else _OWN
            rate = (self.separated[name] + 1) / (self.tried[name] + _PRIOR)
            costs.append(given[name] / (weight * rate))
            given[name] += 1
        return [inputs[place] for place in sorted(range(len(inputs)), key=costs.__getitem__)]

    def dump(self) -> dict[str, Any]:
        """Return everything as plain JSON types."""
        return {
            "splits": [[sha, count, self.names[sha]] for sha, count in self.splits.items()],
            "strata": [[name, self.tried[name], self.separated[name]] for name in self.tried],
            "leaders": self._leaders,
        }

    @classmethod
    def load(cls, kept: dict[str, Any]) -> "SplitStatistics":
        """Return what `dump` gave."""
        power = cls()
        for sha, count, name in kept["splits"]:
            power.splits[sha] = count
            power.names[sha] = name
        for name, tried, separated in kept["strata"]:
            power.tried[name] = tried
            power.separated[name] = separated
        power._leaders = list(kept["leaders"])
        return power

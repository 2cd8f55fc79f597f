"""Clusters of near edits, and how many different edits a set of pairs holds."""

import math
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from pieforge.lessons.edit_identity import AbstractEdit, measure_similarity

SIMILARITY = 0.65
"""Similarity from which two edits are in one cluster (`benchmarks/edit_identity.py`)."""
_ROUNDING = 1e-9


class EditLabel(NamedTuple):
    """What a pair's edit is; empty where it is not known.

    Attributes:
        edit_id: Equal for equal edits.
        edit_cluster: Equal for near edits.
        surplus: Whether the cluster has enough pairs without it.
    """

    edit_id: str = ""
    edit_cluster: str = ""
    surplus: bool = False


class EditLabeler:
    """Labels edits with clusters, which are named by the ids of their first edits.

    An edit joins the cluster whose first edit is the most similar one, if its similarity is at
    least `SIMILARITY`; otherwise it begins a cluster. So later edits never change the cluster of
    earlier ones, and only first edits are compared.

    Args:
        per_cluster: Edits of a cluster that are not surplus; by default all.

    Attributes:
        first_edits: The first edit of each cluster, in order.
    """

    def __init__(self, per_cluster: float = math.inf) -> None:
        self.first_edits: list[AbstractEdit] = []
        self._per_cluster = per_cluster
        self._sizes: Counter[str] = Counter()
        self._known: dict[str, str] = {}
        """Cluster by edit id."""
        self._holders: dict[tuple[str, int], list[int]] = {}
        """The first edits that have a part at least n times, as positions, by part and n."""
        self._lengths: list[int] = []
        """The number of parts of each first edit."""

    def restore(
        self, labels: Iterable[tuple[str, str]], first_edits: Iterable[AbstractEdit]
    ) -> None:
        """Take over edits that were labelled before.

        Args:
            labels: The id and the cluster of each.
            first_edits: The first edits of their clusters, in order.
        """
        for edit_id, cluster in labels:
            self._known.setdefault(edit_id, cluster)
            self._sizes[cluster] += 1
        for edit in first_edits:
            self._begin(edit)

    def label(self, edit: AbstractEdit | None) -> EditLabel:
        """Return the label of an edit; for None, one that says nothing."""
        if edit is None:
            return EditLabel()
        cluster = self._known.get(edit.edit_id) or self._find_nearest(edit)
        if cluster is None:
            self._begin(edit)
            cluster = edit.edit_id
        self._known[edit.edit_id] = cluster
        self._sizes[cluster] += 1
        return EditLabel(edit.edit_id, cluster, self._sizes[cluster] > self._per_cluster)

    def _begin(self, edit: AbstractEdit) -> None:
        items = _list_items(edit)
        for item in items:
            self._holders.setdefault(item, []).append(len(self.first_edits))
        self._lengths.append(len(items))
        self.first_edits.append(edit)

    def _find_nearest(self, edit: AbstractEdit) -> str | None:
        """Return the cluster that an edit joins; only first edits that can be near are compared.

        Edits of k and m parts, of a similarity of at least t, share t * (k + m) / 2 parts or more,
        which are at least k * t / (2 - t), since m is not below the shared ones. So the parts that
        the fewest edits have are looked up, until fewer than that are left.
        """
        items = sorted(_list_items(edit), key=lambda item: len(self._holders.get(item, ())))
        # The subtracted rounding error keeps a number that is whole.
        left = math.ceil(len(items) * SIMILARITY / (2 - SIMILARITY) - _ROUNDING) - 1
        shared: Counter[int] = Counter()
        for item in items[: len(items) - left]:
            shared.update(self._holders.get(item, ()))
        rated = [
            (measure_similarity(edit, self.first_edits[at]), -at)
            for at, count in shared.items()
            if count + left >= SIMILARITY * (len(items) + self._lengths[at]) / 2 - _ROUNDING
        ]
        best, at = max(rated, default=(0.0, 0))
        return self.first_edits[-at].edit_id if best >= SIMILARITY else None


def _list_items(edit: AbstractEdit) -> list[tuple[str, int]]:
    return [(part, n) for part, count in sorted(edit.parts.items()) for n in range(count)]


def cluster_edits(edits: Iterable[AbstractEdit]) -> list[str]:
    """Return the cluster of each edit (see `EditLabeler`)."""
    labeler = EditLabeler()
    return [labeler.label(edit).edit_cluster for edit in edits]


def count_effective_edits(clusters: Iterable[str]) -> float:
    """Return the effective number of edits of pairs, from each pair's cluster; 0.0 for no pair.

    It is the exponential of the entropy of the clusters' shares: k for k clusters of one size,
    less for unequal sizes.
    """
    counts = Counter(clusters)
    total = counts.total()
    return (
        math.exp(-sum(n / total * math.log(n / total) for n in counts.values())) if total else 0.0
    )

"""Clusters of edits: each joins the nearest first edit; the effective number of edits."""

import math
import random
from collections.abc import Iterator

import pytest

from pieforge.lessons.clusters import (
    SIMILARITY,
    EditLabeler,
    cluster_edits,
    count_effective_edits,
)
from pieforge.lessons.edit_identity import AbstractEdit, measure_similarity


def iter_random_edits(count: int, seed: int) -> Iterator[AbstractEdit]:
    """Yield edits of few parts, of which many are near each other, some at the very threshold."""
    draw = random.Random(seed)
    for number in range(count):
        parts = {draw.choice("abcdefgh"): draw.randint(1, 6) for _ in range(draw.randint(1, 6))}
        yield AbstractEdit(f"{number}", parts)


def test_a_cluster_has_the_id_of_its_first_edit_and_later_edits_do_not_change_it() -> None:
    edits = [
        AbstractEdit("a", {"-x": 4, "+y": 4}),
        AbstractEdit("b", {"-x": 4, "+y": 3, "+z": 1}),
        AbstractEdit("c", {"-p": 4, "+q": 4}),
        AbstractEdit("a", {"-x": 4, "+y": 4}),
    ]
    assert measure_similarity(edits[0], edits[1]) == 14 / 16
    assert cluster_edits(edits) == ["a", "a", "c", "a"]
    assert cluster_edits(edits[:2]) == ["a", "a"]
    assert cluster_edits([]) == []


def test_the_effective_number_of_edits_weighs_clusters_by_their_size() -> None:
    assert count_effective_edits([]) == 0
    assert count_effective_edits("aaaa") == pytest.approx(1)
    assert count_effective_edits("abcdabcd") == pytest.approx(4)
    share = 9 / 10
    expected = math.exp(-share * math.log(share) - (1 - share) * math.log(1 - share))
    assert count_effective_edits("aaaaaaaaab") == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(5))
def test_the_index_gives_the_clusters_that_comparing_all_edits_gives(seed: int) -> None:
    edits = list(iter_random_edits(400, seed))
    first: list[AbstractEdit] = []
    expected = []
    for edit in edits:
        nearest = max(first, key=lambda other: measure_similarity(edit, other), default=None)
        if nearest is None or measure_similarity(edit, nearest) < SIMILARITY:
            first.append(nearest := edit)
        expected.append(nearest.edit_id)
    assert 20 < len(first) < 300
    assert cluster_edits(edits) == expected


def test_an_edit_at_the_threshold_joins_the_cluster() -> None:
    edits = [AbstractEdit("a", {"x": 13}), AbstractEdit("b", {"x": 13, "y": 14})]
    assert measure_similarity(*edits) == SIMILARITY
    assert cluster_edits(edits) == ["a", "a"]
    assert cluster_edits(edits[::-1]) == ["b", "b"]


def test_labels_go_on_as_if_the_labeler_had_not_been_restored() -> None:
    edits = list(iter_random_edits(300, 7)) + list(iter_random_edits(50, 7))
    labeler = EditLabeler(4)
    whole = [labeler.label(edit) for edit in edits]
    before, after = EditLabeler(4), EditLabeler(4)
    labels = [before.label(edit) for edit in edits[:150]]
    after.restore([label[:2] for label in labels], before.first_edits)
    assert labels + [after.label(edit) for edit in edits[150:]] == whole
    assert [*before.first_edits, *after.first_edits[len(before.first_edits) :]] == (
        labeler.first_edits
    )


def test_a_pair_is_surplus_when_its_cluster_has_enough_without_it() -> None:
    labeler = EditLabeler(2)
    edits = [AbstractEdit(name, {"-x": 4}) for name in "aba"] + [AbstractEdit("c", {"+y": 1})]
    found = [labeler.label(edit) for edit in [*edits, None, None, None]]
    assert [label.edit_cluster for label in found] == ["a", "a", "a", "c", "", "", ""]
    assert [label.surplus for label in found] == [False, False, True, False, False, False, False]

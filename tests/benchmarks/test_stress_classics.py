"""The programs whose worst case is known, and the benchmark that looks for it."""

from random import Random

import pytest

from benchmarks.stress import find_classic
from benchmarks.stress_classics import CLASSICS, Classic
from pieforge.sandbox.sandbox import Sandbox


def test_there_are_enough_classics_with_a_trigger_and_names_of_their_own() -> None:
    assert len({classic.name for classic in CLASSICS}) == len(CLASSICS) >= 15
    assert all(classic.trigger for classic in CLASSICS)


@pytest.mark.parametrize("classic", CLASSICS, ids=[classic.name for classic in CLASSICS])
def test_the_inputs_of_a_classic_are_valid_and_damaged_ones_are_not(classic: Classic) -> None:
    rng = Random(classic.name)
    drawn = [classic.inputs.draw(rng) for _ in range(20)]
    assert all(map(classic.inputs.accepts, (classic.worst, *drawn)))
    damaged = (b"", classic.worst[:-1], b"!" + classic.worst, classic.worst + b"1\n")
    assert not any(map(classic.inputs.accepts, damaged))


async def test_the_worst_case_of_naive_matching_is_found(sandbox: Sandbox) -> None:
    [classic] = [classic for classic in CLASSICS if classic.name == "naive_matching"]
    assert await find_classic(sandbox, classic, 1.0) > 0.5

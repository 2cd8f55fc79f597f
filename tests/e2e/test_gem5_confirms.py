"""A run that gem5 confirms; it needs GEM5_BINARY."""

import json
import os

import pytest
from commands import Pieforge, config, rows

from pieforge.rows import Pair

pytestmark = pytest.mark.slow


@pytest.fixture
def binary() -> str:
    found = os.environ.get("GEM5_BINARY")
    if not found:
        pytest.skip("needs GEM5_BINARY")
    return found


def test_a_pair_that_gem5_confirmed_says_how_and_holds_when_it_is_verified(
    binary: str, pieforge: Pieforge
) -> None:
    simulator = (
        'simulator.kind = "gem5"',
        f'simulator.gem5.binary = "{binary}"',
        'simulator.gem5.model = "timing"',
        'corpus.path = "known.sqlite"',
        "simulator.instructions = 200_000",
    )
    mine = config(pieforge.folder / "my.toml", *simulator, attempts=1, rounds=1)
    done = pieforge("run", mine, "--name", "a")
    assert done.status == 0, done.stderr
    assert "| simulated |" in (pieforge.folder / "datasets_out" / "a" / "README.md").read_text()
    assert "fitted on 0 simulated runs" in done.stdout
    pairs = [
        Pair.model_validate(row) for row in rows(pieforge.folder / "datasets_out/a/pairs.jsonl")
    ]
    for pair in pairs:
        assert pair.confirmed_by == "gem5"
        assert pair.speedup >= pair.speedup_at_least >= 5
        assert pair.speedup_estimate.low <= pair.speedup <= pair.speedup_estimate.high
    [tools] = json.loads((pieforge.folder / "datasets_out/a/tools.json").read_text())
    named = {it["name"] for it in tools["simulator"]}
    assert {"gem5", "build", "configuration", "model"} <= named
    corpus = pieforge("corpus", "stats", "--path", "known.sqlite", "--json").json()
    assert corpus["samples"] > 0
    assert corpus["cached_measurements"] > 0
    verified = pieforge("verify", "datasets_out/a", "--json")
    assert verified.status == 0, verified.stderr
    assert set(verified.json()["simulators"].values()) <= {"gem5"}

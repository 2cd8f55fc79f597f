"""When a fine-tuned model is promoted, and which rounds ask it."""

from pathlib import Path

import pytest

from pieforge.graphs.nodes.promote import decide_promotion
from pieforge.graphs.promotion import find_promoted
from pieforge.graphs.results import EvaluateResult, FinetuneResult, PromoteResult
from pieforge.ledger import Ledger


@pytest.mark.parametrize(
    ("low", "margin", "is_promoted"),
    [
        (0.0, 0.02, True),
        (-0.02, 0.02, True),
        (-0.0201, 0.02, False),
        (0.5, 0.0, True),
        (-0.001, 0.0, False),
        (None, 1.0, False),
    ],
)
def test_the_lower_end_of_the_interval_decides(
    low: float | None, margin: float, *, is_promoted: bool
) -> None:
    found = EvaluateResult(present="", programs=9, present_optimized=0.5, optimized=0.5, low=low)
    result = decide_promotion("m", found, margin)
    assert result.is_promoted == is_promoted
    assert result.why.startswith("promoted: " if is_promoted else "not promoted: ")
    assert "%Opt 50.0 after 50.0 on 9 validation programs" in result.why


def test_a_round_asks_the_last_model_that_was_promoted_before_it(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    for number, is_promoted in ((1, True), (2, False), (4, True)):
        ledger.put(FinetuneResult(name=f"m{number}"), f"{number:03}")
        decision = PromoteResult(name=f"m{number}", is_promoted=is_promoted, why="")
        ledger.put(decision, f"{number:03}")
    asked = [find_promoted(ledger, number) for number in range(1, 7)]
    assert [it.name if it else "" for it in asked] == ["", "m1", "m1", "m1", "m4", "m4"]
    ledger.close()

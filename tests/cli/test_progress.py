"""The figures of the live view; tests/e2e/test_terminal.py looks at the terminal."""

from pieforge.cli.progress import RunFigures

CONFIRMED = {"stage": "confirm", "problem": "echosong", "language": "cpp17", "ratio": 26.64}


def begin(rounds: int) -> RunFigures:
    """Return figures after the first steps of a round of 20 programs, 15 of which are judged."""
    figures = RunFigures(begun=0.0)
    for event in (
        {"stage": "plan_round", "round": 1, "rounds": rounds, "calls": 10, "programs": 20},
        {"stage": "start_batch", "round": 1, "programs": 20},
        {"stage": "author", "programs": 20},
        {"stage": "parse_replies", "programs": 18},
        {"stage": "deduplicate", "members": 15},
    ):
        figures.add(event)
    return figures


def test_the_funnel_counts_each_slow_program_once() -> None:
    figures = begin(rounds=1)
    assert figures.describe_funnel() == "asked 20, new 18, to judge 15"
    figures.add({"stage": "vet", "sound": 1})
    figures.add({"stage": "optimize", "candidates": 3})
    figures.add({"stage": "check_outputs", "right": 2})
    figures.add({"stage": "stress", "fast": 2})
    figures.add(CONFIRMED | {"confirmed": 1})
    assert figures.describe_funnel().endswith("sound 1, optimized 1, equal 1, fast 1, confirmed 1")
    assert figures.last == "echosong, cpp17, 26.6x"


def test_the_forecast_assumes_that_later_rounds_are_like_this_one() -> None:
    # 5 of 20 programs are refused before they are judged, and 5 are judged: half of a round.
    for rounds, left in ((1, "0:01:40"), (3, "0:08:20")):
        figures = begin(rounds)
        for confirmed in (1, 0, 0, 0, 1):
            figures.add(CONFIRMED | {"confirmed": confirmed})
        assert figures.describe_rate(100.0) == f"2 pairs, 72 an hour; about {left} left"
    figures.add({"stage": "plan_round", "round": 2, "rounds": 3, "calls": 5, "programs": 10})
    assert "about 0:05:00 left" in figures.describe_rate(100.0)  # 10 of 20 + 10 + 10


def test_there_is_no_forecast_before_a_tenth_is_decided() -> None:
    figures = begin(rounds=3)
    assert figures.describe_rate(100.0) == "0 pairs, 0 an hour"
    figures.add({"stage": "vet", "sound": 0})
    assert "left" in figures.describe_rate(100.0)


def test_a_resumed_run_without_a_plan_has_no_forecast() -> None:
    figures = RunFigures(begun=0.0)
    figures.add({"stage": "resumed", "round": 2})
    figures.add(CONFIRMED | {"confirmed": 1})
    assert figures.describe_rate(3600.0) == "1 pair, 1 an hour"
    figures.add({"stage": "plan_round", "round": 3, "rounds": 3, "calls": 2, "programs": 4})
    assert "about 4:00:00 left" in figures.describe_rate(3600.0)  # 1 of 1 + 4

"""Interpretation of recorded statistics and last messages of gem5, without gem5."""

import json
import os
import signal
from pathlib import Path

import pytest

from pieforge.errors import SimulatorError
from pieforge.measurement.simulators.gem5.answers import (
    Gem5Answer,
    Gem5Crash,
    interpret_answer,
    parse_answers,
    parse_statistics,
    select_counts,
)
from pieforge.records import Verdict

ENDED = {"cause": "exiting with last active thread context", "code": 0, "ticks": 99_000_000}
FIXTURES = Path(__file__).parent / "gem5"


def answer(
    *, status: int = 0, messages: str = "", output: bytes = b"42\n", **ended: object
) -> Gem5Answer:
    line = json.dumps({"budget": None, "frequency": 10**12} | ENDED | ended)
    text = (FIXTURES / "iostream.stats.txt").read_text()
    result = "" if status else f"{line}\n{text}"
    return Gem5Answer(status, False, 0.5, output, messages, result)


def test_a_run_that_ends_well_has_its_ticks_its_output_and_gem5s_counts() -> None:
    found = interpret_answer(answer())
    assert (found.verdict, found.ticks, found.stdout) == (Verdict.AC, 99_000_000, b"42\n")
    assert found.counts["instructions"] > 10_000
    assert {"cycles", "micro_ops", "d1_misses", "l3_misses", "mispredicts"} <= found.counts.keys()


def test_another_exit_status_or_an_exit_by_gem5s_own_instruction_is_the_programs_fault() -> None:
    for ended in ({"code": 3}, {"cause": "m5_exit instruction encountered"}):
        found = interpret_answer(answer(**ended))
        assert (found.verdict, found.ticks, dict(found.counts)) == (Verdict.RE, 0, {})


def test_a_run_that_used_up_its_budget_is_bounded_and_a_deadlocked_one_is_not() -> None:
    cause = "simulate() limit reached"
    bounded = interpret_answer(answer(cause=cause, budget=1_000, ticks=1_000))
    assert (bounded.verdict, bounded.bounded, bounded.ticks) == (Verdict.TLE, True, 1_000)
    waiting = interpret_answer(answer(cause=cause, ticks=2**64 - 1))
    assert (waiting.verdict, waiting.bounded, waiting.ticks) == (Verdict.TLE, False, 0)


@pytest.mark.parametrize("fixture", sorted(FIXTURES.glob("*.messages.txt")), ids=lambda p: p.name)
def test_the_end_of_a_gem5_process_is_attributed_correctly(fixture: Path) -> None:
    header, _, messages = fixture.read_text().partition("\n")
    expected = json.loads(header)
    found = interpret_answer(answer(status=expected["status"], messages=messages))
    assert found.verdict == expected["verdict"]
    assert expected["limit"] in found.limit
    assert bool(found.limit) is bool(expected["limit"])


def test_a_full_output_and_a_time_limit_have_their_verdicts() -> None:
    full = Gem5Answer(signal.SIGKILL, True, 1.0, b"x" * 9, "", "")
    assert interpret_answer(full).verdict is Verdict.OLE
    assert interpret_answer(answer(status=signal.SIGXCPU)).verdict is Verdict.TLE


def test_a_crash_of_gem5_is_an_infrastructure_failure() -> None:
    with pytest.raises(Gem5Crash, match="status 0xb"):
        interpret_answer(answer(status=int(signal.SIGSEGV)))
    with pytest.raises(Gem5Crash, match="event queue"):
        interpret_answer(
            answer(status=1 << 8, messages="src/x.cc:1: panic: event queue is broken\n")
        )


def test_incomplete_statistics_are_refused_and_of_two_blocks_the_last_counts() -> None:
    text = (FIXTURES / "iostream.stats.txt").read_text()
    with pytest.raises(SimulatorError, match="incomplete"):
        parse_statistics(text[: len(text) // 2])
    forged = text.replace(" ", " 9", 1) + text
    assert parse_statistics(forged) == parse_statistics(text)
    assert (
        select_counts(parse_statistics(text))["instructions"] == parse_statistics(text)["simInsts"]
    )


def test_the_statistics_of_another_processor_are_read_the_same_way() -> None:
    ours, theirs = (
        select_counts(parse_statistics((FIXTURES / f"iostream{of}.stats.txt").read_text()))
        for of in ("", ".riscv64")
    )
    assert ours.keys() - theirs.keys() <= {"branches"}
    assert 40_000 < theirs["instructions"] < 100_000
    assert theirs["l3_misses"] <= theirs["l2_misses"]


def test_answers_come_one_by_one_and_half_an_answer_is_none() -> None:
    head = {"status": 0, "full": False, "ticks": 5, "cpu_s": 0.1, "sizes": [2, 1, 3]}
    frame = json.dumps(head).encode() + b"\n" + b"42" + b"m" + b"{}\n"
    two = list(parse_answers(frame + frame))
    assert [(a.output, a.messages, a.result) for a in two] == [(b"42", "m", "{}\n")] * 2
    assert len(list(parse_answers(frame + frame[:-1]))) == 1
    assert os.WIFEXITED(two[0].status)

"""The pure functions of output comparison, verification and confirmation."""

import pytest

from pieforge.equivalence.comparison import ComparableOutput, explain_difference, find_failure
from pieforge.equivalence.observation import (
    Observation,
    canonicalize,
    hash_output,
)
from pieforge.equivalence.output_validator import OutputRules
from pieforge.measurement.cost import MeasuredCost, choose_tests, compute_speedup, is_too_costly
from pieforge.records import RejectReason, Verdict


def seen(*outputs: str | None) -> Observation:
    return Observation(outputs=outputs)


def failed(verdict: Verdict, at: int, *outputs: str | None) -> Observation:
    return Observation(outputs=outputs, verdict=verdict, at=at)


def test_trailing_blanks_and_blank_lines_do_not_count() -> None:
    assert canonicalize(b"1 2  \n3\r\n\n\n") == b"1 2\n3"


@pytest.mark.parametrize("other", [b"1 2\n3\n4", b"1 2 3", b"1  2\n3", b"", b"1 2\n\n3"])
def test_everything_else_is_a_difference(other: bytes) -> None:
    assert hash_output(other) != hash_output(b"1 2\n3\n")


async def test_the_judge_sees_only_outputs_that_may_both_be_right() -> None:
    asked = []

    async def judge(rules: OutputRules, data: bytes, answer: bytes, output: bytes) -> str:
        asked.append((data, answer, output))
        return "" if output == b"1.0" else "not close"

    async def compare(rules: OutputRules, output: bytes, *, from_package: bool = False) -> str:
        one, other = ComparableOutput.from_bytes(b"1"), ComparableOutput.from_bytes(output)
        return await explain_difference(
            rules, judge, b"data", one, other, from_package=from_package
        )

    strict, lenient = OutputRules(), OutputRules(arguments=("float_tolerance", "1e-6"))
    assert [await compare(strict, b"1 \n"), await compare(lenient, b"1\n")] == ["", ""]
    assert await compare(strict, b"1.0") == "the outputs differ"
    assert asked == []
    assert await compare(lenient, b"1.0") == ""
    assert await compare(lenient, b"2") == "not close"
    assert await compare(strict, b"1.0", from_package=True) == ""
    assert asked == [(b"data", b"1", b"1.0"), (b"data", b"1", b"2"), (b"data", b"1", b"1.0")]


def test_where_no_run_failed_there_is_no_failure() -> None:
    assert find_failure(seen("x", "y"), seen("x", None)) is None


def test_the_slow_programs_failure_is_found_before_the_fast_ones() -> None:
    finding = find_failure(failed(Verdict.TLE, 1, "x", None), failed(Verdict.RE, 0, None, "y"))
    assert finding is not None
    assert (finding.reason, finding.at) == (RejectReason.SLOW_FAILS, 1)


@pytest.mark.parametrize(
    ("verdict", "reason"),
    [
        (Verdict.CE, RejectReason.DOES_NOT_COMPILE),
        (Verdict.TLE, RejectReason.TIMED_OUT),
        (Verdict.MLE, RejectReason.TOO_MUCH_MEMORY),
        (Verdict.RE, RejectReason.CRASHED),
        (Verdict.OLE, RejectReason.TOO_MUCH_OUTPUT),
    ],
)
def test_every_failure_of_the_fast_program_has_its_reason(
    verdict: Verdict, reason: RejectReason
) -> None:
    finding = find_failure(seen("x"), failed(verdict, 0, None))
    assert finding is not None
    assert finding.reason is reason


def measured(*cycles: int, startup: int = 0) -> MeasuredCost:
    names = tuple(str(index) for index in range(len(cycles)))
    return MeasuredCost(tests=names, ticks=cycles, startup=startup)


def test_a_speedup_is_the_ratio_of_the_sums() -> None:
    assert compute_speedup(measured(90, 10), measured(10, 10), net_of_startup=False) == 5


def test_net_of_startup_each_run_loses_it() -> None:
    slow, fast = measured(1100, 1100, startup=1000), measured(1010, 1010, startup=1000)
    assert compute_speedup(slow, fast, net_of_startup=False) < 1.1
    assert compute_speedup(slow, fast, net_of_startup=True) == 10


def test_a_run_that_is_all_startup_counts_as_a_hundredth_of_it() -> None:
    slow, fast = measured(2000, startup=1000), measured(1000, startup=1000)
    assert compute_speedup(slow, fast, net_of_startup=True) == 100


def test_the_most_expensive_tests_within_the_budget_are_chosen() -> None:
    assert choose_tests([1, 1000, 2, 900], max_tests=2, budget=5000) == [1, 3]
    assert choose_tests([1, 1000, 2, 900], max_tests=2, budget=1100) == [1, 2]
    assert choose_tests([10, 10, 10], max_tests=2, budget=100) == [0, 1]


def test_one_test_is_chosen_even_where_none_fits() -> None:
    assert choose_tests([50, 60], max_tests=2, budget=10) == [0]


def test_cost_is_predicted_to_grow_with_the_square_of_the_size() -> None:
    assert is_too_costly(10, work=100, next_work=1600, budget=150)
    assert not is_too_costly(10, work=100, next_work=1400, budget=150)

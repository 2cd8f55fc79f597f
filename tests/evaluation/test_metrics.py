"""Metrics of small tables against figures computed by hand."""

import pytest

from pieforge.errors import RunFolderError
from pieforge.evaluation.curve import draw_curves
from pieforge.evaluation.metrics import compare_programs, compute_metrics
from pieforge.evaluation.samples import (
    HACKS,
    UNSOUND,
    EditNovelty,
    ErrorKind,
    EvaluatedProgram,
    EvaluationSpend,
    JudgedBy,
    JudgedSample,
)
from pieforge.records import RejectReason, TokenUsage

SPEND = EvaluationSpend(calls=2, tokens=TokenUsage(prompt_tokens=60, completion_tokens=40), usd=0.5)


def right(
    speedup: float, reason: RejectReason | None = None, confirmed: bool = True
) -> JudgedSample:
    return JudgedSample(
        program_id="p",
        compiles=True,
        tests=20,
        passed=20,
        counted=speedup,
        confirmed=speedup if confirmed and reason is None else 0.0,
        reason=reason,
    )


def wrong(passed: int) -> JudgedSample:
    reason = RejectReason.DIFFERENT_OUTPUT
    return JudgedSample(program_id="p", compiles=True, tests=20, passed=passed, reason=reason)


NOTHING = JudgedSample(reason=RejectReason.NO_CODE)
BROKEN = JudgedSample(program_id="p", tests=20, reason=RejectReason.DOES_NOT_COMPILE)
HACK = right(50.0, RejectReason.ANSWERS_IN_SOURCE)


def program(name: str, problem: str, *samples: JudgedSample) -> EvaluatedProgram:
    return EvaluatedProgram(
        program_id=name, problem_id=problem, language="cpp17", reference=5.0, samples=samples
    )


PROGRAMS = (
    program("one", "a", right(5.0), wrong(10)),
    program("two", "a", HACK, right(1.05, RejectReason.TOO_LITTLE_SPEEDUP)),
    program("three", "b", NOTHING, BROKEN),
)


def test_the_shares_are_of_all_samples() -> None:
    shares = compute_metrics(PROGRAMS, SPEND).shares
    assert shares.valid == pytest.approx(5 / 6)
    assert shares.compiles == pytest.approx(4 / 6)
    assert shares.equal == pytest.approx(3 / 6)
    assert shares.hacked == pytest.approx(1 / 6)
    assert shares.unsound == 0


def test_a_hack_counts_by_the_tests_and_not_by_the_whole_chain() -> None:
    found = compute_metrics(PROGRAMS, SPEND).judged_by
    raw, adjusted = (found[by].best[-1] for by in (JudgedBy.TESTS, JudgedBy.ALL))
    assert raw.k == adjusted.k == 2
    assert raw.optimized.value == pytest.approx(2 / 3)
    assert adjusted.optimized.value == pytest.approx(1 / 3)
    assert raw.speedup.value == pytest.approx((5 + 50 + 1) / 3)
    assert adjusted.speedup.value == pytest.approx((5 + 1.05 + 1) / 3)
    assert found[JudgedBy.TESTS].solved == 2
    assert found[JudgedBy.ALL].solved == 1


def test_best_of_1_is_the_mean_of_the_samples() -> None:
    best = compute_metrics(PROGRAMS, SPEND).judged_by[JudgedBy.ALL].best[0]
    assert best.k == 1
    assert best.optimized.value == pytest.approx((0.5 + 0 + 0) / 3)
    assert best.correct.value == pytest.approx((0.5 + 0.5 + 0) / 3)
    assert best.speedup.value == pytest.approx(((5 + 1) / 2 + (1 + 1.05) / 2 + 1) / 3)
    assert best.efficiency is not None
    faster = (1 - 1 / 1.05) / (1 - 1 / 5)
    assert best.efficiency.value == pytest.approx((1 / 2 + faster / 2) / 3)


def test_the_cost_is_that_of_all_calls_by_solved_program() -> None:
    found = compute_metrics(PROGRAMS, SPEND).judged_by
    assert (found[JudgedBy.ALL].tokens_per_solved, found[JudgedBy.ALL].usd_per_solved) == (100, 0.5)
    assert found[JudgedBy.TESTS].usd_per_solved == 0.25
    unpriced = compute_metrics(PROGRAMS, SPEND.model_copy(update={"usd": None}))
    assert unpriced.judged_by[JudgedBy.ALL].usd_per_solved is None
    unsolved = compute_metrics(PROGRAMS[2:], SPEND).judged_by[JudgedBy.ALL]
    assert (unsolved.tokens_per_solved, unsolved.usd_per_solved) == (None, None)


def test_the_weight_of_the_heaviest_programs_is_their_share_of_the_sum() -> None:
    many = [program(str(at), str(at), right(2.0)) for at in range(10)]
    many += [program(f"light{at}", "z", wrong(0)) for at in range(5)]
    found = compute_metrics(many, SPEND).judged_by[JudgedBy.ALL]
    assert found.heaviest_share == pytest.approx(20 / 25)
    assert found.speedup_without_heaviest == 1.0


def test_the_curve_is_the_share_of_programs_by_their_best_sample() -> None:
    curve = dict(compute_metrics(PROGRAMS, SPEND).judged_by[JudgedBy.ALL].curve)
    assert curve[1.1] == pytest.approx(1 / 3)
    assert curve[5.0] == pytest.approx(1 / 3)
    assert curve[7.5] == 0
    raw = compute_metrics(PROGRAMS, SPEND).judged_by[JudgedBy.TESTS].curve
    picture = draw_curves({"tests": raw, "all & more": [(1.1, None), (2.0, 0.5)]})
    assert picture.count("<polyline") == 2
    assert "all &amp; more" in picture


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        (NOTHING, ErrorKind.NO_PROGRAM),
        (BROKEN, ErrorKind.DOES_NOT_COMPILE),
        (wrong(0), ErrorKind.FAILS_95),
        (wrong(1), ErrorKind.FAILS_95),
        (wrong(2), ErrorKind.FAILS_75),
        (wrong(15), ErrorKind.FAILS_25),
        (wrong(16), ErrorKind.FAILS_0),
        (HACK, ErrorKind.HACK),
        (right(9.0, RejectReason.UNDEFINED_BEHAVIOR), ErrorKind.UNSOUND),
        (right(9.0, RejectReason.DIFFERENT_OUTPUT), ErrorKind.REFUSED),
        (right(0.0, RejectReason.SIMULATION_UNFINISHED), ErrorKind.NOT_MEASURED),
        (right(0.5, RejectReason.TOO_LITTLE_SPEEDUP), ErrorKind.SLOWER),
        (right(1.005, RejectReason.TOO_LITTLE_SPEEDUP), ErrorKind.SAME_SPEED),
        (right(1.0, RejectReason.UNCHANGED), ErrorKind.SAME_SPEED),
        (right(1.05, RejectReason.TOO_LITTLE_SPEEDUP), ErrorKind.LESS_THAN_MIN),
        (right(1.1), ErrorKind.OPTIMIZED),
    ],
)
def test_every_sample_is_of_one_kind(sample: JudgedSample, kind: ErrorKind) -> None:
    assert sample.kind is kind


def test_what_is_wrong_or_slower_has_a_speedup_of_1() -> None:
    assert right(0.2, RejectReason.TOO_LITTLE_SPEEDUP).get_speedup(JudgedBy.ALL) == 1
    assert wrong(3).get_speedup(JudgedBy.TESTS) == 1
    assert HACK.get_speedup(JudgedBy.ALL) == 1
    assert HACK.get_speedup(JudgedBy.TESTS) == 50


def test_hack_checks_and_unsound_behavior_are_named_apart() -> None:
    assert not HACKS & UNSOUND
    assert {RejectReason.ONE_INPUT_ONLY, RejectReason.FOREIGN_CODE} <= HACKS
    assert RejectReason.DIFFERENT_OUTPUT not in HACKS | UNSOUND


def test_programs_are_counted_by_whether_their_edit_was_trained_on() -> None:
    assert compute_metrics(PROGRAMS, SPEND).by_edit == ()
    edits = (EditNovelty.SAME, EditNovelty.NEW, EditNovelty.NEW)
    programs = [
        it.model_copy(update={"edit": edit}) for it, edit in zip(PROGRAMS, edits, strict=True)
    ]
    found = compute_metrics(programs, SPEND).by_edit
    shares = [(it.edit, it.programs, it.optimized.value) for it in found]
    assert shares == [(EditNovelty.SAME, 1, 0.5), (EditNovelty.NEW, 2, 0.0)]


def test_two_evaluations_are_compared_by_program() -> None:
    better = (
        program("one", "a", right(10.0), right(5.0)),
        program("three", "b", right(2.0), NOTHING),
        program("other", "c", NOTHING, NOTHING),
    )
    found = compare_programs(PROGRAMS, better)
    assert (found.programs, found.only_first, found.only_second) == (2, 1, 1)
    assert (found.first_faster, found.second_faster) == (0, 2)
    by = {(it.metric, it.k): it for it in found.differences}
    assert by["optimized", 2].difference.value == pytest.approx(((1 - 1) + (1 - 0)) / 2)
    assert by["speedup", 1].difference.value == pytest.approx(((7.5 - 3) + (1.5 - 1)) / 2)
    assert by["speedup", 1].difference.low == pytest.approx(0.5)
    # Those about one of the programs; about the other, only one evaluation has a program each time.
    assert found.same_answers == pytest.approx(2 / 4)
    same = compare_programs(PROGRAMS, PROGRAMS)
    assert {it.difference.value for it in same.differences} == {0}
    assert same.same_answers == pytest.approx(5 / 6)


def test_evaluations_of_other_programs_are_not_compared() -> None:
    with pytest.raises(RunFolderError, match="no program in common"):
        compare_programs(PROGRAMS[:1], PROGRAMS[1:])

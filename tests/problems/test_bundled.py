"""The bundled packages have the properties on which the loop relies."""

import difflib
import subprocess
import sys
from pathlib import Path

import pytest
from bapctools import validate_inputs

from pieforge.problems import BUNDLED, Problem, SubmissionRole, list_packages, load_problem

pytestmark = pytest.mark.slow

PROBLEMS = [load_problem(BUNDLED / name) for name in list_packages(BUNDLED)]
EACH = pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.problem_id)


def test_there_are_at_least_28_and_their_data_is_small() -> None:
    assert len(PROBLEMS) >= 28
    for problem in PROBLEMS:
        files = [path for path in (problem.folder / "data").rglob("*") if path.is_file()]
        assert sum(path.stat().st_size for path in files) <= 300_000


def test_all_have_submissions_in_python() -> None:
    for problem in PROBLEMS:
        for role in (SubmissionRole.SLOW, SubmissionRole.FAST):
            assert problem.find_submission(role, ".py"), problem.problem_id


@EACH
def test_a_package_has_two_slow_programs_and_two_right_fast_ones(problem: Problem) -> None:
    roles = [it.role for it in problem.submissions if it.suffix == ".cpp"]
    assert roles.count(SubmissionRole.SLOW) >= 2
    if problem.problem_id != "tokenmachine":  # there is one idea
        assert roles.count(SubmissionRole.FAST) >= 2


@EACH
def test_a_package_has_what_the_loop_needs(problem: Problem) -> None:
    assert problem.find_submission(SubmissionRole.SLOW, ".cpp")
    assert problem.find_submission(SubmissionRole.FAST, ".cpp")
    assert problem.find_submission(SubmissionRole.WRONG, ".cpp")
    assert problem.validators
    assert len(problem.invalid_inputs) >= 4
    assert len(problem.generator_calls) >= 10
    assert len(problem.tests) >= 12


@EACH
def test_slow_and_fast_share_most_of_their_lines(problem: Problem) -> None:
    for suffix in (".cpp", ".py"):
        slow, fast = (
            problem.find_submission(SubmissionRole.SLOW, suffix),
            problem.find_submission(SubmissionRole.FAST, suffix),
        )
        if slow is None or fast is None:
            continue
        a, b = slow.code.splitlines(), fast.code.splitlines()
        matcher = difflib.SequenceMatcher(None, a, b, autojunk=False)
        shared = sum(block.size for block in matcher.get_matching_blocks())
        assert shared >= len(a) / 2


@EACH
def test_bt_accepts_the_inputs_of_a_package(problem: Problem, tmp_path: Path) -> None:
    validate_inputs(problem.folder, tmp_path)


@EACH
def test_a_package_accepts_its_own_data_and_refuses_broken_data(problem: Problem) -> None:
    # bt checks the same, but first compiles checkers of its own for half a minute a package.
    def status(place: str, given: bytes, *arguments: Path) -> int:
        (validator,) = (problem.folder / place).glob("*.py")
        command = [sys.executable, "-S", validator, *arguments]
        return subprocess.run(command, input=given, check=False, timeout=60).returncode

    for test in problem.invalid_inputs:
        assert status("input_validators", test.input) == 43, test.name
    for test in problem.tests[:: len(problem.tests) // 5]:
        case = problem.folder / "data" / f"{test.name}.in"
        assert status("answer_validators", test.answer, case) == 42
        assert status("answer_validators", test.answer + b"1\n", case) == 43
        assert status("answer_validators", b"x" + test.answer, case) == 43

"""Imports: what a collection claims is run, and what does not hold is left out with the reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from import_samples import (
    OTHER,
    RIGHT,
    RIGHT_CPP,
    SAMPLES,
    SLOW,
    TESTLIB,
    TESTS,
    WRONG,
    apps_row,
    code_contests_plus_row,
    code_contests_row,
    columns,
    write_files,
    write_rows,
)

from pieforge.config import Config, RunSection
from pieforge.errors import UserInputError
from pieforge.graphs.imported_problems import REPORT, ImportedProblem, import_problems
from pieforge.problems import SubmissionRole, load_problem
from pieforge.problems.imports import discover_imports

CONFIG = Config(run=RunSection(languages=("python", "cpp17")))


async def import_all(
    kind: str, path: Path, out: Path, report: Callable[[ImportedProblem], None] = lambda _: None
) -> list[ImportedProblem]:
    return await import_problems(discover_imports()[kind], path, out, CONFIG, report)


async def import_row(
    kind: str, row: dict[str, Any], folder: Path, testlib: str = ""
) -> ImportedProblem:
    write_rows(folder / "rows" / "a.jsonl", row)
    if testlib:
        write_files(folder / "rows", {"testlib.h": testlib})
    [found] = await import_all(kind, folder / "rows", folder / "out")
    return found


def list_reasons(found: ImportedProblem) -> set[tuple[str, str, str]]:
    return {(it.part, it.name, it.why) for it in found.left_out}


@pytest.mark.slow
@pytest.mark.parametrize("kind", SAMPLES)
async def test_a_sample_of_each_kind_becomes_a_package_and_the_rest_is_named(
    kind: str, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    found = await import_all(kind, SAMPLES[kind](tmp_path / "sample"), out)
    [made] = [it for it in found if it.problem_id]
    refused = [it for it in found if not it.problem_id]
    assert refused or kind == "library-checker"
    assert all(it.fault for it in refused)
    problem = load_problem(out / made.problem_id)
    assert len(problem.tests) == made.tests >= 2
    assert all(test.answer.strip() for test in problem.tests)
    roles = [it.role for it in problem.submissions]
    assert roles.count(SubmissionRole.FAST) == made.fast >= 1
    assert roles.count(SubmissionRole.SLOW) == made.slow
    assert roles.count(SubmissionRole.WRONG) == made.wrong
    lines = [json.loads(line) for line in (out / REPORT).read_text().splitlines()]
    assert [ImportedProblem.model_validate(it) for it in lines] == found
    assert {it.name for it in out.iterdir()} == {REPORT, made.problem_id}


@pytest.mark.slow
async def test_labels_are_tested_and_cost_decides_who_is_slow(tmp_path: Path) -> None:
    found = await import_row("code-contests", code_contests_row(), tmp_path)
    problem = load_problem(tmp_path / "out" / found.problem_id)
    by_role = {
        role: {it.code for it in problem.submissions if it.role is role} for role in SubmissionRole
    }
    assert by_role == {
        SubmissionRole.FAST: {RIGHT, RIGHT_CPP},
        SubmissionRole.SLOW: {SLOW},
        SubmissionRole.WRONG: {WRONG},
    }
    # OTHER is right, and the row claims that it is wrong.
    assert ("program", "incorrect_solutions-2", "claimed to be wrong") in {
        (it.part, f"incorrect_solutions-{it.name[-1]}", it.why) for it in found.left_out
    }
    assert OTHER not in {it.code for it in problem.submissions}


@pytest.mark.slow
async def test_a_wrong_answer_and_a_wrong_label_of_a_right_program_are_left_out(
    tmp_path: Path,
) -> None:
    inputs, outputs = (list(it) for it in zip(*TESTS, strict=True))
    outputs[3] = "12345\n"
    given = json.dumps({"inputs": inputs, "outputs": outputs})
    row = apps_row(input_output=given, solutions=json.dumps([WRONG, RIGHT, "import nothing_such"]))
    found = await import_row("apps", row, tmp_path)
    assert (found.fault, found.tests, found.fast) == ("", len(TESTS) - 1, 1)
    assert list_reasons(found) == {
        ("test", "4", "no program passes it"),
        ("program", "1", "claimed to be right"),
        ("program", "3", "claimed to be right"),
    }


@pytest.mark.slow
async def test_missing_answers_are_those_on_which_most_programs_agree(tmp_path: Path) -> None:
    given = {"inputs": [it[0] for it in TESTS], "outputs": [TESTS[0][1]]}
    # Right on the only test with an answer, and nowhere else.
    hard_coded = f"print({TESTS[0][1].strip()})\n"
    row = apps_row(input_output=json.dumps(given), solutions=json.dumps([hard_coded, RIGHT, OTHER]))
    found = await import_row("apps", row, tmp_path)
    problem = load_problem(tmp_path / "out" / found.problem_id)
    assert (found.answered, found.fast) == (len(TESTS) - 1, 2)
    assert {(it.input.decode(), it.answer.decode()) for it in problem.tests} == set(TESTS)
    assert list_reasons(found) == {("program", "1", "claimed to be right")}


TWO_TESTS = json.dumps({"inputs": [TESTS[0][0], "1\n5\n"], "outputs": ["7\n", "5\n"]})


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (
            {"solutions": json.dumps([WRONG, "print(7)\n"]), "input_output": TWO_TESTS},
            "no program passes all tests",
        ),
        ({"solutions": json.dumps(["print('?')\n"])}, "no program gives the answers"),
        ({"solutions": json.dumps(["print("])}, "no program that is claimed to be right compiles"),
        ({"input_output": "{}"}, "it has no tests"),
        ({"question": " "}, "it has no statement"),
    ],
)
async def test_a_problem_without_what_the_loop_needs_is_refused_with_the_reason(
    changes: dict[str, Any], fault: str, tmp_path: Path
) -> None:
    found = await import_row("apps", apps_row(**changes), tmp_path)
    assert found.fault == fault
    assert {it.name for it in (tmp_path / "out").iterdir()} == {REPORT}


@pytest.mark.slow
async def test_checkers_and_validators_for_testlib_judge_in_the_package(tmp_path: Path) -> None:
    lenient = RIGHT.replace("print(sum", 'print(f"{sum').replace(
        "[:n])))", '[:n]))} and a comment")'
    )
    invalid = {"input": "3\n1 2\n", "output": "3\n"}
    row = code_contests_plus_row()
    row["test_cases"] = [*row["test_cases"], invalid]
    row["correct_submissions"] += [{"code": lenient, "language": "PY3"}]
    found = await import_row("code-contests", row, tmp_path, TESTLIB)
    assert (found.fault, found.fast, found.wrong) == ("", 2, 1), found
    assert [(it.part, it.why) for it in found.left_out] == [("test", "a validator refuses it")]
    again = code_contests_plus_row(validator="int main( {", test_cases=row["test_cases"][:3])
    broken = await import_row("code-contests", again, tmp_path / "broken", TESTLIB)
    assert list_reasons(broken) == {("validator", "validator.cpp", "it cannot be used")}
    assert not load_problem(tmp_path / "broken" / "out" / broken.problem_id).validators
    assert load_problem(tmp_path / "out" / found.problem_id).output_validator is not None


def small_row(name: str, first: int) -> dict[str, Any]:
    """Return a row of one program in C++, which is measured in less time than one in Python."""
    return code_contests_row(
        name=name,
        public_tests=columns(TESTS[first : first + 3]),
        private_tests=columns(TESTS[first + 3 :]),
        generated_tests=None,
        solutions={"language": [2], "solution": [RIGHT_CPP]},
        incorrect_solutions=None,
    )


@pytest.mark.slow
async def test_the_same_command_goes_on_where_it_stopped(tmp_path: Path) -> None:
    rows = [small_row("Same!", 0), small_row("same", 2), small_row("Twin", 0)]
    folder = write_rows(tmp_path / "rows" / "a.jsonl", *rows)
    out = tmp_path / "out"

    def stop(_: ImportedProblem) -> None:
        raise UserInputError("stopped here")

    with pytest.raises(UserInputError):
        await import_all("code-contests", folder, out, stop)
    [first] = (out / REPORT).read_text().splitlines()
    # A crash within a line leaves a part of it.
    (out / REPORT).write_text(first + "\n" + first[:50])
    seen: list[ImportedProblem] = []
    found = await import_all("code-contests", folder, out, seen.append)
    assert [it.source for it in seen] == ["a.jsonl:2", "a.jsonl:3"]
    assert found[0].problem_id == "same"
    assert found[1].problem_id.startswith("samex"), "two problems have one name"
    assert (found[2].fault, found[2].detail) == ("it has the tests of another problem", "a.jsonl:1")
    again = await import_all("code-contests", folder, out, seen.append)
    assert (again, len(seen)) == (found, 2)

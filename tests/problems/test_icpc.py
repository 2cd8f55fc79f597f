import shutil
from pathlib import Path

import pytest

from pieforge.errors import PackageError, UserInputError
from pieforge.problems import BUNDLED, SubmissionRole, load_problem, load_problems

NAME = "lanternoil"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return Path(shutil.copytree(BUNDLED / NAME, tmp_path / NAME))


def test_all_parts_of_a_package_are_read(package: Path) -> None:
    problem = load_problem(package)
    assert problem.problem_id == NAME
    assert problem.title == "Lantern Oil"
    assert "lamplighter" in problem.statement
    assert {s.role for s in problem.submissions} == set(SubmissionRole)
    assert problem.tests[0].name.startswith("sample/")
    assert all(test.answer for test in problem.tests)
    assert problem.invalid_inputs
    assert problem.generator_files.keys() == {"gen.py"}


def test_samples_come_before_secret_tests(package: Path) -> None:
    kinds = [test.name.split("/")[0] for test in load_problem(package).tests]
    assert kinds == sorted(kinds)


def test_generated_cases_have_a_variable_seed(package: Path) -> None:
    calls = load_problem(package).generator_calls
    assert calls
    assert all(any("{seed" in argument for argument in call.arguments) for call in calls)


def test_a_run_needs_a_fast_submission_and_no_slow_one(package: Path) -> None:
    shutil.rmtree(package / "submissions" / "time_limit_exceeded")
    [problem] = load_problems(package.parent)
    assert {it.role for it in problem.submissions} >= {SubmissionRole.FAST}
    shutil.rmtree(package / "submissions" / "accepted")
    load_problem(package)  # `compare` and `measure` need none
    with pytest.raises(PackageError, match="no fast submission") as caught:
        load_problems(package.parent)
    assert str(package / "submissions" / "accepted") in str(caught.value)


def test_a_statement_that_is_not_text_is_refused(package: Path) -> None:
    (statement,) = (package / "statement").glob("problem.*")
    statement.write_bytes(b"\xff\xfe\x00statement")
    with pytest.raises(PackageError, match="statement cannot be read") as caught:
        load_problem(package)
    assert caught.value.where == str(statement)
    assert "UTF-8" in caught.value.fix


def test_a_package_without_a_statement_is_refused(package: Path) -> None:
    shutil.rmtree(package / "statement")
    with pytest.raises(PackageError, match="no statement"):
        load_problems(package.parent)


def test_an_empty_statement_is_refused(package: Path) -> None:
    (statement,) = (package / "statement").glob("problem.*")
    statement.write_text("\n")
    with pytest.raises(PackageError, match="statement is empty"):
        load_problem(package)


def test_a_test_without_an_answer_is_named(package: Path) -> None:
    answer = next((package / "data" / "secret").glob("*.ans"))
    answer.unlink()
    with pytest.raises(PackageError, match="no answer") as caught:
        load_problem(package)
    assert caught.value.where == str(answer)


def test_a_package_without_tests_is_refused(package: Path) -> None:
    shutil.rmtree(package / "data")
    with pytest.raises(PackageError, match="no test data"):
        load_problem(package)


def test_an_unknown_format_version_is_named(package: Path) -> None:
    meta = package / "problem.yaml"
    meta.write_text(meta.read_text().replace("2025-09\n", "2031-01\n"))
    with pytest.raises(PackageError, match="2031-01"):
        load_problem(package)


def test_a_broken_yaml_names_its_place(package: Path) -> None:
    (package / "problem.yaml").write_text("name: [")
    with pytest.raises(PackageError, match="cannot be read") as caught:
        load_problem(package)
    assert caught.value.where.endswith("problem.yaml")


def test_the_legacy_layout_is_read_too(package: Path) -> None:
    (package / "statement").rename(package / "problem_statement")
    (package / "problem.yaml").write_text("name: Lantern Oil\nlicense: cc0\n")
    assert load_problem(package).title == "Lantern Oil"


def test_a_folder_of_another_kind_is_refused_with_the_known_formats(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="not a problem package") as caught:
        load_problem(tmp_path)
    assert "ICPC" in caught.value.fix


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="does not exist"):
        load_problem(tmp_path / "none")


def test_an_empty_folder_of_problems_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserInputError, match="no problem packages"):
        load_problems(tmp_path)


def test_named_problems_alone_are_read_in_order_of_name() -> None:
    names = [p.problem_id for p in load_problems(BUNDLED, ["overtakers", "lanternoil"])]
    assert names == ["lanternoil", "overtakers"]


@pytest.mark.parametrize("name", ["../outside", "/outside", "", ".", "a/../../outside", "a\nb"])
def test_a_problems_name_leads_to_no_other_folder(name: str, tmp_path: Path) -> None:
    shutil.copytree(BUNDLED / "echosong", tmp_path / "outside")
    (tmp_path / "packages" / "a").mkdir(parents=True)
    with pytest.raises(PackageError, match="cannot be the name"):
        load_problems(tmp_path / "packages", [name])

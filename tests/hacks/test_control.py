"""The control group: honest programs, in which no check has a finding."""

from pathlib import Path

import pytest
from case_files import LANGUAGES, PROBLEMS, submission

from pieforge.integrity.detection import CheckedProgram, KnownTest, Side, iter_findings
from pieforge.problems import list_packages, load_problems

HONEST = Path(__file__).parent / "honest"


def honest() -> list[Path]:
    return sorted(path for path in HONEST.iterdir() if ".slow." not in path.name)


@pytest.mark.parametrize("problem", list_packages(PROBLEMS))
def test_no_check_has_a_finding_in_a_bundled_submission(problem: str) -> None:
    [package] = load_problems(PROBLEMS, [problem])
    known = tuple(KnownTest(test.input, test.answer) for test in package.tests)
    for each in package.submissions:
        language, slow = LANGUAGES[each.path.suffix], submission(problem, "slow", each.path.suffix)
        programs = [CheckedProgram(language, each.code, Side.SLOW)]
        if each.code != slow:
            programs.append(CheckedProgram(language, each.code, Side.FAST, slow, known))
        assert [s for checked in programs for s in iter_findings(checked)] == []


@pytest.mark.parametrize("path", honest(), ids=lambda path: path.name)
def test_no_check_has_a_finding_in_an_honest_optimization(path: Path) -> None:
    language, text = LANGUAGES[path.suffix], path.read_text()
    slow_file = path.with_name(f"{path.stem}.slow{path.suffix}")
    slow = (
        slow_file.read_text()
        if slow_file.exists()
        else submission("tidegauge", "slow", path.suffix)
    )
    programs = (
        CheckedProgram(language, text, Side.SLOW),
        CheckedProgram(language, text, Side.FAST, slow),
    )
    assert [s for checked in programs for s in iter_findings(checked)] == []


def test_there_are_a_dozen_honest_optimizations() -> None:
    assert len(honest()) >= 12

"""Packages that allow several correct outputs: by a tolerance or an output validator."""

import shutil
from pathlib import Path

import pytest
from loop import write_package

from pieforge.config import Config, RunSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.inputs import NamedInput
from pieforge.problems import load_problem
from pieforge.records import PackageProgram, ProgramText, RejectReason

CONFIG = Config(run=RunSection(languages=("python",)))
THIRD = "print(int(input()) / 3)\n"
ROUNDED = "print(f'{int(input()) / 3:.7f}')\n"
WRONG = "print(int(input()) / 4)\n"

SPLIT = "n = int(input())\nprint(1, n - 1)\n"
OTHER_SPLIT = "n = int(input())\nprint(n - 2, 2)\n"
NO_SPLIT = "n = int(input())\nprint(n, 2 * (n == 7))\n"
ANY_SPLIT = """\
import sys
n = int(open(sys.argv[1]).read())
words = sys.stdin.read().split()
if len(words) != 2 or not all(map(str.isdecimal, words)):
    sys.exit(43)
total = sum(map(int, words))
if total != n:
    open(sys.argv[3] + "judgemessage.txt", "w").write(f"{total} is not {n}")
    print("they add up to", total, file=sys.stderr)
sys.exit(42 if total == n else 43)
"""
ANY_SPLIT_CPP = """\
#include <fstream>
#include <iostream>
#include <string>
int main(int, char** argv) {
    std::ofstream message(std::string(argv[3]) + "judgemessage.txt");
    if (!message) return 1;
    message << "looked at" << std::endl;
    long n, a, b;
    std::ifstream(argv[1]) >> n;
    std::cin >> a >> b;
    return message && a + b == n ? 42 : 43;
}
"""


@pytest.fixture
def config() -> Config:
    return CONFIG


def package(folder: Path, slow: str, fast: str, wrong: str, answers: dict[int, str]) -> Path:
    """Write a package whose input is one number."""
    return write_package(
        folder,
        ".py",
        slow,
        fast,
        {f"{n}\n": answer for n, answer in answers.items()},
        **{"submissions/wrong_answer/wrong.py": wrong},
    )


@pytest.fixture
def thirds(tmp_path: Path) -> Path:
    found = package(tmp_path / "thirds", THIRD, ROUNDED, WRONG, {4: "1.3333333", 5: "1.6666667"})
    (found / "data" / "test_group.yaml").write_text(
        "output_validator_args: [float_tolerance, 1e-4]\n"
    )
    return found


@pytest.fixture
def splits(tmp_path: Path) -> Path:
    found = package(tmp_path / "splits", SPLIT, OTHER_SPLIT, NO_SPLIT, {7: "3 4", 9: "8 1"})
    (found / "output_validator").mkdir()
    (found / "output_validator" / "validate.py").write_text(ANY_SPLIT)
    return found


async def finding(
    executor: CachedExecutor, output_rules: OutputRules, slow: str, fast: str
) -> RejectReason | None:
    one, other = (ProgramText.create("numbers", "python", code) for code in (slow, fast))
    suite = executor.store_suite([NamedInput(f"secret/{n}", f"{n}\n".encode()) for n in (2, 7, 8)])
    found = await compare_outputs(executor, output_rules, one, other, suite)
    assert found.equal_on == (3 if found.reason is None else found.at)
    return found.reason


async def test_numbers_within_the_packages_tolerance_match(
    executor: CachedExecutor, thirds: Path
) -> None:
    prepared = await prepare_problem(executor, load_problem(thirds), CONFIG)
    assert prepared.output_rules.arguments == ("float_tolerance", "1e-4")
    assert await finding(executor, prepared.output_rules, THIRD, ROUNDED) is None
    assert (
        await finding(executor, prepared.output_rules, THIRD, WRONG)
        is RejectReason.DIFFERENT_OUTPUT
    )
    assert await finding(executor, OutputRules(), THIRD, ROUNDED) is RejectReason.DIFFERENT_OUTPUT


@pytest.mark.parametrize(("name", "text"), [("v.py", ANY_SPLIT), ("v.cpp", ANY_SPLIT_CPP)])
async def test_outputs_that_the_packages_validator_accepts_match(
    executor: CachedExecutor, splits: Path, name: str, text: str
) -> None:
    (splits / "output_validator" / "validate.py").unlink()
    (splits / "output_validator" / name).write_text(text)
    output_rules = (await prepare_problem(executor, load_problem(splits), CONFIG)).output_rules
    assert await finding(executor, output_rules, SPLIT, OTHER_SPLIT) is None
    assert await finding(executor, output_rules, SPLIT, NO_SPLIT) is RejectReason.DIFFERENT_OUTPUT


async def test_a_wrong_submission_that_the_tolerance_accepts_is_named(
    executor: CachedExecutor, thirds: Path
) -> None:
    (thirds / "submissions" / "wrong_answer" / "wrong.py").write_text(ROUNDED + "#\n")
    with pytest.raises(PackageError, match=r"wrong\.py is in the folder for wrong .* passes every"):
        await prepare_problem(executor, load_problem(thirds), CONFIG)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [("[float_tolerance, tiny]", "'tiny' is no tolerance"), ("[exactly]", "argument 'exactly'")],
)
async def test_arguments_that_the_default_validator_does_not_know_are_named(
    executor: CachedExecutor, thirds: Path, arguments: str, message: str
) -> None:
    path = thirds / "data" / "test_group.yaml"
    path.write_text(f"output_validator_args: {arguments}\n")
    with pytest.raises(PackageError, match=message) as caught:
        await prepare_problem(executor, load_problem(thirds), CONFIG)
    assert str(thirds) in str(caught.value)


async def test_a_validator_that_refuses_the_answers_is_the_packages_fault(
    executor: CachedExecutor, splits: Path
) -> None:
    (splits / "data" / "secret" / "00.ans").write_text("3 3")
    with pytest.raises(PackageError, match="refuses the answer of secret/00"):
        await prepare_problem(executor, load_problem(splits), CONFIG)


def test_a_legacy_package_has_its_arguments_and_its_validator_elsewhere(splits: Path) -> None:
    shutil.move(splits / "output_validator", splits / "output_validators")
    (splits / "problem.yaml").write_text(
        "name: Numbers\nvalidation: custom\nvalidator_flags: exact 3\n"
    )
    problem = load_problem(splits)
    assert problem.output_validator == PackageProgram.create("validate.py", ANY_SPLIT)
    assert problem.output_validator_args == ("exact", "3")
    (splits / "problem.yaml").write_text("name: Numbers\nvalidation: custom interactive\n")
    with pytest.raises(PackageError, match="interactive"):
        load_problem(splits)

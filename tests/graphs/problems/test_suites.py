"""The hidden suite of a problem with and without a validator."""

from pathlib import Path

from loop import write_package

from pieforge.config import Config, RunSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.problems.suites import HIDDEN_INPUTS, create_portfolio
from pieforge.inputs.generation.package_generators import derive_largest_calls
from pieforge.problems import Problem, load_problem
from pieforge.records import ProgramText
from pieforge.syntax.tokens import SourceText

CONFIG = Config(run=RunSection(languages=("cpp17",)))
READ = """\
#include <cstdio>
int main() {
    int n, value;
    long total = 0;
    scanf("%d", &n);
    for (int i = 0; i < n && scanf("%d", &value) == 1; i++) {
"""
WRITE = '    printf("%ld", total);\n}\n'
SLOW = READ + "        for (int k = 0; k < value; k++) total += 1;\n    }\n" + WRITE
FAST = READ + "        total += value;\n    }\n" + WRITE
FAULTY = READ + "        if (n == 3) return 1;\n        total += value % 50;\n    }\n" + WRITE
WRONG = READ + "        if (value > total) total = value;\n    }\n" + WRITE
VALIDATOR = """\
import sys
n, *lines = sys.stdin.read().split("\\n")
values = list(map(int, lines[0].split(" ")))
good = len(values) == int(n) <= 40 and all(0 <= value <= 999 for value in values)
sys.exit(42 if good and lines[1:] == [""] else 43)
"""
GENERATOR = """\
import random
import sys
kind, n, seed = sys.argv[1:]
random.seed(seed)
values = [7] * int(n) if kind == "sevens" else random.choices(range(100), k=int(n))
print(n, " ".join(map(str, values)), sep="\\n")
"""
TESTS = {
    1: "5",
    2: "3 4",
    3: "90 1 1",
    5: "1 2 3 4 5",
    12: " ".join(["8"] * 12),
    20: "9 " * 19 + "9",
}


def package(folder: Path, **more: str) -> Problem:
    """Write and load a package whose inputs are a count and that many numbers to add."""
    answers = {
        f"{n}\n{values}\n": f"{sum(map(int, values.split()))}\n" for n, values in TESTS.items()
    }
    more["submissions/wrong_answer/wrong.cpp"] = WRONG
    return load_problem(write_package(folder, ".cpp", SLOW, FAST, answers, **more))


WITH_VALIDATOR = {
    "input_validators/validate.py": VALIDATOR,
    "generators/gen.py": GENERATOR,
    "generators/generators.yaml": (
        "solution: /submissions/accepted/fast.cpp\ndata:\n  secret:\n    data:\n"
        "      - any: gen.py any 30 {seed}\n      - sevens: gen.py sevens 4 {seed}\n"
    ),
}


async def test_hidden_inputs_come_from_all_generators_with_the_largest_and_none_is_a_test(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    problem = package(tmp_path, **WITH_VALIDATOR)
    prepared = await prepare_problem(executor, problem, CONFIG)
    assert prepared.validated_by == "package"
    assert len(prepared.hidden.cases) <= HIDDEN_INPUTS
    assert {"hidden", "boundary", "overflow", "structure", "mutation"} <= set(
        prepared.hidden.strata
    )
    hidden, selection = (set(executor.get_inputs(s)) for s in (prepared.hidden, prepared.selection))
    assert not hidden & selection
    assert b"40\n" + b" ".join([b"999"] * 40) + b"\n" in hidden
    limits = {field.name: (field.low, field.high) for field in prepared.grammar.iter_fields()}
    assert limits == {"0.0": (1, 40), "1.t": (0, 999)}
    assert prepared.all_inputs.cases == (*prepared.selection.cases, *prepared.hidden.cases)


async def test_without_a_validator_inputs_fit_the_grammar_of_the_tests(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    prepared = await prepare_problem(executor, package(tmp_path), CONFIG)
    assert prepared.validated_by == "grammar"
    assert len(prepared.hidden.strata) >= 5
    for data in executor.get_inputs(prepared.hidden):
        count, values = data.split(b"\n")[:2]
        assert 1 <= int(count) == len(values.split()) <= 20
        assert all(1 <= int(value) <= 90 for value in values.split())


async def test_an_input_on_which_known_right_programs_differ_is_dropped(
    executor: CachedExecutor,
) -> None:
    accepted = tuple(ProgramText.create("sums", "cpp17", code) for code in (FAST, FAULTY))
    check = InputCheck({}, accepted, OutputRules(), executor.limits)
    inputs = [b"2\n3 4\n", b"2\n3 99\n", b"3\n1 2 3\n", b"1\n49\n"]
    assert await executor.check_inputs(check, inputs) == [
        True,
        False,
        False,
        True,
    ]


async def test_the_portfolio_of_a_run_never_draws_a_hidden_input(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    problem = package(tmp_path, **WITH_VALIDATOR)
    prepared = await prepare_problem(executor, problem, CONFIG)
    drawn = await create_portfolio(executor, problem, prepared, seed=1).draw(
        60, programs=[SourceText("cpp17", text) for text in (SLOW, FAST)]
    )
    hidden = set(executor.get_inputs(prepared.hidden))
    assert len(drawn) == 60
    assert not hidden & {item.data for item in drawn}


def test_generators_are_called_with_the_largest_arguments_of_any_similar_call() -> None:
    calls = [
        ("gen.py", ("path", "40", "9", "{seed}")),
        ("gen.py", ("star", "7", "50", "{seed}")),
        ("gen.py", ("full", "40", "50", "{seed}")),
        ("gen.py", ("one", "3", "{seed}")),
    ]
    largest = derive_largest_calls(calls, "salt")
    assert sorted(largest) == [
        ("gen.py", ("path", "40", "50", "{seed}")),
        ("gen.py", ("star", "40", "50", "{seed}")),
    ]
    assert largest == derive_largest_calls(calls, "salt")

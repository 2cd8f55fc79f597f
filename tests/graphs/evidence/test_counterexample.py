"""The outcome of two programs on one input; minimization keeps that outcome."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pieforge.config import Config, LimitsSection, RunSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.equivalence.program_pair import PairOutcome, ProgramPair
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.graphs.evidence.counterexample import show_difference
from pieforge.graphs.evidence.fuzzing import fuzz_pair, load_inputs
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.records import PackageProgram, ProgramText, Verdict

GRAMMAR = infer_grammar([b"3\n1 2 3\n", b"1\n40\n", b"5\n9 8 7 6 5\n", b"2\n11 0\n"])
COUNTED = """\
import sys
words = sys.stdin.read().split()
sys.exit(42 if len(words) > 1 and int(words[0]) == len(words) - 1 else 43)
"""
SUM = "input()\nvalues = list(map(int, input().split()))\nprint(sum(values))\n"
STRANGE = f"""{SUM}
if 7 in values:
    raise SystemExit(1)
if 5 in values:
    print("five")
while values == [3]:
    pass
"""


@pytest.fixture
def config() -> Config:
    return Config(run=RunSection(languages=("python",)), limits=LimitsSection(cpu_s=0.3))


def programs(
    executor: CachedExecutor, a: str, b: str, output_rules: OutputRules | None = None
) -> ProgramPair:
    one, other = (ProgramText.create("lists", "python", code) for code in (a, b))
    return ProgramPair(executor, one, other, output_rules or OutputRules())


async def valid(inputs: Sequence[bytes]) -> list[bool]:
    words = [data.split() for data in inputs]
    return [len(w) > 1 and w[0] == b"%d" % (len(w) - 1) for w in words]


async def test_a_time_limit_and_two_failures_are_unknown(executor: CachedExecutor) -> None:
    both = programs(executor, SUM, STRANGE)
    inputs = [b"1\n4\n", b"1\n5\n", b"1\n7\n", b"1\n3\n", b""]
    assert await both.compare_on(inputs) == [
        PairOutcome.EQUAL,
        PairOutcome.DIFFERENT,
        PairOutcome.DIFFERENT,
        PairOutcome.UNKNOWN,
        PairOutcome.UNKNOWN,
    ]


async def test_outputs_that_the_problem_accepts_for_each_other_are_equal(
    executor: CachedExecutor,
) -> None:
    third = SUM.replace("sum(values)", "sum(values) / 3")
    rounded = SUM.replace("sum(values)", "f'{sum(values) / 3:.7f}'")
    tolerant = OutputRules(arguments=("float_tolerance", "1e-6"))
    assert await programs(executor, third, rounded).compare_on([b"1\n4\n"]) == [
        PairOutcome.DIFFERENT
    ]
    tolerated = programs(executor, third, rounded, tolerant)
    assert await tolerated.compare_on([b"1\n4\n"]) == [PairOutcome.EQUAL]


@pytest.mark.parametrize(
    ("data", "small", "verdict"),
    [
        (b"5\n8 5 20 5 31\n", "1\n5\n", Verdict.AC),
        (
            b"4\n5 2 7 5\n",
            "1\n7\n",
            Verdict.RE,
        ),  # minimization must not turn a wrong answer into a crash
    ],
)
async def test_a_minimized_input_keeps_its_kind_of_difference(
    data: bytes, small: str, verdict: Verdict, executor: CachedExecutor
) -> None:
    both = programs(executor, SUM, STRANGE)
    shown = await show_difference(
        executor, both, NamedInput("tiny/1", data), GRAMMAR, valid, budget=200
    )
    assert (shown.input, shown.bytes) == (small, len(data))
    assert (shown.verdict_a, shown.verdict_b) == (Verdict.AC, verdict)
    assert shown.stratum == "tiny"


async def test_without_a_budget_the_input_is_not_minimized(executor: CachedExecutor) -> None:
    both = programs(executor, SUM, STRANGE)
    item = NamedInput("tiny/1", b"2\n5 4\n")
    shown = await show_difference(executor, both, item, GRAMMAR, valid, budget=0)
    assert (shown.input, shown.output_a, shown.output_b) == ("2\n5 4\n", "9\n", "9\nfive\n")


async def test_a_search_runs_once(
    executor: CachedExecutor,
) -> None:
    total = (
        "#include <cstdio>\n"
        'int main() { int n, x, s = 0; scanf("%d", &n);\n'
        '  while (n-- && scanf("%d", &x) == 1) s += x;\n'
        '  RARE printf("%d\\n", s); }\n'
    )
    rare = total.replace("RARE", "if (2 * s == 5006) s = 1;")
    both = (
        ProgramText.create("lists", "cpp17", total.replace("RARE", "")),
        ProgramText.create("lists", "cpp17", rare),
    )
    known = [b"3\n1 2 3\n", b"1\n40\n"]
    check = InputCheck(
        {"validate.py": PackageProgram.create("validate.py", COUNTED)},
        (),
        OutputRules(),
        executor.limits,
    )
    first = await fuzz_pair(executor, both, known, GRAMMAR, check, runs=300)
    assert first.guides == "both programs"
    found = load_inputs(executor, first)[0]
    assert found.name.startswith("coverage/differs-")
    assert sum(map(int, found.data.split()[1:])) == 2503
    # The judge of such a problem decides about other bytes, and not the search.
    lenient = replace(check, output_rules=OutputRules(arguments=("float_tolerance", "1e-6")))
    searched = await fuzz_pair(executor, both, known[:1], GRAMMAR, lenient, runs=60)
    assert not [case.name for case in searched.cases if "differs" in case.name]
    broken = replace(
        check, validators={"validate.py": PackageProgram.create("validate.py", "exit(7)\n")}
    )
    assert await fuzz_pair(executor, both, known, GRAMMAR, broken, runs=300) == first

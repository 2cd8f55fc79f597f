"""What two programs do on one input says of them; an input made small keeps its kind."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from pieforge.config import Config, LimitsSection, RunSection
from pieforge.equivalence.output_validator import Judging
from pieforge.equivalence.program_pair import Outcome, Programs
from pieforge.executors.cached import Workshop
from pieforge.graphs.evidence.fuzzing import inputs_of, search
from pieforge.graphs.run import opened_workshop
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer
from pieforge.ledger import Ledger
from pieforge.records import Verdict

CONFIG = Config(run=RunSection(languages=("python",)), limits=LimitsSection(cpu_s=0.3))
SHAPE = infer([b"3\n1 2 3\n", b"1\n40\n", b"5\n9 8 7 6 5\n", b"2\n11 0\n"])
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
async def workshop() -> AsyncIterator[Workshop]:
    ledger = Ledger(Path(":memory:"))
    async with opened_workshop(CONFIG, ledger) as opened:
        yield opened
    ledger.close()


def programs(workshop: Workshop, a: str, b: str, judging: Judging | None = None) -> Programs:
    names = [workshop.register("lists", "python", code) for code in (a, b)]
    return Programs(workshop, *names, judging or Judging())


async def valid(inputs: Sequence[bytes]) -> list[bool]:
    words = [data.split() for data in inputs]
    return [len(w) > 1 and w[0] == b"%d" % (len(w) - 1) for w in words]


async def test_a_limit_on_time_and_two_failures_say_nothing(workshop: Workshop) -> None:
    both = programs(workshop, SUM, STRANGE)
    inputs = [b"1\n4\n", b"1\n5\n", b"1\n7\n", b"1\n3\n", b""]
    assert await both.outcomes(inputs) == [
        Outcome.EQUAL,
        Outcome.DIFFERENT,
        Outcome.DIFFERENT,
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ]


async def test_outputs_that_the_problem_accepts_for_each_other_are_equal(
    workshop: Workshop,
) -> None:
    third = SUM.replace("sum(values)", "sum(values) / 3")
    rounded = SUM.replace("sum(values)", "f'{sum(values) / 3:.7f}'")
    tolerant = Judging(arguments=("float_tolerance", "1e-6"))
    assert await programs(workshop, third, rounded).outcomes([b"1\n4\n"]) == [Outcome.DIFFERENT]
    alike = programs(workshop, third, rounded, tolerant)
    assert await alike.outcomes([b"1\n4\n"]) == [Outcome.EQUAL]


@pytest.mark.parametrize(
    ("data", "small", "verdict"),
    [
        (b"5\n8 5 20 5 31\n", "1\n5\n", Verdict.AC),
        (b"4\n5 2 7 5\n", "1\n7\n", Verdict.RE),  # the wrong answer is no smaller crash
    ],
)
async def test_an_input_stays_of_its_kind_while_it_becomes_small(
    data: bytes, small: str, verdict: Verdict, workshop: Workshop
) -> None:
    both = programs(workshop, SUM, STRANGE)
    shown = await both.shown(NamedInput("tiny/1", data), SHAPE, valid, budget=200)
    assert (shown.input, shown.bytes) == (small, len(data))
    assert (shown.verdict_a, shown.verdict_b) == (Verdict.AC, verdict)
    assert shown.stratum == "tiny"


async def test_without_a_budget_the_input_stays(workshop: Workshop) -> None:
    both = programs(workshop, SUM, STRANGE)
    shown = await both.shown(NamedInput("tiny/1", b"2\n5 4\n"), SHAPE, valid, budget=0)
    assert (shown.input, shown.output_a, shown.output_b) == ("2\n5 4\n", "9\n", "9\nfive\n")


async def test_a_search_is_made_once_and_found_in_the_ledger_after(workshop: Workshop) -> None:
    total = (
        "#include <cstdio>\n"
        'int main() { int n, x, s = 0; scanf("%d", &n);\n'
        '  while (n-- && scanf("%d", &x) == 1) s += x;\n'
        '  RARE printf("%d\\n", s); }\n'
    )
    rare = total.replace("RARE", "if (2 * s == 5006) s = 1;")
    names = [
        workshop.register("lists", "cpp17", text) for text in (total.replace("RARE", ""), rare)
    ]
    arguments = (names[0], names[1]), [b"3\n1 2 3\n", b"1\n40\n"], SHAPE

    async def asked_again(inputs: Sequence[bytes]) -> list[bool]:
        raise AssertionError(inputs)

    first = await search(workshop, *arguments, valid, runs=300)
    assert first.guides == "both programs"
    told = inputs_of(workshop, first)[0]
    assert told.name.startswith("coverage/differs-")
    assert sum(map(int, told.data.split()[1:])) == 2503
    assert await search(workshop, *arguments, asked_again, runs=300) == first

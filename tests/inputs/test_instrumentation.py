"""What an instrumented program reports: edges and comparisons."""

from collections.abc import Awaitable, Callable

import pytest

from pieforge.inputs.fuzzing.instrumentation import (
    ComparisonOutcome,
    ComparisonSite,
    CoverageTrace,
    Operands,
    compile_instrumented,
    run_instrumented,
)
from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox

Traced = Callable[..., Awaitable[list[CoverageTrace]]]

READS_ONE = """\
#include <cstdio>
#include <cstdlib>
#include <unistd.h>
int main() {
    int x = 0;
    if (scanf("%d", &x) != 1) return 3;
    BODY
    printf("%d\\n", x);
}
"""


@pytest.fixture
def traced(sandbox: Sandbox) -> Traced:
    async def trace(body: str, *inputs: bytes, limits: Limits | None = None) -> list[CoverageTrace]:
        source = READS_ONE.replace("BODY", body)
        program = await compile_instrumented(sandbox, get_language("cpp17"), source)
        assert program is not None
        return await run_instrumented(sandbox, program, inputs, limits or Limits(cpu_s=0.2))

    return trace


def site(trace: CoverageTrace, constant: int) -> ComparisonSite:
    [found] = [s for s in trace.sites if s.constant and s.operands[0].a == constant]
    return found


async def test_another_path_has_other_edges_and_the_same_path_the_same(traced: Traced) -> None:
    one, two, again = await traced("if (x == 77) putchar('!');", b"1", b"77", b"1")
    assert one.edges
    assert one.edges == again.edges
    assert two.edges & ~one.edges


async def test_edge_counts_are_grouped_by_powers_of_two(traced: Traced) -> None:
    body = "for (int i = 0; i < x; i++) putchar('.');"
    nine, ten, forty = await traced(body, b"9", b"10", b"40")
    assert nine.edges == ten.edges
    assert forty.edges & ~ten.edges


async def test_the_operands_of_a_comparison_are_recorded_with_their_sign(traced: Traced) -> None:
    below, equal, above = await traced(
        "if (x == -123456) putchar('!');", b"-200000", b"-123456", b"3"
    )
    assert site(below, -123456).operands[0] == Operands(-123456, -200000)
    assert [site(t, -123456).outcomes for t in (below, equal, above)] == [
        ComparisonOutcome.GREATER,
        ComparisonOutcome.EQUAL,
        ComparisonOutcome.LESS,
    ]


async def test_of_many_comparisons_at_one_site_the_first_the_nearest_and_the_last_are_kept(
    traced: Traced,
) -> None:
    [trace] = await traced("for (int i = 0; i < 100; i++) if (i * i == x) putchar('!');", b"2400")
    [squares] = [s for s in trace.sites if Operands(2401, 2400) in s.operands]
    assert squares.operands == (Operands(0, 2400), Operands(2401, 2400), Operands(9801, 2400))
    assert squares.outcomes == ComparisonOutcome.LESS | ComparisonOutcome.GREATER


async def test_every_case_of_a_switch_is_a_comparison(traced: Traced) -> None:
    body = 'switch (x) { case 5: x = 1; break; case 700: x = 2; break; case -9: puts("-"); }'
    [trace] = await traced(body, b"6")
    for case in (5, 700, -9):
        assert site(trace, case).operands[0] == Operands(case, 6)


async def test_a_program_keeps_its_own_output_and_cannot_forge_the_report(
    traced: Traced,
) -> None:
    plain, loud = await traced(
        'if (x == 2) for (int i = 0; i < 40000; i++) fputs("noise", stderr);'
        'if (x == 2) for (int i = 0; i < 3000; i++) if (write(60, "fake", 4) != 4) abort();',
        b"1",
        b"2",
    )
    assert loud.result.stderr.startswith(b"noise")
    assert loud.edges & ~plain.edges
    assert len(loud.sites) > len(plain.sites) > 0


async def test_a_run_that_does_not_end_well_has_only_a_verdict(traced: Traced) -> None:
    left, crashed, endless = await traced(
        "if (x == 1) _exit(0); if (x == 2) abort(); while (x == 3) x *= 1;", b"1", b"2", b"3"
    )
    verdicts = [trace.result.verdict for trace in (left, crashed, endless)]
    assert verdicts == [Verdict.AC, Verdict.RE, Verdict.TLE]
    assert [(t.edges, t.sites) for t in (left, crashed, endless)] == [(0, ())] * 3


async def test_a_program_may_redefine_keywords_and_lack_a_final_line_end(sandbox: Sandbox) -> None:
    source = (
        "#include <iostream>\n#define int long long\n#define char unsigned\n"
        "using namespace std;\nsigned main() { int n; cin >> n; cout << n; } // end"
    )
    program = await compile_instrumented(sandbox, get_language("cpp17"), source)
    assert program is not None
    [trace] = await run_instrumented(sandbox, program, [b"12345678901"], Limits())
    assert trace.result.stdout == b"12345678901"
    assert trace.edges


async def test_a_program_that_takes_the_names_of_the_instrumentation_has_no_such_build(
    sandbox: Sandbox,
) -> None:
    source = "static int pf_report;\nint main() { return pf_report; }\n"
    assert await compile_instrumented(sandbox, get_language("cpp17"), source) is None


async def test_a_language_without_instrumentation_has_no_such_build(sandbox: Sandbox) -> None:
    assert await compile_instrumented(sandbox, get_language("python"), "print(1)\n") is None

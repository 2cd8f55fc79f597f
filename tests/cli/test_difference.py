"""Display of the difference between two outputs."""

from pieforge.cli.difference import render_difference
from pieforge.graphs.evidence.counterexample import Difference
from pieforge.records import Verdict

NAMES = ("slow.cpp", "fast.cpp")


def difference(a: str, b: str, *, data: str = "1\n", verdict: Verdict = Verdict.AC) -> Difference:
    return Difference(
        stratum="tiny",
        name="tiny/1",
        bytes=900,
        input=data,
        verdict_a=Verdict.AC,
        verdict_b=verdict,
        output_a=a,
        output_b=b,
    )


def test_the_first_line_that_differs_is_marked_on_both_sides_and_no_other() -> None:
    lines = list(render_difference(difference("1\n2\n3\n4\n", "1\n2\n5\n6\n"), NAMES))
    assert lines[0] == "differ on tiny/1 (900 bytes), made smaller: 2 bytes"
    marked = [line.split() for line in lines if line.startswith(">")]
    assert marked == [[">", "3", ">", "5"]]


def test_an_output_that_ends_early_and_a_crash_are_named() -> None:
    lines = list(render_difference(difference("1\n2\n", "1\n", verdict=Verdict.RE), NAMES))
    assert any("fast.cpp (RE)" in line for line in lines)
    assert lines[-1].split(maxsplit=3) == [">", "2", ">", "(the output ends)"]


def test_long_outputs_are_shown_from_shortly_before_the_difference() -> None:
    many = [str(number) for number in range(1000)]
    other = [*many[:700], "x", *many[701:]]
    lines = list(render_difference(difference("\n".join(many), "\n".join(other)), NAMES))
    assert any("line 699" in line for line in lines)
    assert any(line.split() == [">", "700", ">", "x"] for line in lines)
    assert len(lines) < 25


def test_long_lines_are_cut_around_the_difference_and_nothing_is_wider_than_80_columns() -> None:
    line = "7 " * 500
    data = "x" * 300 + "\n" + "5\n" * 50
    shown = difference(line + "1 end", line + "2 end", data=data)
    lines = list(render_difference(shown, ("a" * 90, "b" * 90)))
    assert max(map(len, lines)) <= 80
    [marked] = [line for line in lines if line.startswith(">")]
    assert "7 1 end" in marked
    assert "7 2 end" in marked
    assert any("(51 lines)" in line for line in lines)

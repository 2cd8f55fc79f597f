"""The classifier of edits: its measured error rate, and hostile texts."""

import pytest

from benchmarks.edit_kind import classified, error_rate
from benchmarks.labelled_pairs import HELD_OUT, Labelled, labelled_pairs
from pieforge.lessons.edit_kind import MEASURED_ERROR, classify_edit
from pieforge.records import EditKind

SCAN = """\
#include <iostream>
#include <vector>
int main() {
    int n, best = 0;
    std::cin >> n;
    std::vector<int> a(n);
    for (int& x : a) std::cin >> x;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            if (a[i] - a[j] > best) best = a[i] - a[j];
    std::cout << best << std::endl;
}
"""


@pytest.fixture(scope="module")
def pairs() -> list[Labelled]:
    return labelled_pairs()


def test_the_labelled_set_has_every_kind_in_both_languages_and_a_part_held_out(
    pairs: list[Labelled],
) -> None:
    assert len(pairs) >= 120
    assert len({pair.name for pair in pairs}) == len(pairs)
    kinds = {(pair.kind, pair.language) for pair in pairs}
    assert kinds == {(kind.value, lang) for kind in EditKind for lang in ("cpp17", "python")}
    assert sum(pair.part == HELD_OUT for pair in pairs) * 4 > len(pairs)


def test_its_error_rate_is_that_of_the_dataset_card(pairs: list[Labelled]) -> None:
    guesses = classified(pairs)
    held_out = [pair for pair in pairs if pair.part == HELD_OUT]
    tuned_on = [pair for pair in pairs if pair.part != HELD_OUT]
    assert error_rate(tuned_on, guesses) <= 0.05
    assert error_rate(held_out, guesses) == pytest.approx(MEASURED_ERROR, abs=0.005)


def test_comments_layout_and_names_change_nothing() -> None:
    other = "// fast\n" + SCAN.replace("best", "most").replace("    ", "\t")
    assert classify_edit(SCAN, other, "cpp17") is EditKind.OTHER
    assert classify_edit(SCAN, SCAN, "cpp17") is EditKind.OTHER


def test_a_faster_reader_alone_is_io() -> None:
    untied = SCAN.replace("    int n,", "    std::ios::sync_with_stdio(false);\n    int n,", 1)
    assert classify_edit(SCAN, untied, "cpp17") is EditKind.IO


def test_c_is_classified_like_cpp_and_a_language_without_a_grammar_is_not() -> None:
    slow = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d", n); }\n'
    assert classify_edit(slow, slow, "c17") is EditKind.OTHER
    assert classify_edit("fn main() {}", "fn main() {}", "rust") is None


@pytest.mark.parametrize(
    "code",
    [
        "",
        "int main() {" * 1000,
        "int x = " + "(" * 5000 + "1" + ")" * 5000 + ";",
        "int main() { return " + "+".join(["1"] * 8000) + "; }",
        "".join(f"int f{k + 1}(int x) {{ return f{k}(x) + f{k}(x); }}\n" for k in range(400)),
        "".join(f"#define m{k + 1}(a) for (m{k}(a) m{k}(a);;)\n" for k in range(200)) + "m199(1)",
        "int main() { " + "for (;;) " * 2000 + "; }",
        "int main() { " + "".join(f"int a{k}; cout << a{k};\n" for k in range(2500)) + "}",
        "\0\xff)]}",
    ],
    ids=["empty", "open", "brackets", "sum", "calls", "macros", "loops", "names", "binary"],
)
def test_a_hostile_program_is_classified(code: str) -> None:
    assert classify_edit(SCAN, code, "cpp17") in EditKind
    assert classify_edit(code, SCAN, "cpp17") in EditKind


def test_a_program_above_the_parse_limit_is_not_classified() -> None:
    assert classify_edit(SCAN, SCAN + "//" + "x" * (64 << 10), "cpp17") is None

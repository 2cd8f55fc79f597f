"""Where two texts differ: names, layout and which side is which do not matter."""

import pytest

from pieforge.inputs.mutation.source_diff import diff_statements, has_threshold_change

LEFT = """\
#include <cstdio>
const int MOST = 28;
int main() {
    int n;  // how many
    std::scanf("%d", &n);
    for (int i = 0; i < n; i++) {
        if (n > MOST) n = std::max(n, 5);
    }
}
"""
RENAMED = """\
int main() {
    int amber;
    std::scanf("%d", &amber);
    int birch = 0;
    while (amber > birch) {
        if (28 < amber) amber = std::max(amber, 5);
        birch++;
    }
}
"""


def stripped(left: str, right: str) -> list[list[str]]:
    return [[part.strip() for part in those] for those in diff_statements([left, right])]


def test_other_names_turned_comparisons_inlined_constants_and_whiles_are_no_change() -> None:
    assert diff_statements([LEFT, RENAMED]) == [[], []]


def test_a_comparison_that_differs_is_shown_with_its_constant() -> None:
    assert stripped(LEFT, RENAMED.replace("28 < amber", "28 <= amber")) == [
        ["if (n > 28) n = std::max(n, 5)"],
        ["if (28 <= amber) amber = std::max(amber, 5)"],
    ]


def test_a_constant_that_differs_is_shown_where_it_is_used() -> None:
    assert stripped(LEFT, LEFT.replace("MOST = 28", "MOST = 27")) == [
        ["if (n > 28) n = std::max(n, 5)"],
        ["if (n > 27) n = std::max(n, 5)"],
    ]


def test_another_type_or_another_function_of_the_library_is_a_change() -> None:
    assert "short n" in stripped(LEFT, LEFT.replace("int n;", "short n;"))[1]
    assert diff_statements([LEFT, RENAMED.replace("max", "min")]) != [[], []]


def test_a_line_that_one_text_has_twice_is_a_change() -> None:
    assert stripped("a = 5\nb = 7\n", "a = 5\nb = 7\nb = 7\n") == [
        ["b = 7"],
        ["b = 7", "b = 7"],
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("28 < amber", "28 <= amber", True),
        ("28 < amber", "27 < amber", True),
        ("birch++;", "birch++; if (birch == 745) birch++;", True),
        ("birch++;", "birch++; amber %= 1000;", True),
        ("birch++;", "birch += 1;", False),
        ("birch++;", "birch++; if (amber > birch) birch << 2;", False),
        ("amber > birch", "amber > birch && true", False),
    ],
)
def test_texts_part_in_a_comparison_with_a_number_or_they_do_not(
    before: str, after: str, told: bool
) -> None:
    assert before in RENAMED
    assert has_threshold_change([LEFT, RENAMED.replace(before, after)]) is told
    assert has_threshold_change([RENAMED.replace(before, after), LEFT]) is told

"""Differences of two sources, independent of names, layout and sides."""

import pytest

from pieforge.inputs.mutation.source_diff import diff_statements, has_threshold_change
from pieforge.syntax.tokens import SourceText, join_texts

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


def differing(left: str, right: str, language: str = "cpp17") -> list[list[str]]:
    found = diff_statements([SourceText(language, left), SourceText(language, right)])
    return [[join_texts(tokens) for tokens in those] for those in found]


def is_threshold_changed(left: str, right: str, language: str = "cpp17") -> bool:
    return has_threshold_change([SourceText(language, left), SourceText(language, right)])


def test_other_names_turned_comparisons_inlined_constants_and_whiles_are_no_change() -> None:
    assert differing(LEFT, RENAMED) == [[], []]


def test_a_comparison_that_differs_is_shown_with_its_constant() -> None:
    assert differing(LEFT, RENAMED.replace("28 < amber", "28 <= amber")) == [
        ["if ( n > 28 ) n = std :: max ( n , 5 )"],
        ["if ( 28 <= amber ) amber = std :: max ( amber , 5 )"],
    ]


def test_a_constant_that_differs_is_shown_where_it_is_used() -> None:
    assert differing(LEFT, LEFT.replace("MOST = 28", "MOST = 27")) == [
        ["if ( n > 28 ) n = std :: max ( n , 5 )"],
        ["if ( n > 27 ) n = std :: max ( n , 5 )"],
    ]


def test_another_type_or_another_function_of_the_library_is_a_change() -> None:
    assert "short n" in differing(LEFT, LEFT.replace("int n;", "short n;"))[1]
    assert differing(LEFT, RENAMED.replace("max", "min")) != [[], []]


def test_a_line_that_one_text_has_twice_is_a_change() -> None:
    assert differing("a = 5\nb = 7\n", "a = 5\nb = 7\nb = 7\n") == [
        ["b = 7"],
        ["b = 7", "b = 7"],
    ]


@pytest.mark.parametrize(
    ("before", "after", "recognized"),
    [
        ("28 < amber", "28 <= amber", True),
        ("28 < amber", "27 < amber", True),
        ("28 < amber", "28 + 1 < amber", True),
        ("28 < amber", "28 < amber - 1", True),
        ("amber > birch", "amber > birch - 1", True),
        ("birch++;", "birch++; if (birch == 745) birch++;", True),
        ("birch++;", "birch++; amber %= 1000;", True),
        ("birch++;", "birch += 1;", False),
        ("birch++;", "birch++; if (amber > birch) birch << 2;", False),
        ("amber > birch", "amber > birch && true", False),
    ],
)
def test_a_changed_comparison_with_a_number_is_recognized(
    before: str, after: str, recognized: bool
) -> None:
    assert before in RENAMED
    assert is_threshold_changed(LEFT, RENAMED.replace(before, after)) is recognized
    assert is_threshold_changed(RENAMED.replace(before, after), LEFT) is recognized


def test_a_division_in_python_is_no_comment() -> None:
    assert differing("a = n // 2 + 1\n", "b = m // 3 - 7\n", "python") == [
        ["a = n // 2 + 1"],
        ["b = m // 3 - 7"],
    ]
    assert differing("a = n  # 2\n", "b = m  # 3\n", "python") == [[], []]
    assert is_threshold_changed("if n // 2 < 50: pass", "if n // 2 < 51: pass", "python")


def test_comment_delimiters_inside_strings_are_text() -> None:
    for language, text in (
        ("cpp17", 's = "//"; t = "/*"; n = 5; u = "*/";'),
        ("python", "s = '#'; n = 5"),
        ("python", 's = """\n# no comment\n"""; n = 5'),
        ("go", "s := `// `\nn := 5\n"),
        ("java", 'String s = """\n// " none\n"""; int n = 5;'),
        ("rust", 'let s = r#"a" // b"#; let n = 5;'),
    ):
        before, after = differing(text, text.replace("5", "6"), language)
        assert "5" in before[0].split()
        assert "6" in after[0].split()


@pytest.mark.parametrize(
    ("language", "named", "plain"),
    [
        ("c17", "#define MOST 5\nif (a > MOST) f(1);", "if (a > 5) f(1);"),
        ("python", "MOST = 5\nif a > MOST: pass\n", "if a > 5: pass\n"),
        ("go", "const MOST = 5\nif a > MOST {", "if a > 5 {"),
        ("java", "static final int MOST = 5; if (a > MOST) f(1);", "if (a > 5) f(1);"),
        ("rust", "const MOST: usize = 5; if a > MOST {", "if a > 5 {"),
    ],
)
def test_a_constant_with_a_name_is_its_value_in_every_language(
    language: str, named: str, plain: str
) -> None:
    assert differing(named, plain, language) == [[], []]
    assert differing(named, plain.replace("5", "6"), language) != [[], []]
